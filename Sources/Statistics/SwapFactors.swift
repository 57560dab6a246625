#if canImport(Glibc)
  import Glibc
#endif

/// f_η of one interval, for every η of the swap process.
struct SwapFactors {
  static let count = 25

  private static let rates = (0..<count).map { exp2(-10 + Double($0) / 2) }
  private static let largestTabulated = 256
  /// 2 / (1 + exp(−η d)) for |d| ≤ 256, difference after difference.
  private static let table: [Double] = (-largestTabulated...largestTabulated).flatMap {
    difference in
    rates.map { 2 / (1 + exp(-$0 * Double(difference))) }
  }

  private(set) var values = Array(repeating: 1.0, count: Self.count)
  private var totalProbability = 0.0

  /// Computes the mean of 2 / (1 + exp(−η d)) over all thinnings of the larger version.
  mutating func average(_ stratum: Stratum, direction: Direction) {
    let sign = direction == .worse ? 1 : -1
    let isCanarySmaller = stratum.canary.requests <= stratum.baseline.requests
    let smaller = isCanarySmaller ? stratum.canary : stratum.baseline
    let larger = isCanarySmaller ? stratum.baseline : stratum.canary
    let drawSign = isCanarySmaller ? -sign : sign
    for index in 0..<Self.count { values[index] = 0 }
    totalProbability = 0
    visitDraws(population: larger, drawn: smaller.requests) { factors, drawnEvents, probability in
      factors.add(
        difference: drawSign * (drawnEvents - smaller.badEvents), probability: probability)
    }
    for index in 0..<Self.count { values[index] /= totalProbability }
  }

  private mutating func add(difference: Int, probability: Double) {
    totalProbability += probability
    guard abs(difference) <= Self.largestTabulated else {
      for index in 0..<Self.count {
        values[index] += probability * (2 / (1 + exp(-Self.rates[index] * Double(difference))))
      }
      return
    }
    let first = (difference + Self.largestTabulated) * Self.count
    Self.table.withUnsafeBufferPointer { table in
      values.withUnsafeMutableBufferPointer { values in
        for index in 0..<Self.count { values[index] += probability * table[first + index] }
      }
    }
  }

  /// Calls with every count of bad events that a draw without replacement can hold and its
  /// probability relative to the likeliest, outwards from that one; what cannot change the last bit
  /// is left out.
  private mutating func visitDraws(
    population: Tally, drawn: Int, visit: (inout SwapFactors, Int, Double) -> Void
  ) {
    let negligible = 1e-22
    let others = population.requests - population.badEvents
    let least = max(0, drawn - others)
    let most = min(drawn, population.badEvents)
    let expected =
      (Double(drawn) + 1) * (Double(population.badEvents) + 1) / (Double(population.requests) + 2)
    let mode = min(max(Int(expected.rounded(.down)), least), most)
    visit(&self, mode, 1)
    var probability = 1.0
    var events = mode
    while events < most, probability > negligible {
      probability *=
        Double(population.badEvents - events) * Double(drawn - events)
        / (Double(events + 1) * Double(others - drawn + events + 1))
      events += 1
      visit(&self, events, probability)
    }
    probability = 1
    events = mode
    while events > least, probability > negligible {
      probability *=
        Double(events) * Double(others - drawn + events)
        / (Double(population.badEvents - events + 1) * Double(drawn - events + 1))
      events -= 1
      visit(&self, events, probability)
    }
  }
}
