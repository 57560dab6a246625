/// How the requests of one interval were divided between two versions, and how they should have been.
public struct ShareStratum: Sendable, Hashable {
  /// The canary's requests, at least 0.
  public var canaryRequests: Int
  /// The baseline's requests, at least 0.
  public var baselineRequests: Int
  /// The canary's configured weight in force, 0…1.
  public var canaryWeight: Double

  /// Creates a stratum.
  ///
  /// - Parameters:
  ///   - canaryRequests: The canary's requests, at least 0.
  ///   - baselineRequests: The baseline's requests, at least 0.
  ///   - canaryWeight: The canary's configured weight, 0…1.
  public init(canaryRequests: Int, baselineRequests: Int, canaryWeight: Double) {
    precondition(canaryWeight >= 0 && canaryWeight <= 1, "a weight is a fraction of 1")
    self.canaryRequests = canaryRequests
    self.baselineRequests = baselineRequests
    self.canaryWeight = canaryWeight
  }
}
