import Analysis
import Rollouts
import Testing

@Suite struct PlanningTests {
  private let basis = PlanBasis(requestsPerSecond: 500, errorRate: 0.01, slowShares: [0.1, 0.01])

  private func rows(
    _ shares: [Double], rise: Double = 2, _ basis: PlanBasis? = nil, _ policy: Policy = .standard
  ) -> [PlanRow] {
    Planning.rows(canaryShares: shares, rise: rise, basis: basis ?? self.basis, policy: policy)
  }

  @Test func `more weight takes fewer requests, up to a half`() throws {
    let found = rows([0.01, 0.05, 0.1, 0.25, 0.5])
    let toBlock = try found.map { try #require($0.requestsToBlock) }
    let toPromote = try found.map { try #require($0.requestsToPromote) }
    #expect(zip(toBlock, toBlock.dropFirst()).allSatisfy { $0 > $1 })
    #expect(zip(toPromote, toPromote.dropFirst()).allSatisfy { $0 > $1 })
    #expect(found.map(\.canaryShare) == [0.01, 0.05, 0.1, 0.25, 0.5])
  }

  @Test func `a larger rise takes fewer requests to block, and as many to promote`() throws {
    let twice = try #require(rows([0.1], rise: 2).first)
    let fivefold = try #require(rows([0.1], rise: 5).first)
    #expect(try #require(twice.requestsToBlock) > #require(fivefold.requestsToBlock))
    #expect(twice.requestsToPromote == fivefold.requestsToPromote)
  }

  @Test func `a rise within the margin is never blocked`() {
    #expect(rows([0.1], rise: 1.2).map(\.requestsToBlock) == [nil])
  }

  @Test func `dispersion makes it as many times as many requests`() throws {
    var dispersed = basis
    dispersed.dispersion = 3
    let once = try #require(rows([0.1]).first)
    let threefold = try #require(rows([0.1], dispersed).first)
    let ratio =
      Double(try #require(threefold.requestsToPromote))
      / Double(try #require(once.requestsToPromote))
    #expect((2.99...3.01).contains(ratio))
  }

  @Test func `the gate decides about when the plan says`() throws {
    let policy = Policy.demanding(.errors)
    let plan = try #require(
      rows([0.1], PlanBasis(requestsPerSecond: 1, errorRate: 0.01), policy).first)
    func taken(_ canaryErrors: Int) throws -> Int {
      let counts = Counts(canary: (200, canaryErrors), baseline: (1800, 18))
      let found = try (1...300).first { length in
        let sample = RolloutEvidence.sample(Array(repeating: counts, count: length))
        return try [.block, .promote].contains(Judge.result(sample, policy).verdict)
      }
      return try #require(found) * 2000
    }
    let promoted = try taken(2)
    let blocked = try taken(4)
    let toPromote = try #require(plan.requestsToPromote)
    let toBlock = try #require(plan.requestsToBlock)
    #expect((toPromote / 3...toPromote * 3).contains(promoted))
    #expect((toBlock / 3...toBlock * 3).contains(blocked))
  }

  @Test func `near a limit of errors it takes more, and at it no number suffices`() throws {
    func promoted(_ policy: Policy) -> Int? {
      rows([0.1], nil, policy).first?.requestsToPromote
    }
    let alone = try #require(promoted(.demanding(.errors)))
    #expect(promoted(.demanding(.errors, .limit(errorRate: 0.05))) == alone)
    let near = try #require(promoted(.demanding(.errors, .limit(errorRate: 0.011))))
    #expect(near > alone)
    #expect(promoted(.demanding(.errors, .limit(errorRate: 0.01))) == nil)
  }

  @Test func `the least number of requests to the canary takes as many more to both`() throws {
    let policy = Policy.standard.with { $0.minimumRequests = 1_000_000 }
    #expect(rows([0.1, 0.5], nil, policy).map(\.requestsToPromote) == [10_000_000, 2_000_000])
  }

  @Test func `what is only shown needs no requests`() throws {
    let shown = PolicyCheck.latency().with { $0.requirement = .informative }
    let alone = try #require(rows([0.1], nil, .demanding(.errors)).first)
    let beside = try #require(rows([0.1], nil, .demanding(.errors, shown)).first)
    #expect(alone == beside)
  }

  @Test func `a history is what is normal`() throws {
    let observations = (0..<20).map {
      Observation.sample($0, "v1", requests: 100, errors: 2, durations: Durations.usual)
    }
    let found = try #require(
      PlanBasis(observations, seconds: 300, bounds: Durations.bounds, policy: .standard))
    #expect(
      found
        == PlanBasis(
          requestsPerSecond: 2000.0 / 300, errorRate: 0.02, slowShares: [0.4, 0.2, 0.07, 0.01]))
    #expect(PlanBasis([], seconds: 300, bounds: [], policy: .standard) == nil)
  }
}
