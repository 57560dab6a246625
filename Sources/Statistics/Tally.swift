/// What was counted for one version in one interval.
public struct Tally: Sendable, Hashable {
  /// Requests; at least 0, and at most 10⁹ in one interval.
  public var requests: Int
  /// Bad events among these requests: errors, or requests slower than a bound; 0…`requests`.
  public var badEvents: Int

  /// Creates a tally from counts that the caller has checked.
  ///
  /// - Parameters:
  ///   - requests: Requests, at least 0.
  ///   - badEvents: Bad events among them, 0…`requests`.
  public init(requests: Int, badEvents: Int) {
    precondition(
      badEvents >= 0 && badEvents <= requests, "bad events are among the requests")
    self.requests = requests
    self.badEvents = badEvents
  }

  /// Bad events per request, 0…1, or `nil` of no requests.
  public var rate: Double? {
    requests > 0 ? Double(badEvents) / Double(requests) : nil
  }

  /// Returns the counts of both tallies together.
  public static func + (left: Tally, right: Tally) -> Tally {
    Tally(requests: left.requests + right.requests, badEvents: left.badEvents + right.badEvents)
  }

  /// Returns the counts of all tallies together; of none, zero.
  public static func total(_ tallies: [Tally]) -> Tally {
    var total = Tally(requests: 0, badEvents: 0)
    for tally in tallies { total = total + tally }
    return total
  }
}
