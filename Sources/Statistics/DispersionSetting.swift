/// What is assumed of the dependence between the requests of one version.
public enum DispersionSetting: Sendable, Hashable {
  /// Nothing is known: the estimate so far, raised while it rests on few intervals. An empirical
  /// guard.
  case estimated
  /// The least dispersion, at least 1: 1 + retries where every request is retried at most that often
  /// (proven), or what `Dispersion.history` found; a larger estimate takes its place.
  case declared(Double)

  /// Returns the dispersion in use.
  ///
  /// - Parameters:
  ///   - estimate: The estimate from the intervals so far, at least 1.
  ///   - intervals: How many intervals there are, at least 1.
  /// - Returns: At least 1, and at least the estimate.
  public func inUse(estimate: Double, intervals: Int) -> Double {
    switch self {
    case .estimated:
      Dispersion.inUse(estimate: estimate, intervals: intervals, declared: nil)
    case .declared(let least):
      Dispersion.inUse(estimate: estimate, intervals: intervals, declared: least)
    }
  }

  func requireValid() {
    if case .declared(let least) = self {
      precondition(least >= 1 && least.isFinite, "a dispersion is finite and at least 1")
    }
  }
}
