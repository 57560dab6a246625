import Analysis
import Rollouts
import TestSupport
import Testing

@Suite struct EstimateTests {
  private func comparison(_ counts: [Counts]) -> ErrorComparison {
    ErrorComparison(JudgedCounts(.sample(counts), policy: .standard), canary: "v2")
  }

  @Test func `an error rate lies between its bounds, which are wide at first`() throws {
    let few = Estimate.errorRate(requests: 100, errors: 1, falseBound: 0.05)
    let many = Estimate.errorRate(requests: 100_000, errors: 1000, falseBound: 0.05)
    for estimate in [few, many] {
      #expect(estimate.estimate == 0.01)
      #expect(try #require(estimate.lower) < 0.01 && #require(estimate.upper) > 0.01)
    }
    #expect(try #require(many.lower) > #require(few.lower))
    #expect(try #require(many.upper) < #require(few.upper))
  }

  @Test func `of no requests there is no rate, with the reason`() {
    #expect(
      Estimate.errorRate(requests: 0, errors: 0, falseBound: 0.05) == .missing("no requests"))
  }

  @Test func `rates are compared within each interval, so that a common incident cancels`() throws {
    // The canary gets most of its traffic during an incident that hits both versions alike.
    let calm = Counts(canary: (100, 1), baseline: (900, 9))
    let incident = Counts(canary: (900, 270), baseline: (100, 30))
    let compared = comparison(Array(repeating: [calm, incident], count: 10).flatMap { $0 })
    #expect(compared.intervals == 20)
    #expect(abs(try #require(compared.difference.estimate)) < 1e-12)
    #expect(abs(try #require(compared.ratio.estimate) - 1) < 0.01)
  }

  @Test func `intervals in which one version had no request compare nothing`() {
    let alone = [
      Counts(canary: (0, 0), baseline: (90, 9)), Counts(canary: (90, 9), baseline: (0, 0)),
    ]
    let compared = comparison(alone)
    #expect(compared.intervals == 0)
    let missing = Estimate.missing("no judged interval in which both versions had requests")
    #expect(compared.difference == missing && compared.ratio == missing)
    #expect(comparison(alone + [Counts(canary: (90, 9), baseline: (90, 9))]).intervals == 1)
  }

  @Test func `without an error there is a difference but no ratio`() {
    let compared = comparison(
      Array(repeating: Counts(canary: (100, 0), baseline: (900, 0)), count: 5))
    #expect(compared.difference.estimate == 0)
    #expect(compared.ratio == .missing("no errors, so there is no ratio of error rates"))
  }

  @Test func `without an error of the baseline the ratio has no upper bound, and says why`() {
    let compared = comparison(
      Array(repeating: Counts(canary: (100, 5), baseline: (900, 0)), count: 5))
    #expect(compared.ratio.upper == nil)
    #expect(compared.ratio.reason == "no upper bound yet: too few errors of the baseline")
    #expect((compared.ratio.lower ?? 0) > 1)
  }

  @Test func `a quantile comes with the buckets between which it is shown to lie`() throws {
    let histogram = Histogram([10: 6000, 20: 3500, 40: 500])
    let estimate = Estimate.quantile(
      0.9, inBucketAbove: 10, interpolated: 18.5, histogram: histogram,
      bounds: [5, 10, 20, 40, .infinity], falseBound: 0.05)
    #expect(estimate == Estimate(estimate: 18.5, lower: 10, upper: 20))
  }

  @Test func `few requests do not bound a quantile from above, and the reason is given`() {
    let estimate = Estimate.quantile(
      0.99, inBucketAbove: 5, interpolated: 9.9, histogram: Histogram([10: 3]),
      bounds: [5, 10, .infinity], falseBound: 0.05)
    #expect(estimate.upper == nil)
    #expect(estimate.reason == "no upper bound yet: too few requests")
  }

  @Test func `a quantile in the last bucket has no estimate, only what it exceeds`() {
    let estimate = Estimate.quantile(
      0.99, inBucketAbove: 10_000, interpolated: nil, histogram: Histogram([.infinity: 5000]),
      bounds: [10, 10_000, .infinity], falseBound: 0.05)
    #expect(estimate.estimate == nil && estimate.upper == nil)
    #expect(estimate.lower == 10_000)
    #expect(estimate.reason == "beyond the last bucket: > 10000 ms")
  }
}
