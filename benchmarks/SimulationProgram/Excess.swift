import Simulation
import Statistics

#if canImport(Glibc)
  import Glibc
#endif

/// How long it takes to decide, by the least time that any test needs on average.
enum Excess {
  private static let trials = 200
  private static let intervals = 120
  /// By the least time in minutes: where it is shorter, looking every 30 s is what counts, and where
  /// it is longer, the hour is over before many rollouts are decided.
  private static let leastMinutes = 1.5...20.0
  private static let tolerance = 0.15

  private struct Row {
    let name: String
    let question: DecisionTrial.Question
    let ratios: [Double]
    /// Medians of the process with dispersion 1 alone and of the gate: of the reference without a
    /// margin, as measured before with the standard one.
    let expected: [Double]
  }

  private static let rows = [
    Row(
      name: "block, no margin, 5 %",
      question: DecisionTrial.Question(margin: .none, direction: .worse, required: log(1 / 0.05)),
      ratios: [1.5, 2, 5], expected: [1.56, 1.99]),
    Row(
      name: "block, standard margin and share",
      question: DecisionTrial.Question(
        margin: .errorDefault, direction: .worse, required: log(1 / 0.0225)),
      ratios: [2, 5], expected: [1.44, 1.76]),
    Row(
      name: "promote, standard margin and share",
      question: DecisionTrial.Question(
        margin: .errorDefault, direction: .better, required: log(1 / 0.045)),
      ratios: [1], expected: [1.95, 2.36]),
  ]

  static func print() async -> [String] {
    Swift.print(
      """

      mean time to decide by the least of any test, independent requests: median (least to most) of
        the kinds of traffic with a least time of 1.5 to 20 min, nearly all decided within 60 min
        (expected median): e, gate
      """)
    var deviations: [String] = []
    for (index, row) in rows.enumerated() {
      let cells = await traffic(row).enumerated().concurrentMap { place, traffic in
        let seed = UInt64(500 + 100 * index + place) << 32
        return (
          traffic,
          (0..<UInt64(trials)).map {
            DecisionTrial(row.question, traffic, intervals: intervals, seed: seed + $0)
          }
        )
      }
      let columns: [(DecisionTrial) -> Int?] = [\.plain, \.gate]
      deviations += printed(
        row.name,
        columns.enumerated().map { column, time in
          figure(
            cells.compactMap { ratio($0.1.compactMap(time), row.question, $0.0) },
            expected: row.expected[column])
        })
    }
    return deviations
  }

  private static func traffic(_ row: Row) -> [Traffic] {
    [0.001, 0.01, 0.05].flatMap { rate in
      row.ratios.flatMap { ratio in
        [0.01, 0.1, 0.5].flatMap { share in
          [5.0, 50, 500].map {
            Traffic(
              baselineRate: rate, ratio: ratio, canaryShare: share, requestsPerSecond: $0)
          }
        }
      }
    }.filter { traffic in
      row.question.leastRequests(traffic).map {
        leastMinutes.contains($0 / traffic.requestsPerSecond / 60)
      } ?? false
    }
  }

  /// The mean time by the least; `nil` where too many rollouts were not decided.
  private static func ratio(
    _ times: [Int], _ question: DecisionTrial.Question, _ traffic: Traffic
  ) -> Double? {
    guard Double(times.count) >= 0.995 * Double(trials),
      let least = question.leastRequests(traffic)
    else { return nil }
    let mean = Double(times.reduce(0, +)) / Double(times.count) * Traffic.intervalSeconds
    return mean / (least / traffic.requestsPerSecond)
  }

  private static func figure(_ ratios: [Double], expected: Double) -> Figure {
    let sorted = ratios.sorted()
    guard let least = sorted.first, let most = sorted.last else {
      return Figure("none", isAsStated: false)
    }
    let median = sorted[sorted.count / 2]
    return Figure(
      "\(rounded(median, 2)) (\(rounded(least, 2)) to \(rounded(most, 2)) of \(sorted.count), "
        + "\(expected))",
      isAsStated: abs(median / expected - 1) <= tolerance)
  }
}
