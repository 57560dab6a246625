import Rollouts

/// A row of cells a bucket, a column a stretch of time; the darker, the more requests.
struct Heatmap {
  /// A bucket of durations, in milliseconds.
  struct Row: Hashable, Comparable {
    let lower: Double
    /// `nil` in the last bucket, which has none.
    let upper: Double?

    init(_ bucket: DurationPoint.Bucket) {
      lower = bucket.lowerMilliseconds
      upper = bucket.upperMilliseconds
    }

    var text: String { upper.map { "to \($0.plainText)" } ?? "> \(lower.plainText)" }

    static func < (first: Row, second: Row) -> Bool {
      (first.lower, first.upper ?? .infinity) < (second.lower, second.upper ?? .infinity)
    }
  }

  /// One cell.
  struct Cell {
    let window: TimeWindow
    let row: Int
    /// The part of the stretch's requests, 0…1.
    let share: Double
  }

  /// From which share on a cell has which depth.
  static let depths = [0.0, 0.01, 0.05, 0.15, 0.35, 0.65]

  let frame: Frame
  let rowCount: Int

  var rowHeight: Double { frame.plotHeight / Double(max(1, rowCount)) }

  /// The upper edge of a row; the first row is the lowest.
  func top(ofRow row: Int) -> Double { frame.bottom - rowHeight * Double(row + 1) }

  /// The cells; neighbours in time of the same depth are one.
  func cells(_ cells: [Cell], _ cssClass: String) -> [SVGElement] {
    let drawn = cells.filter { $0.share > 0 }.map { (cell: $0, depth: Self.depth($0.share)) }
    let rows = Dictionary(grouping: drawn) { $0.cell.row }
    return rows.keys.sorted().flatMap { row -> [SVGElement] in
      var runs: [(window: TimeWindow, depth: Int)] = []
      for (cell, depth) in rows[row] ?? [] {
        if let last = runs.last, last.window.to == cell.window.from, last.depth == depth {
          runs[runs.count - 1].window = TimeWindow(from: last.window.from, to: cell.window.to)
        } else {
          runs.append((cell.window, depth))
        }
      }
      let y = top(ofRow: row)
      return runs.map { run in
        .rectangle(
          "\(cssClass) depth\(run.depth)", from: Point(frame.time[run.window.from], y),
          to: Point(frame.time[run.window.to], y + rowHeight))
      }
    }
  }

  /// The buckets that hold requests to any version, so that the pictures of two can be compared; to
  /// this version alone where versions have other bounds.
  static func rows(of timeline: VersionTimeline, among timelines: [VersionTimeline]) -> [Row] {
    func rows(_ timelines: [VersionTimeline]) -> [Row] {
      Set(timelines.flatMap(\.durations).flatMap(\.buckets).map(Row.init)).sorted()
    }
    let all = rows(timelines)
    let overlap = zip(all, all.dropFirst()).contains { ($0.upper ?? .infinity) > $1.lower }
    return overlap ? rows([timeline]) : all
  }

  static func depth(_ share: Double) -> Int {
    (depths.lastIndex { share > $0 } ?? 0) + 1
  }
}
