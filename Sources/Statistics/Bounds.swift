/// The two ends of a confidence sequence at one look; an end that nothing excludes is the end of
/// the range (0, ±1, or infinity).
public struct Bounds: Sendable, Hashable {
  /// The lower end.
  public var lower: Double
  /// The upper end, at least `lower`.
  public var upper: Double

  /// Creates bounds from their two ends.
  public init(lower: Double, upper: Double) {
    self.lower = lower
    self.upper = upper
  }

  /// Returns whether a value lies within the bounds, ends included.
  public func contains(_ value: Double) -> Bool {
    lower <= value && value <= upper
  }
}
