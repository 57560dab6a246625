import Rollouts

/// How many intervals of a rollout are not judged, by why.
struct LeftOutIntervals: Equatable {
  /// Those in which the weights changed, or shortly before which they did.
  private(set) var aroundChanges = 0
  /// Those in which the weights are not known all the time.
  private(set) var ofUnknownWeights = 0

  /// Changes are dated to the second, so that for so long nobody knows which weights were in force.
  private static let dating = Duration.seconds(1)

  init(_ counts: JudgedCounts) {
    guard counts.intervals.count < counts.evidence.intervals.count else { return }
    let judged = Set(counts.intervals)
    for interval in counts.evidence.intervals where !judged.contains(interval) {
      if Self.unknown(in: interval, counts.evidence.rollout) > Self.dating {
        ofUnknownWeights += 1
      } else {
        aroundChanges += 1
      }
    }
  }

  /// For how long in an interval the weights are not known.
  private static func unknown(in interval: Interval, _ rollout: Rollout) -> Duration {
    var unknown = Duration.zero
    var knownUntil = interval.start
    for step in rollout.steps
    where step.validFrom < interval.end && step.validUntil > knownUntil {
      unknown += max(.zero, step.validFrom - knownUntil)
      knownUntil = step.validUntil
    }
    return unknown + max(.zero, interval.end - knownUntil)
  }
}
