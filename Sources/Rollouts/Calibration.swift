/// How much more the counts of two equal versions differ than independent requests would, found
/// from a stretch of history.
public struct Calibration: Hashable, Sendable {
  /// What is counted.
  public enum Metric: String, Hashable, Sendable, CaseIterable {
    /// Errors.
    case errors
    /// Requests slower than a bound.
    case latency
  }

  /// What is counted.
  public var metric: Metric
  /// The dispersion, at least 1.
  public var dispersion: Double
  /// The stretch of history.
  public var window: TimeWindow
  /// The width of its intervals.
  public var stepSeconds: Int
  /// The second version's share of the requests, between 0 and 1.
  public var canaryShare: Double
  /// How many requests both versions had in an interval, on average.
  public var requestsPerInterval: Double
  /// Whose counts it was made of; `nil` if that was not stored yet when it was made.
  public var reporter: Reporter?
  /// What counted as an error; `nil` likewise.
  public var errorResponses: ErrorResponses?

  /// A dispersion and what it was found from.
  public init(
    metric: Metric, dispersion: Double, window: TimeWindow, stepSeconds: Int, canaryShare: Double,
    requestsPerInterval: Double, reporter: Reporter? = nil, errorResponses: ErrorResponses? = nil
  ) {
    self.metric = metric
    self.dispersion = dispersion
    self.window = window
    self.stepSeconds = stepSeconds
    self.canaryShare = canaryShare
    self.requestsPerInterval = requestsPerInterval
    self.reporter = reporter
    self.errorResponses = errorResponses
  }
}
