#if canImport(Glibc)
  import Glibc
#endif
import Simulation

/// One figure of a table, and whether it is as stated.
struct Figure {
  let text: String
  let isAsStated: Bool

  init(_ text: String, isAsStated: Bool = true) {
    self.text = text + (isAsStated ? "" : " !")
    self.isAsStated = isAsStated
  }

  /// A share with its Monte-Carlo error, beside a reference from as many trials: as stated where they
  /// differ by at most three standard errors of both.
  static func share(_ share: Double, reference: Double?, trials: Int) -> Figure {
    let text = Self.text(share, trials: trials)
    guard let reference else { return Figure(text) }
    let error = (variance(share, trials) + variance(reference, trials)).squareRoot()
    return Figure("\(text) (\(reference))", isAsStated: abs(share - reference) <= 3 * error)
  }

  /// A share with its Monte-Carlo error that shall be at most a bound, but for three standard errors.
  static func share(_ share: Double, atMost bound: Double, trials: Int) -> Figure {
    let error = (bound * (1 - bound) / Double(trials)).squareRoot()
    return Figure(text(share, trials: trials), isAsStated: share <= bound + 3 * error)
  }

  /// A median in minutes, beside a reference: as stated where they differ by at most half a minute or
  /// a part of the reference.
  static func minutes(_ share: Share, reference: Double?, tolerance: Double) -> Figure {
    guard let median = share.medianMinutes else {
      return Figure("over 60", isAsStated: reference == nil)
    }
    guard let reference else { return Figure("\(median)") }
    return Figure(
      "\(median) (\(reference))",
      isAsStated: abs(median - reference) <= max(0.5, reference * tolerance))
  }

  /// Two figures in one column.
  static func / (left: Figure, right: Figure) -> Figure {
    Figure(
      text: "\(left.text) / \(right.text)", isAsStated: left.isAsStated && right.isAsStated)
  }

  private init(text: String, isAsStated: Bool) {
    self.text = text
    self.isAsStated = isAsStated
  }

  private static func text(_ share: Double, trials: Int) -> String {
    "\(rounded(share, 3)) ± \(rounded(variance(share, trials).squareRoot(), 3))"
  }

  private static func variance(_ share: Double, _ trials: Int) -> Double {
    let share = min(max(share, 1 / Double(trials)), 1 - 1 / Double(trials))
    return share * (1 - share) / Double(trials)
  }
}

/// Prints a row; returns what in it is not as stated.
func printed(_ name: String, _ figures: [Figure]) -> [String] {
  print("  " + padded(name, 48) + figures.map { padded($0.text, 26) }.joined())
  return figures.filter { !$0.isAsStated }.map { "\(name): \($0.text)" }
}

func padded(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(1, width - text.count))
}

func rounded(_ value: Double, _ digits: Int) -> Double {
  let scale = pow(10, Double(digits))
  return (value * scale).rounded() / scale
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
