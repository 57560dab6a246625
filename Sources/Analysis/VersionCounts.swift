import Rollouts
import Statistics

/// What one version counted in the judged intervals, one entry an interval.
///
/// Observations hold dictionaries. They are read once, for every check and canary reads these counts.
struct VersionCounts: Sendable {
  /// Which of the evidence's observations belongs to each interval; `nil` where there is none.
  let observations: [Int?]
  /// All requests.
  private(set) var requests: [Int]
  /// Requests and errors.
  private(set) var errors: [Tally]
  /// Requests whose duration is known.
  private(set) var durations: DurationCounts

  /// Counts of a version that was never observed.
  init(intervalCount: Int) {
    self.init(
      observations: Array(repeating: nil, count: intervalCount), boundsMilliseconds: [])
  }

  /// Counts the version's observations.
  ///
  /// - Parameters:
  ///   - observations: Which of the evidence's observations belongs to each judged interval.
  ///   - evidence: What all versions counted.
  ///   - boundsMilliseconds: The upper bounds of the version's duration buckets.
  ///   - errorResponses: Which responses are errors.
  init(
    _ observations: [Int?], of evidence: [Observation], boundsMilliseconds: [Double],
    errorResponses: ErrorResponses
  ) {
    self.init(observations: observations, boundsMilliseconds: boundsMilliseconds)
    var statuses = KnownStatuses(errorResponses)
    for (interval, place) in observations.enumerated() {
      guard let place else { continue }
      var requests = 0
      var errors = 0
      var failed = 0
      for (status, count) in evidence[place].responses {
        let meaning = statuses.meaning(of: status)
        requests += count
        if meaning.isError { errors += count }
        if meaning.isFailure { failed += count }
      }
      self.requests[interval] = requests
      self.errors[interval] = Tally(requests: requests, badEvents: errors)
      durations.add(
        evidence[place].durations, failed: failed, of: requests, interval: interval)
    }
  }

  private init(observations: [Int?], boundsMilliseconds: [Double]) {
    self.observations = observations
    requests = observations.map { _ in 0 }
    errors = observations.map { _ in Tally(requests: 0, badEvents: 0) }
    durations = DurationCounts(
      intervalCount: observations.count, boundsMilliseconds: boundsMilliseconds)
  }
}

/// What the statuses that were met so far mean: there are few, and it takes long to tell.
private struct KnownStatuses {
  struct Meaning {
    let isError: Bool
    /// Whether the request may have got no answer, or none of the service.
    let isFailure: Bool
  }

  private let errorResponses: ErrorResponses
  private var known: [(status: ResponseStatus, meaning: Meaning)] = []

  init(_ errorResponses: ErrorResponses) { self.errorResponses = errorResponses }

  mutating func meaning(of status: ResponseStatus) -> Meaning {
    for entry in known where entry.status == status { return entry.meaning }
    let meaning = Meaning(
      isError: errorResponses.contains(status), isFailure: status.isFailure)
    known.append((status, meaning))
    return meaning
  }
}

extension ResponseStatus {
  /// Whether the request may have got no answer, or none of the service.
  var isFailure: Bool { [.serverError, .noResponse].contains(responseClass) }
}
