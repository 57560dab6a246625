import Simulation

/// How often equal versions are blocked within an hour, by noise: the largest share over six kinds
/// of traffic.
enum FalseBlocks {
  private static let trials = 1_000
  /// What every procedure promises where requests fail independently, or versions fail alike.
  private static let bound = 0.05
  private static let rows: [(name: String, noise: Noise, reference: [Double]?)] = [
    ("independent", .independent, [0.024, 0.015, 0.008, 0.010]),
    ("shared incidents, 10x, 5 min", .sharedIncidents, [0.023, 0.013, 0.006, 0.012]),
    ("clumps of 3", .clumps, [0.306, 0.044, 0.017, 0.013]),
    ("gamma, cv 0.3", .gamma(variation: 0.3), [0.563, 0.050, 0.016, 0.016]),
    ("gamma, cv 0.7", .gamma(variation: 0.7), [0.826, 0.118, 0.029, 0.019]),
    (
      "AR(1) 0.9, sd 0.3", .autoregressive(correlation: 0.9, deviation: 0.3),
      [0.699, 0.552, 0.531, 0.035]
    ),
    ("bursts of 5 %", .bursts(probability: 0.02), [0.635, 0.323, 0.015, 0.026]),
    ("AR(1) 0.98, sd 0.3", .autoregressive(correlation: 0.98, deviation: 0.3), nil),
    ("Pareto bursts", .paretoBursts(exponent: 1.2), nil),
    ("waves of 30 %", .waves(amplitude: 0.3), nil),
  ]
  private static let traffic = [0.1, 0.5].flatMap { share in
    [(0.001, 500.0), (0.01, 50), (0.01, 500)].map { rate, requests in
      Traffic(baselineRate: rate, canaryShare: share, requestsPerSecond: requests)
    }
  }

  static func print() async -> [String] {
    Swift.print("\nfalse blocks, equal versions, 60 min: largest of 6 kinds of traffic (reference)")
    Swift.print("                                          e, gate, strict, calibrated")
    var deviations: [String] = []
    for (name, noise, reference) in rows {
      let cells = await traffic.enumerated().concurrentMap { index, traffic in
        simulate(
          traffic, noise, intervals: 120, trials: trials, procedures: Procedure.allCases,
          seed: UInt64(index))
      }
      let largest = Procedure.allCases.map { procedure in
        cells.map { Share($0, procedure).fraction }.max() ?? 0
      }
      deviations += printed(
        name,
        largest.enumerated().map {
          .share($0.element, reference: reference?[$0.offset], trials: trials)
        })
      if [.independent, .sharedIncidents].contains(noise) {
        deviations += largest.map { Figure.share($0, atMost: bound, trials: trials) }
          .filter { !$0.isAsStated }.map { "\(name), at most \(bound): \($0.text)" }
      }
    }
    return deviations
  }
}
