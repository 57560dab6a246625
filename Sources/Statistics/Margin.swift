/// How much worse than the baseline a canary may be.
///
/// A canary rate is tolerated while canary ≤ `ratio` · baseline + `points`. The same margin serves
/// both directions, so that the verdicts are complementary.
public struct Margin: Sendable, Hashable {
  /// The tolerated multiple of the baseline's rate; greater than 0.
  public var ratio: Double
  /// What is tolerated on top, as a fraction of requests: 0.001 is 0.1 percentage points; 0…1.
  public var points: Double

  /// Creates a margin.
  ///
  /// - Parameters:
  ///   - ratio: The tolerated multiple of the baseline's rate, finite and greater than 0.
  ///   - points: The fraction of requests tolerated on top, 0…1.
  public init(ratio: Double, points: Double) {
    precondition(ratio > 0 && ratio.isFinite, "the ratio of a margin is finite and above 0")
    precondition(points >= 0 && points <= 1, "the points of a margin are a fraction of requests")
    self.ratio = ratio
    self.points = points
  }

  /// No margin at all: the canary's rate is no higher than the baseline's.
  public static let none = Margin(ratio: 1, points: 0)

  /// The default for error rates, a matter of judgement: a quarter more, and 0.1 percentage points.
  public static let errorDefault = Margin(ratio: 1.25, points: 0.001)

  /// The default for shares of slow requests, likewise: a quarter more, and 0.2 percentage points.
  public static let latencyDefault = Margin(ratio: 1.25, points: 0.002)

  /// Returns the highest tolerated canary rate beside a baseline rate; it may exceed 1.
  public func toleratedRate(besideBaselineRate baselineRate: Double) -> Double {
    ratio * baselineRate + points
  }
}
