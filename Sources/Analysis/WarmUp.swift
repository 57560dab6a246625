import Rollouts

extension Rollout {
  /// When the warm-up after each change of the weights is over.
  ///
  /// - Parameters:
  ///   - policy: How long the warm-up is, after any change and where a canary first receives weight.
  ///   - intervalWidth: How long it is after a change where the policy does not say.
  /// - Returns: One moment a step; intervals of the step that begin before it are not judged.
  public func ends(ofWarmUpsBy policy: Policy, intervalWidth: Duration) -> [Timestamp] {
    var seen: Set<String> = []
    return steps.enumerated().map { index, step in
      let end = step.validFrom + (policy.warmUp ?? intervalWidth)
      let newcomers = canaries.filter { step.weights.share(of: $0) > 0 && !seen.contains($0) }
      guard !newcomers.isEmpty else { return end }
      seen.formUnion(newcomers)
      return max(end, (index == 0 ? startedAt : step.beganAt) + policy.canaryWarmUp)
    }
  }
}
