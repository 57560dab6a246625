#if canImport(Glibc)
  import Glibc
#endif
import Simulation

/// How often equal versions are blocked within an hour, by noise: the largest share over six kinds
/// of traffic.
struct FalseBlocks {
  private static let trials = 1_000
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

  func print() async {
    Swift.print("\nfalse blocks, equal versions, 60 min: largest of 6 kinds of traffic (reference)")
    for (name, noise, reference) in Self.rows {
      let cells = await Self.traffic.enumerated().concurrentMap { index, traffic in
        simulate(
          traffic, noise, intervals: 120, trials: Self.trials, procedures: Procedure.allCases,
          seed: UInt64(index))
      }
      let columns = Procedure.allCases.enumerated().map { column, procedure in
        let largest = cells.map { Share($0, procedure).fraction }.max() ?? 0
        return figure(largest, reference: reference?[column], trials: Self.trials)
      }
      Swift.print(row(name, columns))
    }
  }
}

/// How long it takes to find a difference, independent requests.
enum Detection {
  private static let trials = 500
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
    (Self.traffic(0.05, 1.5, 0.1, 50), [1, 1], [3, 4.5]),
  ]

  private static func traffic(
    _ rate: Double, _ ratio: Double, _ share: Double, _ requests: Double
  ) -> Traffic {
    Traffic(
      baselineRate: rate, ratio: ratio, canaryShare: share, requestsPerSecond: requests)
  }

  static func print() async {
    Swift.print(
      "\nblocked within 60 min / median minutes (reference), independent requests: e, gate")
    let procedures = [Procedure.plain, .gate]
    let results = await rows.enumerated().concurrentMap { index, row in
      simulate(
        row.traffic, .independent, intervals: 120, trials: trials, procedures: procedures,
        seed: 100 + UInt64(index))
    }
    for (trials, expected) in zip(results, rows) {
      let traffic = expected.traffic
      let name =
        "\(traffic.baselineRate * 100) % \(traffic.ratio)x, \(traffic.canaryShare * 100) %, "
        + "\(Int(traffic.requestsPerSecond))/s"
      let columns = procedures.enumerated().map { column, procedure in
        let share = Share(trials, procedure)
        return figure(share.fraction, reference: expected.power[column], trials: Self.trials)
          + " / " + minutes(share, reference: expected.minutes[column])
      }
      Swift.print(row(name, columns))
    }
  }
}

/// What the guard costs where a canary is twice as bad and requests depend on one another.
enum Price {
  private static let rows: [(name: String, noise: Noise, reference: [Double]?)] = [
    ("independent", .independent, [3.5, 5, 7, 4.8]),
    ("clumps of 3", .clumps, [3.5, 9.5, 21.5, 14.5]),
    ("gamma, cv 0.7", .gamma(variation: 0.7), [2.8, 9, 15, 11]),
    (
      "AR(1) 0.9, sd 0.3", .autoregressive(correlation: 0.9, deviation: 0.3), [4, 5.5, 8.5, 18.5]
    ),
  ]

  static func print() async {
    Swift.print("\nmedian minutes to block (reference), 1 % 2x, 10 %, 50/s")
    let traffic = Traffic(
      baselineRate: 0.01, ratio: 2, canaryShare: 0.1, requestsPerSecond: 50)
    let results = await rows.enumerated().concurrentMap { index, row in
      simulate(
        traffic, row.noise, intervals: 120, trials: 500, procedures: Procedure.allCases,
        seed: 200 + UInt64(index))
    }
    for (trials, expected) in zip(results, rows) {
      let columns = Procedure.allCases.enumerated().map { column, procedure in
        let share = Share(trials, procedure)
        return "\(rounded(share.fraction, 2)) / "
          + minutes(share, reference: expected.reference?[column])
      }
      Swift.print(row(expected.name, columns))
    }
  }
}

func simulate(
  _ traffic: Traffic, _ noise: Noise, intervals: Int, trials: Int, procedures: [Procedure],
  seed: UInt64
) -> [Trial] {
  (0..<trials).map { trial in
    Trial(
      traffic, noise: noise, intervals: intervals, procedures: procedures,
      seed: (seed << 32) + UInt64(trial))
  }
}

func row(_ name: String, _ columns: [String]) -> String {
  "  " + padded(name, 30) + columns.map { padded($0, 26) }.joined()
}

func padded(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(1, width - text.count))
}

func rounded(_ value: Double, _ digits: Int) -> Double {
  let scale = pow(10, Double(digits))
  return (value * scale).rounded() / scale
}

/// A share with its Monte-Carlo error; marked where it and the reference differ by more than three
/// standard errors of both.
func figure(_ share: Double, reference: Double?, trials: Int) -> String {
  func variance(_ share: Double) -> Double {
    let share = min(max(share, 1 / Double(trials)), 1 - 1 / Double(trials))
    return share * (1 - share) / Double(trials)
  }
  let text = "\(rounded(share, 3)) ± \(rounded(variance(share).squareRoot(), 3))"
  guard let reference else { return text }
  let error = (variance(share) + variance(reference)).squareRoot()
  return "\(text) (\(reference))" + (abs(share - reference) > 3 * error ? " !" : "")
}

/// A median, marked where it and the reference differ by more than a sixth and half a minute.
func minutes(_ share: Share, reference: Double?) -> String {
  guard let median = share.medianMinutes else { return "over 60" }
  guard let reference else { return "\(median)" }
  let isFar = abs(median - reference) > max(0.5, reference / 6)
  return "\(median) (\(reference))" + (isFar ? " !" : "")
}

extension Sequence where Element: Sendable {
  /// Maps on all cores, in order.
  func concurrentMap<Result: Sendable>(
    _ transform: @escaping @Sendable (Element) -> Result
  ) async -> [Result] {
    await withTaskGroup(of: (Int, Result).self) { group in
      for (index, element) in enumerated() {
        group.addTask { (index, transform(element)) }
      }
      var results: [(Int, Result)] = []
      for await result in group { results.append(result) }
      return results.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }
}
