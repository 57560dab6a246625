/// log(1 + x) of many numbers at once, within two units in the last place.
///
/// The logarithms of a grid are most of what an interval costs; those of the C library come one at a
/// time. No step here depends on a value, so that the compiler computes several at once.
///
/// Source: FreeBSD msun `e_log.c` and `s_log1p.c` (Sun Microsystems, 1993): 1 + x = 2^k (1 + f) with
/// f in [√½ − 1, √2 − 1], and a minimax polynomial of (f/(2 + f))².
enum NaturalLogarithm {
  private static let rootOfHalf: UInt64 = 0x3FE6_A09E_0000_0000
  private static let one: UInt64 = 0x3FF0_0000_0000_0000
  private static let fraction: UInt64 = 0x000F_FFFF_FFFF_FFFF
  /// The bits of 2^52, whose last bits count units.
  private static let units: UInt64 = 0x4330_0000_0000_0000

  /// Replaces each x by log(1 + x), and gives 1/(1 + x); each above −1, and 1 + x a normal number.
  @inline(__always)
  static func replaceByLogarithmOfOnePlus(
    _ values: UnsafeMutablePointer<Double>, reciprocals: UnsafeMutablePointer<Double>, count: Int
  ) {
    for index in 0..<count {
      let x = values[index]
      let sum = 1 + x
      let reciprocal = 1 / sum
      reciprocals[index] = reciprocal
      // What rounding took from the sum.
      let lost = (x - (sum - 1)) * reciprocal
      let bits = sum.bitPattern &+ (one &- rootOfHalf)
      let exponent = Double(bitPattern: (bits &>> 52) | units) - (0x1p52 + 1_023)
      let f = Double(bitPattern: (bits & fraction) &+ rootOfHalf) - 1
      let s = f / (2 + f)
      let z = s * s
      let seventh = 1.531383769920937332e-01 + z * 1.479819860511658591e-01
      let fifth = 2.222219843214978396e-01 + z * (1.818357216161805012e-01 + z * seventh)
      let third = 3.999999999940941908e-01 + z * (2.857142874366239149e-01 + z * fifth)
      let polynomial = z * (6.666666666666735130e-01 + z * third)
      let half = 0.5 * f * f
      let low = s * (half + polynomial) + (exponent * 1.90821492927058770002e-10 + lost)
      values[index] = exponent * 6.93147180369123816490e-01 - ((half - low) - f)
    }
  }
}
