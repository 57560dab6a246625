import Foundation
import Rollouts

/// How the canaries of a rollout divide a policy's part of the bound on false blocks.
///
/// A share goes by when a canary first held weight, so that it never changes and is never returned:
/// were the bound divided among the canaries that hold weight now, one after the other would have all
/// of it. Those that the rollout begins with divide nine tenths equally. Each that joins later has
/// half of what is then left: 0.05, 0.025, … Canaries that the policy does not judge have none.
struct CanaryShares: Sendable, Equatable {
  /// What the canaries that the rollout begins with have together.
  static let openingShare = 0.9

  private let opening: [String]
  private let later: [String]

  init(_ rollout: Rollout, policy: Policy) {
    let judged = rollout.canaries.filter { policy.canaries?.contains($0) ?? true }
    func holders(_ step: WeightSpan) -> [String] {
      judged.filter { step.weights.share(of: $0) > 0 }
    }
    let opening = rollout.steps.lazy.map(holders).first { !$0.isEmpty } ?? []
    self.opening = opening
    later = judged.filter { !opening.contains($0) }
  }

  /// Whether a canary joined the rollout later.
  func isLater(_ canary: String) -> Bool { later.contains(canary) }

  /// A canary's share, a fraction of 1; 0 of one that is not judged.
  func share(of canary: String) -> Double {
    if opening.contains(canary) { return Self.openingShare / Double(opening.count) }
    guard let place = later.firstIndex(of: canary) else { return 0 }
    return (1 - Self.openingShare) * exp2(-Double(place + 1))
  }
}
