#if canImport(Glibc)
  import Glibc
#endif

/// Sums of numbers that are held by their logarithms.
enum LogSpace {
  /// A term this far below the largest cannot change the last bit of a sum of up to 1,000 terms.
  static let negligible = -45.0

  /// Returns log Σ exp(logWeights[i] + exponents[i] · scale), without overflow; -∞ of no terms.
  @inline(__always)
  static func sumOfExponentials(
    logWeights: UnsafePointer<Double>, exponents: UnsafePointer<Double>, count: Int, scale: Double
  ) -> Double {
    var largest = -Double.infinity
    for index in 0..<count {
      largest = max(largest, logWeights[index] + exponents[index] * scale)
    }
    guard largest.isFinite else { return largest }
    var sum = 0.0
    for index in 0..<count {
      let distance = logWeights[index] + exponents[index] * scale - largest
      if distance > negligible { sum += exp(distance) }
    }
    return largest + log(sum)
  }

  /// Returns log Σ exp(logWeights[i] + exponents[i] · scale) of two arrays of the same length.
  static func sumOfExponentials(
    logWeights: [Double], exponents: [Double], scale: Double = 1
  ) -> Double {
    precondition(logWeights.count == exponents.count)
    return logWeights.withUnsafeBufferPointer { weights in
      exponents.withUnsafeBufferPointer { values in
        guard let weights = weights.baseAddress, let values = values.baseAddress else {
          return -Double.infinity
        }
        return sumOfExponentials(
          logWeights: weights, exponents: values, count: exponents.count, scale: scale)
      }
    }
  }

  /// Returns the log of the mean of exp(value), −∞ of no values.
  static func mean(of values: some Collection<Double>) -> Double {
    guard values.count != 1 else { return values.reduce(0, +) }
    let values = Array(values)
    let largest = values.max() ?? -.infinity
    guard largest.isFinite else { return largest }
    let sum = values.reduce(0) { $0 + exp($1 - largest) }
    return largest + log(sum / Double(values.count))
  }

  /// Returns log(exp(left) + exp(right)).
  static func sum(_ left: Double, _ right: Double) -> Double {
    let (smaller, larger) = left < right ? (left, right) : (right, left)
    guard larger.isFinite, smaller != -.infinity else { return larger }
    return larger + log1p(exp(smaller - larger))
  }
}
