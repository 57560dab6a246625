/// How evidence stood after one interval: natural logarithms of e-values.
public struct EvidencePoint: Hashable, Sendable {
  /// The end of the interval.
  public let at: Timestamp
  /// Evidence that the canary is outside its margin.
  public let toBlock: Double
  /// Evidence that the canary is within its margin.
  public let toPromote: Double

  /// How evidence stood after one interval.
  public init(at: Timestamp, toBlock: Double, toPromote: Double) {
    self.at = at
    self.toBlock = toBlock
    self.toPromote = toPromote
  }
}

/// How the evidence of one check about one canary developed.
public struct EvidenceHistory: Hashable, Sendable {
  /// The check's name.
  public let check: String
  /// The canary.
  public let canary: String
  /// The evidence at which the check blocks.
  public let requiredToBlock: Double
  /// The evidence at which the check promotes.
  public let requiredToPromote: Double
  /// One entry a judged interval, in order.
  public let points: [EvidencePoint]

  /// How the evidence of one check developed.
  public init(
    check: String, canary: String, requiredToBlock: Double, requiredToPromote: Double,
    points: [EvidencePoint]
  ) {
    self.check = check
    self.canary = canary
    self.requiredToBlock = requiredToBlock
    self.requiredToPromote = requiredToPromote
    self.points = points
  }
}
