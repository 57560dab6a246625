import Analysis
import Foundation
import Rollouts
import Testing

@Suite struct JudgeTests {
  private static let equal = Counts(canary: (1000, 10), baseline: (9000, 90))

  @Test func `a target without a policy gets a gate that promotes, blocks and holds`() {
    let good = Array(repeating: Counts(canary: (1000, 2), baseline: (9000, 90)), count: 20)
    let bad = Array(repeating: Counts(canary: (1000, 60), baseline: (9000, 90)), count: 20)
    let early = Array(repeating: Self.equal, count: 2)
    let verdicts = [good, bad, early].map { Judge.judgement(.sample($0), .standard).verdict }
    #expect(verdicts == [.promote, .block, .hold])
  }
}
