import Statistics
import Testing

struct HistogramBoundsTests {
  @Test func `bounds with a tail inside the range are chosen, ends included`() {
    #expect(
      HistogramBounds.choose(
        cumulativeCounts: [4_999, 5_000, 9_995, 9_996], requests: 10_000) == [1, 2])
    #expect(
      HistogramBounds.choose(
        cumulativeCounts: [10, 50, 90], requests: 100, tailShares: 0.1...0.9) == [0, 1, 2])
  }

  @Test func `of no requests no bound is chosen`() {
    #expect(HistogramBounds.choose(cumulativeCounts: [0, 0], requests: 0).isEmpty)
    #expect(HistogramBounds.choose(cumulativeCounts: [], requests: 10).isEmpty)
  }
}

struct QuantileBoundsTests {
  private static func bounds(_ cumulative: [Int], _ requests: Int, _ quantile: Double) -> Bounds {
    QuantileBounds.bounds(
      cumulativeCounts: cumulative, bounds: [10, 20, 50, 100], requests: requests,
      quantile: quantile, alpha: 0.05)
  }

  @Test func `more requests of the same shape narrow the bounds`() {
    #expect(Self.bounds([2, 5, 7, 10], 10, 0.5) == Bounds(lower: 0, upper: 100))
    #expect(Self.bounds([250, 480, 850, 1_000], 1_000, 0.5) == Bounds(lower: 10, upper: 50))
    #expect(
      Self.bounds([250_000, 480_000, 850_000, 1_000_000], 1_000_000, 0.5)
        == Bounds(lower: 20, upper: 50))
  }

  @Test func `a quantile above the last bound has no upper end`() {
    let bounds = Self.bounds([0, 0, 0, 100], 1_000, 0.5)
    #expect(bounds == Bounds(lower: 100, upper: .infinity))
  }

  @Test func `of no requests nothing is proven`() {
    #expect(Self.bounds([0, 0, 0, 0], 0, 0.99) == Bounds(lower: 0, upper: .infinity))
  }
}

struct EvidenceAverageTests {
  @Test func `it is the weighted mean of the e-values`() {
    let average = EvidenceAverage.logEvidence([3, -1, 0.5], weights: [0.5, 0.3, 0.2])
    #expect(abs(average - 2.349_743_121_009_344) < 1e-12)
  }

  @Test func `weight that is not given away counts as 1`() {
    #expect(EvidenceAverage.logEvidence([], weights: []) == 0)
    let half = EvidenceAverage.logEvidence([-.infinity], weights: [0.5])
    #expect(abs(half + 0.693_147_180_559_945_3) < 1e-15)
  }

  @Test func `large evidence does not overflow`() {
    let average = EvidenceAverage.logEvidence([1e6, -1e6], weights: [0.5, 0.5])
    #expect(abs(average - (1e6 - 0.693_147_180_559_945_3)) < 1e-9)
  }
}
