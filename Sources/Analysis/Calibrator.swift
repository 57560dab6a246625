import Rollouts
import Statistics

/// Finds out from a stretch of history in which two versions were equal how dependent requests are.
///
/// The result is as good as the history: it holds for the same division of the traffic, about as much
/// of it, and the same step width.
///
/// Source: batch means, see `Dispersion.history`.
public enum Calibrator {
  /// How many intervals in which both versions had requests it takes at least.
  public static let fewestIntervals = 120

  /// Why a stretch of history tells nothing about dependence.
  public struct Refusal: Error, Equatable {
    /// What is wrong, and what to do.
    public let reason: String
  }

  /// The dispersion of errors and, where durations are counted, of slow requests.
  ///
  /// - Parameters:
  ///   - counts: What was counted in the stretch.
  ///   - canary: The second version.
  /// - Returns: One calibration a metric.
  /// - Throws: A `Refusal` if there are too few intervals.
  public static func calibrations(
    from counts: JudgedCounts, canary: String
  ) throws(Refusal) -> [Calibration] {
    let strata = counts.errorStrata(canary: canary)
    let comparable = strata.filter(\.isComparable)
    guard comparable.count >= fewestIntervals, let window = counts.window,
      let interval = counts.intervals.last
    else {
      throw Refusal(
        reason: "in \(comparable.count) intervals both \(canary) and \(counts.baseline) had "
          + "requests, at least \(fewestIntervals) are needed; name a longer stretch with --since")
    }
    let canaryRequests = comparable.reduce(0) { $0 + $1.canary.requests }
    let requests = comparable.reduce(canaryRequests) { $0 + $1.baseline.requests }
    func calibration(_ metric: Calibration.Metric, _ dispersion: Double) -> Calibration {
      Calibration(
        metric: metric, dispersion: dispersion, window: window,
        stepSeconds: Int((interval.end - interval.start).seconds),
        canaryShare: Double(canaryRequests) / Double(requests),
        requestsPerInterval: Double(requests) / Double(counts.intervals.count),
        reporter: counts.evidence.reporter, errorResponses: counts.policy.errorResponses)
    }
    let errors = calibration(.errors, Dispersion.history(strata))
    guard let latency = latencyDispersion(counts, canary: canary) else { return [errors] }
    return [errors, calibration(.latency, latency)]
  }

  /// Whether the two versions have been shown to differ in the stretch, which then is no history of
  /// equal versions.
  ///
  /// - Parameters:
  ///   - counts: What was counted in the stretch.
  ///   - canary: The second version.
  /// - Returns: Whether the bounds of the ratio of the error rates exclude 1.
  public static func differ(_ counts: JudgedCounts, canary: String) -> Bool {
    let ratio = ErrorComparison(counts, canary: canary).ratio
    return (ratio.lower ?? 0) > 1 || (ratio.upper ?? 2) < 1
  }

  private static func latencyDispersion(_ counts: JudgedCounts, canary: String) -> Double? {
    guard let bounds = try? LatencyBounds(.everyBound, canary: canary, in: counts).bounds else {
      return nil
    }
    let canarySlow = counts.slow(of: canary, bounds: bounds)
    let baselineSlow = counts.slow(of: counts.baseline, bounds: bounds)
    return bounds.indices.map { index in
      Dispersion.history(
        zip(canarySlow.tallies(bound: index), baselineSlow.tallies(bound: index))
          .map(Stratum.init(canary:baseline:)))
    }.max()
  }
}
