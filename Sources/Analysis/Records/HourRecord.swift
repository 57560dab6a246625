import Rollouts

/// What was counted in the intervals of one clock hour, column by column.
struct HourRecord: Codable {
  /// Start and end of each interval, in milliseconds since 1970.
  var intervals: [[Int64]]
  /// Requests of one version and one kind of answer, one entry an interval.
  var responses: [ResponseColumn]
  /// Requests of one version and one duration bucket, one entry an interval.
  var durations: [DurationColumn]
  /// What the user's own queries counted.
  var custom: [CustomColumn]
  /// What they could not count; `nil` where they could.
  var customGaps: [CustomGapColumn]?

  struct ResponseColumn: Codable {
    var version: String
    var code: String
    var grpcStatus: String?
    var counts: [Int]
  }

  struct DurationColumn: Codable {
    var version: String
    var upperBoundMilliseconds: String
    var counts: [Int]
  }

  struct CustomColumn: Codable {
    var check: String
    var version: String
    var good: [Int]
    var bad: [Int]
  }

  /// The intervals in which a check could not count for one reason, by their place.
  struct CustomGapColumn: Codable {
    var check: String
    var reason: String
    var places: [Int]
  }

  /// The hours of a rollout in order.
  static func all(of evidence: RolloutEvidence) -> [HourRecord] {
    let hours = Dictionary(grouping: evidence.intervals, by: \.clockHour)
    let observations = Dictionary(grouping: evidence.observations, by: \.interval.clockHour)
    let custom = Dictionary(grouping: evidence.customObservations, by: \.interval.clockHour)
    let gaps = Dictionary(grouping: evidence.customGaps, by: \.interval.clockHour)
    return hours.keys.sorted().map { hour in
      var record = HourRecord(
        hours[hour] ?? [], observations: observations[hour] ?? [], custom: custom[hour] ?? [])
      record.add(gaps[hour] ?? [], in: hours[hour] ?? [])
      return record
    }
  }

  private init(
    _ intervals: [Interval], observations: [Observation], custom: [CustomObservation]
  ) {
    let places = Dictionary(
      uniqueKeysWithValues: intervals.enumerated().map { ($0.element, $0.offset) })
    let empty = intervals.map { _ in 0 }
    var responses: [ResponseKey: [Int]] = [:]
    var durations: [DurationKey: [Int]] = [:]
    for observation in observations {
      guard let place = places[observation.interval] else { continue }
      for (status, count) in observation.responses {
        let key = ResponseKey(version: observation.version, status: status)
        responses[key, default: empty][place] = count
      }
      for (bound, count) in observation.durations.countsByUpperBoundMilliseconds {
        let key = DurationKey(version: observation.version, bound: bound)
        durations[key, default: empty][place] = count
      }
    }
    var good: [CustomKey: [Int]] = [:]
    var bad: [CustomKey: [Int]] = [:]
    for observation in custom {
      guard let place = places[observation.interval] else { continue }
      let key = CustomKey(check: observation.check, version: observation.version)
      good[key, default: empty][place] = observation.good
      bad[key, default: empty][place] = observation.bad
    }
    self.intervals = intervals.map {
      [$0.start.millisecondsSince1970, $0.end.millisecondsSince1970]
    }
    self.responses = responses.sorted { $0.key < $1.key }.map { key, counts in
      ResponseColumn(
        version: key.version, code: key.status.code, grpcStatus: key.status.grpcStatus,
        counts: counts)
    }
    self.durations = durations.sorted { $0.key < $1.key }.map { key, counts in
      DurationColumn(
        version: key.version, upperBoundMilliseconds: key.bound.boundText, counts: counts)
    }
    self.custom = good.sorted { $0.key < $1.key }.map { key, counts in
      CustomColumn(check: key.check, version: key.version, good: counts, bad: bad[key] ?? empty)
    }
  }

  private mutating func add(_ gaps: [CustomGap], in intervals: [Interval]) {
    let places = Dictionary(
      uniqueKeysWithValues: intervals.enumerated().map { ($0.element, $0.offset) })
    let columns = Dictionary(grouping: gaps.filter { places[$0.interval] != nil }) {
      CustomGapKey(check: $0.check, reason: $0.reason)
    }
    guard !columns.isEmpty else { return }
    customGaps = columns.sorted { $0.key < $1.key }.map { key, gaps in
      CustomGapColumn(
        check: key.check, reason: key.reason, places: gaps.compactMap { places[$0.interval] })
    }
  }

  /// What the user's own queries could not count, in the order of time.
  func untrusted(in intervals: [Interval]) throws(EvidenceRecord.Unreadable) -> [CustomGap] {
    var gaps: [CustomGap] = []
    for column in customGaps ?? [] {
      for place in column.places {
        guard intervals.indices.contains(place) else {
          throw EvidenceRecord.Unreadable(
            description: "its evidence leaves out an interval that it does not have")
        }
        gaps.append(
          CustomGap(check: column.check, interval: intervals[place], reason: column.reason))
      }
    }
    return gaps.sorted { ($0.interval, $0.check) < ($1.interval, $1.check) }
  }

  /// The intervals and what was counted in them.
  func counts(by reporter: Reporter) throws -> HourCounts {
    let intervals = try self.intervals.map { ends in
      guard ends.count == 2, ends[0] < ends[1] else {
        throw EvidenceRecord.Unreadable(description: "its evidence has an interval without ends")
      }
      return Interval(
        start: Timestamp(millisecondsSince1970: ends[0]),
        end: Timestamp(millisecondsSince1970: ends[1]))
    }
    let versions = Set(responses.map(\.version) + durations.map(\.version)).sorted()
    try checkLengths()
    let observations = try intervals.indices.flatMap { place in
      try versions.compactMap { version in
        try observation(of: version, at: place, in: intervals[place], by: reporter)
      }
    }
    let custom = intervals.indices.flatMap { place in
      self.custom.compactMap { column -> CustomObservation? in
        guard column.good[place] + column.bad[place] > 0 else { return nil }
        return CustomObservation(
          check: column.check, interval: intervals[place], version: column.version,
          good: column.good[place], bad: column.bad[place])
      }
    }
    return HourCounts(
      intervals: intervals, observations: observations, custom: custom,
      customGaps: try untrusted(in: intervals))
  }

  private func checkLengths() throws(EvidenceRecord.Unreadable) {
    let lengths =
      responses.map(\.counts.count) + durations.map(\.counts.count) + custom.map(\.good.count)
      + custom.map(\.bad.count)
    guard lengths.allSatisfy({ $0 == intervals.count }) else {
      throw EvidenceRecord.Unreadable(
        description: "its evidence has a column that is longer or shorter than its intervals")
    }
  }

  private func observation(
    of version: String, at place: Int, in interval: Interval, by reporter: Reporter
  ) throws -> Observation? {
    var answered: [ResponseStatus: Int] = [:]
    for column in responses where column.version == version && column.counts[place] != 0 {
      answered[ResponseStatus(code: column.code, grpcStatus: column.grpcStatus)] =
        column.counts[place]
    }
    var buckets: [Double: Int] = [:]
    for column in durations where column.version == version && column.counts[place] != 0 {
      buckets[try Double(bound: column.upperBoundMilliseconds)] = column.counts[place]
    }
    guard !answered.isEmpty || !buckets.isEmpty else { return nil }
    return Observation(
      interval: interval, version: version, reporter: reporter, responses: answered,
      durations: Histogram(buckets))
  }
}

/// The intervals of an hour and what was counted in them.
struct HourCounts {
  let intervals: [Interval]
  let observations: [Observation]
  let custom: [CustomObservation]
  let customGaps: [CustomGap]
}

private struct CustomGapKey: Hashable, Comparable {
  let check: String
  let reason: String

  static func < (left: CustomGapKey, right: CustomGapKey) -> Bool {
    (left.check, left.reason) < (right.check, right.reason)
  }
}

private struct ResponseKey: Hashable, Comparable {
  let version: String
  let status: ResponseStatus

  static func < (left: ResponseKey, right: ResponseKey) -> Bool {
    (left.version, left.status.code, left.status.grpcStatus ?? "")
      < (right.version, right.status.code, right.status.grpcStatus ?? "")
  }
}

private struct DurationKey: Hashable, Comparable {
  let version: String
  let bound: Double

  static func < (left: DurationKey, right: DurationKey) -> Bool {
    (left.version, left.bound) < (right.version, right.bound)
  }
}

private struct CustomKey: Hashable, Comparable {
  let check: String
  let version: String

  static func < (left: CustomKey, right: CustomKey) -> Bool {
    (left.check, left.version) < (right.check, right.version)
  }
}

extension Double {
  /// A bucket bound as Prometheus labels it: `+Inf` is no JSON number.
  var boundText: String { isFinite ? "\(self)" : "+Inf" }

  init(bound text: String) throws(EvidenceRecord.Unreadable) {
    guard let bound = text == "+Inf" ? .infinity : Double(text), !bound.isNaN else {
      throw EvidenceRecord.Unreadable(
        description: "its evidence has a bucket up to \"\(text)\", which is no number")
    }
    self = bound
  }
}

extension Interval {
  /// The clock hour, in UTC, that its end belongs to.
  fileprivate var clockHour: Int64 { (end.millisecondsSince1970 - 1) / 3_600_000 }
}
