import Foundation
import Rollouts

/// From figures to places along an axis.
struct Scale {
  private let low: Double
  private let high: Double
  private let start: Double
  private let end: Double
  private let transform: @Sendable (Double) -> Double

  /// - Parameters:
  ///   - domain: The figures from one end of the axis to the other.
  ///   - range: The places of the two ends.
  ///   - transform: Grows with the figure; the axis is even in what it gives.
  private init(
    _ domain: ClosedRange<Double>, _ range: (Double, Double),
    _ transform: @escaping @Sendable (Double) -> Double
  ) {
    low = transform(domain.lowerBound)
    high = transform(domain.upperBound)
    (start, end) = range
    self.transform = transform
  }

  static func linear(_ domain: ClosedRange<Double>, _ range: (Double, Double)) -> Scale {
    Scale(domain, range) { $0 }
  }

  /// For figures above 0 of very different sizes.
  static func logarithmic(_ domain: ClosedRange<Double>, _ range: (Double, Double)) -> Scale {
    Scale(domain, range) { log10(max($0, .leastNormalMagnitude)) }
  }

  /// For figures of either sign and very different sizes: even around 0, logarithmic far from it.
  static func symmetricLogarithmic(
    _ domain: ClosedRange<Double>, _ range: (Double, Double)
  ) -> Scale {
    Scale(domain, range) { asinh($0) }
  }

  /// The place of a figure; at the end of the axis for one beyond it.
  subscript(value: Double) -> Double {
    guard high > low else { return (start + end) / 2 }
    let share = (transform(value) - low) / (high - low)
    return start + (end - start) * min(1, max(0, share))
  }
}

/// From moments to places along the time axis.
struct TimeScale {
  let window: TimeWindow
  let left: Double
  let right: Double

  /// The place of a moment; at the end of the axis for one outside the window.
  subscript(moment: Timestamp) -> Double {
    let length = Double(window.duration.wholeMilliseconds)
    let share = Double((moment - window.from).wholeMilliseconds) / max(1, length)
    return left + (right - left) * min(1, max(0, share))
  }
}

/// Round figures to write beside an axis.
enum Ticks {
  /// Figures from 0 on, in steps of 1, 2 or 5 times a power of ten.
  ///
  /// - Parameters:
  ///   - highest: The largest figure shown; above 0.
  ///   - count: About how many steps.
  /// - Returns: The figures in order; the last is at least `highest`.
  static func linear(upTo highest: Double, count: Int) -> [Double] {
    guard highest > 0, highest.isFinite else { return [0] }
    let rough = highest / Double(count)
    let power = pow(10, floor(log10(rough)))
    let factor = [1.0, 2, 5, 10].first { $0 * power >= rough * 0.999 } ?? 10
    let step = factor * power
    let last = Int((highest / step).rounded(.up))
    return (0...max(1, last)).map { Double($0) * step }
  }

  private static let timeSteps: [Int64] = [
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400,
    172_800, 604_800, 1_209_600, 2_592_000,
  ]

  /// Round moments of a window.
  ///
  /// - Parameters:
  ///   - window: The stretch of time.
  ///   - count: At most how many.
  /// - Returns: The moments in order, and how many seconds lie between two.
  static func times(in window: TimeWindow, count: Int) -> (moments: [Timestamp], step: Int64) {
    let from = window.from.millisecondsSince1970 / 1000
    let to = window.to.millisecondsSince1970 / 1000
    let step =
      timeSteps.first { (to - from) / $0 < Int64(count) } ?? (to - from) / Int64(count) + 1
    let first = (from + step - 1) / step * step
    return (
      stride(from: first, through: to, by: Int64.Stride(step)).map(
        Timestamp.init(secondsSince1970:)), step
    )
  }
}
