#if canImport(Glibc)
  import Glibc
#endif

/// A mixture of one process over the intervals at which it may begin.
///
/// Σ_j c_j Σ_k w_k exp((L_k(t) − L_k(s_j))/d) is Σ_k w_k exp(L_k(t)/d) Σ_j c_j exp(−L_k(s_j)/d), so
/// the sum over beginnings is kept per grid point and an interval costs the same however many have
/// begun.
struct OnsetMixture {
  private static let spacing = 10

  private let logWeights: [Double]
  private let dispersion: Double
  /// log Σ_j c_j exp(−L_k(s_j)/dispersion) for every grid point.
  private var logStarts: [Double]
  private var intervals = 0
  private var begun = 0

  init(logWeights: [Double], dispersion: Double) {
    self.logWeights = logWeights
    self.dispersion = dispersion
    logStarts = Array(repeating: log(0.75), count: logWeights.count)
  }

  /// Lets a part begin with the interval that comes next, where one is due.
  mutating func beginInterval(exponents: [Double]) {
    if intervals > 0, intervals.isMultiple(of: Self.spacing) {
      begun += 1
      let logShare = -log(4 * Double(begun) * Double(begun + 1))
      for index in logStarts.indices {
        logStarts[index] = LogSpace.sum(
          logStarts[index], logShare - exponents[index] / dispersion)
      }
    }
    intervals += 1
  }

  func logEvidence(exponents: [Double]) -> Double {
    let logStakes = zip(logWeights, logStarts).map { $0 + $1 }
    let started = LogSpace.sumOfExponentials(
      logWeights: logStakes, exponents: exponents, scale: 1 / dispersion)
    return LogSpace.sum(started, -log(4 * Double(begun + 1)))
  }
}
