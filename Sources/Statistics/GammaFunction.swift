#if canImport(Glibc)
  import Glibc
#endif

/// What remains of log Γ after Stirling's formula, so that differences of log Γ at large arguments
/// can be written without cancellation.
enum GammaFunction {
  /// Returns log Γ(z) − [(z − ½) log z − z + ½ log 2π] for z > 0; falls like 1/(12 z).
  ///
  /// Source: Abramowitz & Stegun (1964), 6.1.40, by the recurrence Γ(z + 1) = z Γ(z) below 10.
  static func stirlingRemainder(_ z: Double) -> Double {
    var shifted = z
    var correction = 0.0
    while shifted < 10 {
      // remainder(z) − remainder(z + 1) = (z + ½) log(1 + 1/z) − 1
      correction += (shifted + 0.5) * log1p(1 / shifted) - 1
      shifted += 1
    }
    let inverse = 1 / shifted
    let square = inverse * inverse
    let series =
      (1.0 / 12
        - square
        * (1.0 / 360
          - square * (1.0 / 1260 - square * (1.0 / 1680 - square * (1.0 / 1188)))))
    return correction + series * inverse
  }
}
