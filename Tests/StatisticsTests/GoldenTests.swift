import Statistics
import Testing

/// What an implementation in another language computed from the same inputs.
struct GoldenTests {
  @Test(arguments: try GoldenFile.cases(.twoSample))
  func `the affine-margin process agrees with the reference`(golden: GoldenCase) throws {
    try expectAgreement(golden)
  }

  @Test(arguments: try GoldenFile.cases(.swap))
  func `the swap process agrees with the reference`(golden: GoldenCase) throws {
    try expectAgreement(golden)
  }

  @Test(arguments: try GoldenFile.cases(.ratioEstimate))
  func `the Mantel-Haenszel ratio agrees with the reference`(golden: GoldenCase) throws {
    try expectAgreement(golden)
  }

  @Test(arguments: try GoldenFile.cases(.differenceEstimate))
  func `the Mantel-Haenszel difference agrees with the reference`(golden: GoldenCase) throws {
    try expectAgreement(golden)
  }

  @Test(arguments: try GoldenFile.cases(.dispersion))
  func `the dispersion agrees with the reference`(golden: GoldenCase) throws {
    try expectAgreement(golden)
  }

  @Test(arguments: try GoldenFile.cases(.dispersionOfHistory))
  func `the dispersion of a history agrees with the reference`(golden: GoldenCase) throws {
    try expectAgreement(golden)
  }

  @Test(arguments: try GoldenFile.cases(.ratioBounds))
  func `the confidence sequence of a ratio agrees with the reference`(golden: GoldenCase) throws {
    try expectAgreement(golden)
  }

  @Test(arguments: try GoldenFile.cases(.differenceBounds))
  func `the confidence sequence of a difference agrees with the reference`(golden: GoldenCase)
    throws
  {
    try expectAgreement(golden)
  }

  @Test(arguments: try GoldenFile.cases(.rateBounds))
  func `the confidence sequence of a rate agrees with the reference`(golden: GoldenCase) throws {
    try expectAgreement(golden)
  }

  @Test(arguments: try GoldenFile.cases(.limit))
  func `the limit process agrees with the reference`(golden: GoldenCase) throws {
    try expectAgreement(golden)
  }

  @Test(arguments: try GoldenFile.cases(.trafficShare))
  func `the traffic share process agrees with the reference`(golden: GoldenCase) throws {
    try expectAgreement(golden)
  }

  @Test(arguments: try GoldenFile.cases(.multinomialShare))
  func `the multinomial share process agrees with the reference`(golden: GoldenCase) throws {
    try expectAgreement(golden)
  }

  @Test(arguments: try GoldenFile.cases(.trafficShareDispersion))
  func `the dispersion of traffic shares agrees with the reference`(golden: GoldenCase) throws {
    try expectAgreement(golden)
  }

  @Test(arguments: try GoldenFile.cases(.gate))
  func `the gate decision agrees with the reference`(golden: GoldenCase) throws {
    try expectAgreement(golden)
  }

  @Test(arguments: try GoldenFile.cases(.latency))
  func `the latency process agrees with the reference`(golden: GoldenCase) throws {
    try expectAgreement(golden)
  }

  @Test(arguments: try GoldenFile.cases(.histogramBounds))
  func `the choice of histogram bounds agrees with the reference`(golden: GoldenCase) throws {
    try expectAgreement(golden)
  }

  @Test(arguments: try GoldenFile.cases(.quantileBounds))
  func `the bounds of a quantile agrees with the reference`(golden: GoldenCase) throws {
    try expectAgreement(golden)
  }

  @Test(arguments: try GoldenFile.cases(.information))
  func `the information per request agrees with the reference`(golden: GoldenCase) throws {
    try expectAgreement(golden)
  }

  @Test(arguments: try GoldenFile.cases(.informationWithKnownBaseline))
  func `the information with a known baseline agrees with the reference`(golden: GoldenCase) throws
  {
    try expectAgreement(golden)
  }

  @Test func `all 404 cases of the reference are computed and agree`() throws {
    let cases = try GoldenFunction.allCases.flatMap { try GoldenFile.cases($0) }
    #expect(cases.count == 404)
    #expect(try GoldenFile.cases().count == 404)
    for golden in cases { try expectAgreement(golden) }
  }

  /// Within 10⁻⁹ of the larger of 1 and the reference's value.
  private func expectAgreement(
    _ golden: GoldenCase, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let computed = try golden.computed()
    let expected = try golden.expected()
    try #require(
      computed.count == expected.count, "\(golden.testDescription)", sourceLocation: sourceLocation)
    for (computed, expected) in zip(computed, expected) {
      #expect(
        computed == expected || abs(computed - expected) <= 1e-9 * max(1, abs(expected)),
        "\(golden.testDescription)", sourceLocation: sourceLocation)
    }
  }
}
