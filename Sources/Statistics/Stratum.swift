/// One interval under one weight state: what both versions counted side by side.
///
/// Comparing inside strata is what makes a change of the common rate (an incident that hits both
/// versions) or of the weights harmless. A stratum in which one version had no requests compares
/// nothing and carries no evidence.
public struct Stratum: Sendable, Hashable {
  /// The version that is being rolled out.
  public var canary: Tally
  /// The version that it is compared with.
  public var baseline: Tally

  /// Creates a stratum from the two tallies of one interval.
  public init(canary: Tally, baseline: Tally) {
    self.canary = canary
    self.baseline = baseline
  }

  /// Whether both versions had requests.
  public var isComparable: Bool {
    canary.requests > 0 && baseline.requests > 0
  }
}
