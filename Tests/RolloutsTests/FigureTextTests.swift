import Rollouts
import Testing

struct FigureTextTests {
  @Test(
    arguments: [
      (0, "0"), (-0.0, "0"), (1, "1"), (0.1, "0.1"), (0.30000000000000004, "0.3"),
      (0.0512, "0.0512"), (0.00051249, "0.000512"), (1.005, "1"), (9.996, "10"), (12.34, "12.3"),
      (99.96, "100"), (123.4, "123"), (999.4, "999"), (999.5, "1,000"), (12_345.6, "12,346"),
      (-0.5, "-0.5"), (-1234.6, "-1,235"), (0.0001, "0.0001"),
    ] as [(Double, String)])
  func `a number has three digits, more only before the point`(number: Double, text: String) {
    #expect(number.threeDigits == text)
  }

  @Test(
    arguments: [
      (0.00009, "9.00e-05"), (-0.000012345, "-1.23e-05"), (1e15, "1.00e+15"),
      (2.5e300, "2.50e+300"),
    ] as [(Double, String)])
  func `a tiny or huge number has an exponent`(number: Double, text: String) {
    #expect(number.threeDigits == text)
  }

  @Test func `what is no number is written as such, without a crash`() {
    #expect(Double.infinity.threeDigits == "inf")
    #expect(Double.nan.threeDigits == "nan")
  }

  @Test(
    arguments: [
      (0, "0 %"), (0.000123, "0.0123 %"), (0.0512, "5.12 %"), (0.9, "90 %"), (1, "100 %"),
      (0.99999, "100 %"), (1.5, "150 %"),
    ] as [(Double, String)])
  func `a fraction is written as percent`(fraction: Double, text: String) {
    #expect(fraction.percentText == text)
  }

  @Test(
    arguments: [
      (0, "0"), (7, "7"), (999, "999"), (1000, "1,000"), (1_002_003, "1,002,003"),
      (-12_345, "-12,345"), (Int.min, "-9,223,372,036,854,775,808"),
    ] as [(Int, String)])
  func `digits are in groups of three`(number: Int, text: String) {
    #expect(number.groupedText == text)
  }
}
