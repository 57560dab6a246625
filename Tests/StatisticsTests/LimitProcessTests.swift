import Foundation
import Statistics
import Testing

struct LimitProcessTests {
  @Test(arguments: [0.001, 0.05, 0.5, 0.99], Direction.allCases)
  func `the mean of E at the limit is 1, and less on the null's side`(
    limit: Double, direction: Direction
  ) {
    func mean(rate: Double) -> Double {
      (0...12).reduce(0) { sum, badEvents in
        sum + binomial(badEvents, of: 12, rate: rate)
          * exp(
            LimitProcess.logEvidence(
              total: Tally(requests: 12, badEvents: badEvents), limit: limit,
              direction: direction))
      }
    }
    #expect(abs(mean(rate: limit) - 1) < 1e-10)
    let inside = direction == .worse ? limit * 0.8 : limit + 0.2 * (1 - limit)
    #expect(mean(rate: inside) < 1)
  }

  @Test func `the running value depends on the totals alone`() {
    let tallies = [
      Tally(requests: 10, badEvents: 1), Tally(requests: 0, badEvents: 0),
      Tally(requests: 30, badEvents: 4),
    ]
    let running = LimitProcess.logEvidence(tallies, limit: 0.05, direction: .worse, dispersion: 2)
    #expect(running[0] == running[1])
    #expect(
      running[2]
        == LimitProcess.logEvidence(
          total: Tally.total(tallies), limit: 0.05, direction: .worse, dispersion: 2))
    #expect(LimitProcess.logEvidence([], limit: 0.05, direction: .worse).isEmpty)
  }

  @Test func `more bad events are more evidence of violation and less of keeping`() {
    for direction in Direction.allCases {
      let evidence = (0...20).map {
        LimitProcess.logEvidence(
          total: Tally(requests: 20, badEvents: $0), limit: 0.3, direction: direction)
      }
      let ordered = direction == .worse ? evidence : evidence.reversed()
      #expect(zip(ordered, ordered.dropFirst()).allSatisfy { $0 < $1 })
    }
  }
}
