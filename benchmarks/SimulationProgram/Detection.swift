import Simulation

/// How long it takes to find a difference, independent requests.
enum Detection {
  private static let trials = 500
  private static let tolerance = 1.0 / 6
  private static let rows: [(traffic: Traffic, power: [Double], minutes: [Double])] = [
    (Self.traffic(0.001, 2, 0.1, 50), [0.77, 0.71], [32.5, 40]),
    (Self.traffic(0.001, 2, 0.1, 500), [1, 1], [3.8, 5]),
    (Self.traffic(0.001, 5, 0.1, 5), [0.77, 0.73], [36.5, 40.5]),
    (Self.traffic(0.001, 5, 0.1, 50), [1, 1], [4, 5]),
    (Self.traffic(0.001, 5, 0.1, 500), [1, 1], [0.5, 2]),
    (Self.traffic(0.001, 5, 0.01, 50), [0.79, 0.77], [34.5, 35.8]),
    (Self.traffic(0.01, 1.5, 0.1, 50), [1, 0.99], [12.5, 15.5]),
    (Self.traffic(0.01, 2, 0.1, 5), [0.81, 0.75], [32, 37.5]),
    (Self.traffic(0.01, 2, 0.1, 50), [1, 1], [4, 5]),
    (Self.traffic(0.01, 2, 0.01, 50), [0.84, 0.80], [29.5, 32]),
    (ramp, [1, 1], [3.5, 5]),
    (Self.traffic(0.05, 1.5, 0.1, 50), [1, 1], [3, 4.5]),
  ]

  private static func traffic(
    _ rate: Double, _ ratio: Double, _ share: Double, _ requests: Double
  ) -> Traffic {
    Traffic(
      baselineRate: rate, ratio: ratio, canaryShare: share, requestsPerSecond: requests)
  }

  /// Ten minutes at a tenth, ten at a quarter, then a half.
  private static let ramp = Traffic(
    baselineRate: 0.01, ratio: 2, canaryShares: [0.1, 0.25, 0.5], intervalsPerStep: 20,
    requestsPerSecond: 50)

  static func print() async -> [String] {
    Swift.print(
      "\nblocked within 60 min / median minutes (reference), independent requests: e, gate")
    let procedures = [Procedure.plain, .gate]
    let results = await rows.enumerated().concurrentMap { index, row in
      simulate(
        row.traffic, .independent, intervals: 120, trials: trials, procedures: procedures,
        seed: 100 + UInt64(index))
    }
    return zip(results, rows).flatMap { trials, expected in
      printed(
        name(expected.traffic),
        procedures.enumerated().map { column, procedure in
          let share = Share(trials, procedure)
          return .share(
            share.fraction, reference: expected.power[column], trials: Self.trials)
            / .minutes(share, reference: expected.minutes[column], tolerance: tolerance)
        })
    }
  }

  private static func name(_ traffic: Traffic) -> String {
    let shares = traffic.canaryShares.map { "\(rounded($0 * 100, 1))" }.joined(separator: ", ")
    return "\(rounded(traffic.baselineRate * 100, 1)) % \(traffic.ratio)x, \(shares) %, "
      + "\(Int(traffic.requestsPerSecond))/s"
  }
}

/// What the guard costs where a canary is twice as bad and requests depend on one another.
enum Price {
  /// The reference leaves open on what its noises act.
  private static let rows: [(name: String, noise: Noise, reference: [Double], tolerance: Double)] =
    [
      ("independent", .independent, [3.5, 5, 7, 4.8], 1.0 / 6),
      ("clumps of 3", .clumps, [3.5, 9.5, 21.5, 14.5], 1.0 / 4),
      ("gamma, cv 0.7", .gamma(variation: 0.7), [2.8, 9, 15, 11], 1.0 / 4),
      (
        "AR(1) 0.9, sd 0.3", .autoregressive(correlation: 0.9, deviation: 0.3),
        [4, 5.5, 8.5, 18.5],
        1.0 / 4
      ),
    ]

  static func print() async -> [String] {
    Swift.print("\nblocked / median minutes to block (reference), 1 % 2x, 10 %, 50/s")
    let traffic = Traffic(
      baselineRate: 0.01, ratio: 2, canaryShare: 0.1, requestsPerSecond: 50)
    let results = await rows.enumerated().concurrentMap { index, row in
      simulate(
        traffic, row.noise, intervals: 120, trials: 500, procedures: Procedure.allCases,
        seed: 200 + UInt64(index))
    }
    return zip(results, rows).flatMap { trials, expected in
      printed(
        expected.name,
        Procedure.allCases.enumerated().map { column, procedure in
          let share = Share(trials, procedure)
          return Figure("\(rounded(share.fraction, 2))")
            / .minutes(
              share, reference: expected.reference[column], tolerance: expected.tolerance)
        })
    }
  }
}
