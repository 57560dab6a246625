/// What a gate demands of a canary.
public struct Policy: Hashable, Sendable {
  /// The version that canaries are compared with; `nil`: the one that held most of the weight
  /// when the rollout began.
  public var baseline: String?
  /// Bound on the probability that the gate ever blocks a canary that is within its margins, over
  /// all looks of a rollout together.
  public var falseBlockBound: Double
  /// Bound on the probability that a check ever passes a canary that is outside its margin.
  public var falsePromoteBound: Double
  /// How much worse the canary's error rate may be.
  public var errorMargin: ErrorMargin
  /// Responses that count against a version.
  public var errorResponses: Set<ResponseClass>
  /// Intervals left out after a weight change, besides the one that contains it: the first sample
  /// after a change still counts requests from before.
  public var warmUpIntervals: Int
  /// How old the newest stored interval may be when the gate is asked.
  public var maximumDataAge: Duration

  /// A tolerated error rate: `canary ≤ ratio × baseline + points`.
  public struct ErrorMargin: Hashable, Sendable {
    /// Factor on the baseline's rate; at least 0.
    public var ratio: Double
    /// Added to it, a fraction of 1.
    public var points: Double

    /// A tolerated error rate.
    public init(ratio: Double, points: Double) {
      self.ratio = ratio
      self.points = points
    }
  }

  /// The policy of a target that states none.
  public static let standard = Policy(
    baseline: nil, falseBlockBound: 0.05, falsePromoteBound: 0.05,
    errorMargin: ErrorMargin(ratio: 1.25, points: 0.001),
    errorResponses: [.serverError, .noResponse], warmUpIntervals: 1,
    maximumDataAge: .seconds(300))
}
