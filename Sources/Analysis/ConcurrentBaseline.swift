import Rollouts
import Statistics

/// What the canary's requests would have met at the baseline: its rate of bad events in each interval,
/// weighted by the canary's requests.
///
///     Σ n_c x_b/n_b / Σ n_c   over the intervals in which both versions had requests
///
/// The totals of two versions cannot be compared once the weights have moved: after an hour at 10 %
/// and an incident at 50 %, most of the canary's requests are of the incident and few of the
/// baseline's, although both failed alike.
///
/// **Source:** direct standardization; Rothman, Greenland & Lash, Modern Epidemiology, 3rd edition,
/// chapter 4.
struct ConcurrentBaseline {
  private var badEvents = 0.0
  private var requests = 0.0

  init() {}

  init(_ strata: some Sequence<Stratum>) {
    for stratum in strata { add(stratum) }
  }

  mutating func add(_ stratum: Stratum) {
    guard stratum.canary.requests > 0, let rate = stratum.baseline.rate else { return }
    badEvents += Double(stratum.canary.requests) * rate
    requests += Double(stratum.canary.requests)
  }

  /// A fraction of 1; `nil` where nothing is compared.
  var rate: Double? { requests > 0 ? badEvents / requests : nil }

  /// The rate in words where the baseline's total differs by more than a tenth of it, so that nobody
  /// compares the totals; else nothing.
  func words(beside total: Double, canary: String) -> String {
    guard let rate, abs(rate - total) > 0.1 * total else { return "" }
    return ", \(rate.percentText) at the times of \(canary)'s requests"
  }
}
