import Rollouts

/// Which intervals to read next, in chunks of a size that memory and a query can bear.
struct SamplingPlan: Equatable {
  /// Intervals of one width, one after another.
  struct Chunk: Equatable {
    let stepSeconds: Int
    let intervals: [Interval]
  }

  /// About four hours of 15 s intervals: far below the number of points that VictoriaMetrics
  /// allows a query (`-search.maxPointsPerTimeseries`, 30,000).
  static let maximumIntervalsPerChunk = 960

  let chunks: [Chunk]
  /// Whether nothing is stored yet.
  let isFirst: Bool

  /// Everything from the newest stored interval, or from `firstRunFrom` if there is none, up to the
  /// newest complete interval before `until`.
  ///
  /// After a change of the step width the old width is kept up to a point that both grids share:
  /// nothing is left out between them.
  ///
  /// Before that, settled intervals to read again as they are stored, in order.
  init(
    rereading settled: [Interval] = [], after newest: Interval?, firstRunFrom: Timestamp,
    until: Timestamp, stepSeconds: Int
  ) {
    isFirst = newest == nil
    let grid = SamplingGrid(stepSeconds: stepSeconds)
    var chunks = Self.chunks(of: settled)
    var position = newest?.end ?? grid.lastPoint(upTo: firstRunFrom)
    if let newest {
      let oldStep = Int((newest.end - newest.start).wholeMilliseconds / 1000)
      let common = Self.leastCommonMultiple(oldStep, stepSeconds)
      let shared = SamplingGrid(stepSeconds: common).lastPoint(
        upTo: Timestamp(
          millisecondsSince1970: position.millisecondsSince1970 + Int64(common) * 1000 - 1))
      if grid.lastPoint(upTo: position) != position {
        let bridge = TimeWindow(from: position, to: min(shared, until))
        chunks += Self.chunks(stepSeconds: oldStep, in: bridge)
        position = shared
      }
    }
    if position < until {
      chunks += Self.chunks(
        stepSeconds: stepSeconds, in: TimeWindow(from: position, to: until))
    }
    self.chunks = chunks
  }

  private static func chunks(stepSeconds: Int, in window: TimeWindow) -> [Chunk] {
    let intervals = SamplingGrid(stepSeconds: stepSeconds).intervals(in: window)
    return stride(from: 0, to: intervals.count, by: maximumIntervalsPerChunk).map {
      Chunk(
        stepSeconds: stepSeconds,
        intervals: Array(intervals[$0..<min($0 + maximumIntervalsPerChunk, intervals.count)]))
    }
  }

  /// Neighbours of one width belong into one chunk.
  private static func chunks(of intervals: [Interval]) -> [Chunk] {
    var chunks: [[Interval]] = []
    for interval in intervals {
      if let last = chunks.last?.last, last.end == interval.start,
        last.end - last.start == interval.end - interval.start,
        chunks[chunks.count - 1].count < maximumIntervalsPerChunk
      {
        chunks[chunks.count - 1].append(interval)
      } else {
        chunks.append([interval])
      }
    }
    return chunks.map { intervals in
      let width = (intervals[0].end - intervals[0].start).wholeMilliseconds / 1000
      return Chunk(stepSeconds: Int(width), intervals: intervals)
    }
  }

  private static func leastCommonMultiple(_ first: Int, _ second: Int) -> Int {
    var (larger, smaller) = (first, second)
    while smaller != 0 { (larger, smaller) = (smaller, larger % smaller) }
    return first / larger * second
  }
}
