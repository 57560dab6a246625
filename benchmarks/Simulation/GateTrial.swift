import Analysis
import Rollouts

/// What the gate says of one simulated rollout that is looked at after every interval.
///
/// A block rests on the largest evidence of any interval, each judged by what was known then, and
/// stays. So the last look blocks exactly if any look did, and is enough to tell.
public struct GateTrial: Sendable {
  /// Whether the canary is blocked.
  public let isBlocked: Bool
  /// Whether it is promoted at the last look.
  public let isPromoted: Bool
  /// The checks that block.
  public let blocking: [String]
  /// Whether the requests were called not divided as configured.
  public let isSplitDoubted: Bool

  /// Judges a simulated rollout as a whole.
  ///
  /// - Parameters:
  ///   - rollout: The rollout.
  ///   - policy: What the gate goes by.
  public init(_ rollout: SimulatedRollout, policy: Policy = .standard) {
    let judgement = rollout.judgement(by: policy, afterIntervals: rollout.intervalCount)
    isBlocked = judgement.verdict == .block
    isPromoted = judgement.verdict == .promote
    blocking = judgement.checks.filter { $0.verdict == .block }.map(\.name)
    isSplitDoubted = judgement.checks.contains { $0.name == "traffic-split" && $0.verdict == .hold }
  }
}

/// What the gate says of one simulated rollout at every look, one after each interval.
public struct GateLooks: Sendable {
  /// How many intervals it took until it first promoted; `nil` if it never did.
  public let firstPromotion: Int?
  /// How many looks there were after that.
  public let looksAfter: Int
  /// How many looks in a row each hold took that came after that.
  public let holds: [Int]
  /// At how many of these looks each check was held because the last intervals alone were worse.
  public let heldByLatest: [String: Int]

  /// Judges a simulated rollout after every interval.
  ///
  /// - Parameter rollout: The rollout.
  public init(_ rollout: SimulatedRollout) {
    var firstPromotion: Int?
    var holds: [Int] = []
    var heldByLatest: [String: Int] = [:]
    var wasHeld = false
    for look in 1...rollout.intervalCount {
      let judgement = rollout.judgement(afterIntervals: look)
      let isPromoted = judgement.verdict == .promote
      if firstPromotion == nil, isPromoted { firstPromotion = look }
      guard firstPromotion != nil else { continue }
      if !isPromoted {
        if wasHeld { holds[holds.count - 1] += 1 } else { holds.append(1) }
        for check in judgement.checks where check.explanation.contains("over all, but to") {
          heldByLatest[check.name, default: 0] += 1
        }
      }
      wasHeld = !isPromoted
    }
    self.firstPromotion = firstPromotion
    looksAfter = firstPromotion.map { rollout.intervalCount - $0 } ?? 0
    self.holds = holds
    self.heldByLatest = heldByLatest
  }
}
