/// How much a counter grew in an interval, as VictoriaMetrics writes it.
enum Increase {
  /// More than any service counts in an interval, and few enough that those of as many series as an
  /// answer may have can be summed.
  static let largest = 1_000_000_000_000

  /// The count that a value stands for.
  ///
  /// - Parameter value: The value as text.
  /// - Returns: A whole number from 0 to the largest.
  /// - Throws: A `CountError` that says why it cannot be trusted.
  static func count(_ value: String) throws(CountError) -> Int {
    guard let count = Int(value), (0...largest).contains(count) else {
      throw CountError(value: value)
    }
    return count
  }
}
