import Foundation
import Statistics
import Testing

struct GuardedEvidenceTests {
  static let settings: [DispersionSetting] = [.estimated, .declared(1), .declared(3)]

  /// Canaries from much better to much worse, every second one with rates that jump about, and each
  /// with a request in every interval.
  static func strata(seed: UInt64, intervals: Int = 60) -> [Stratum] {
    var sampler = Sampler(seed: seed)
    let canaryRate = [0.02, 0.1, 0.15, 0.2, 0.3, 0.5][Int(seed % 6)]
    let strata = (0..<intervals).flatMap { _ in
      let factor = seed.isMultiple(of: 2) ? 1 : 2 * sampler.fraction()
      return sampler.strata(1, canaryRate: min(1, canaryRate * factor), baselineRate: 0.1)
    }
    return strata.map { sampled in
      var stratum = sampled
      stratum.canary.requests = max(1, sampled.canary.requests)
      return stratum
    }
  }

  static func latencyCounts(seed: UInt64, intervals: Int = 40) -> LatencyCounts {
    var sampler = Sampler(seed: seed)
    var counts = LatencyCounts(boundCount: 3)
    for stratum in strata(seed: seed, intervals: intervals) {
      func slow(_ tally: Tally) -> [Int] {
        let half = sampler.tally(requests: tally.badEvents...tally.badEvents, rate: 0.5).badEvents
        let all = tally.badEvents + (tally.requests - tally.badEvents) / 4
        return [all, tally.badEvents, half]
      }
      counts.append(
        canaryRequests: stratum.canary.requests, canarySlow: slow(stratum.canary),
        baselineRequests: stratum.baseline.requests, baselineSlow: slow(stratum.baseline))
    }
    return counts
  }

  private static func declared(_ setting: DispersionSetting) -> Double? {
    switch setting {
    case .estimated: nil
    case .declared(let least): least
    }
  }

  /// Whether a gate that cannot promote would block: alpha to promote as small as it can be.
  private static func blocks(
    _ strata: [Stratum], alpha: Double, setting: DispersionSetting, strict: Bool
  ) -> Bool {
    GateDecision.evaluate(
      strata, margin: .errorDefault, alphaToBlock: alpha,
      alphaToPromote: .leastNonzeroMagnitude, declaredDispersion: declared(setting),
      strict: strict
    ).outcome == .block
  }

  @Test(arguments: UInt64(1)...36, settings)
  func `its largest reaches the threshold exactly when the gate decides`(
    seed: UInt64, setting: DispersionSetting
  ) {
    let strata = Self.strata(seed: seed)
    for strict in [false, true] {
      let evidence = GuardedEvidence.evaluate(
        strata, margin: .errorDefault, dispersion: setting, strict: strict)
      for alpha in [0.4, 0.05, 0.001] {
        #expect(
          ((evidence.largestToBlock ?? 0) >= log(1 / alpha))
            == Self.blocks(strata, alpha: alpha, setting: setting, strict: strict))
        let promotes =
          GateDecision.evaluate(
            strata, margin: .errorDefault, alphaToBlock: .leastNonzeroMagnitude,
            alphaToPromote: alpha, declaredDispersion: Self.declared(setting)
          ).outcome == .promote
        let asked = GuardedEvidence.evaluate(
          strata, margin: .errorDefault, dispersion: setting, strict: strict,
          requiredToPromote: log(1 / alpha))
        #expect(asked.wasEnoughToPromote == promotes)
      }
    }
  }

  @Test(arguments: UInt64(1)...24, settings)
  func `its largest over latency bounds reaches the threshold exactly when the gate decides`(
    seed: UInt64, setting: DispersionSetting
  ) {
    let counts = Self.latencyCounts(seed: seed)
    for alpha in [0.4, 0.05, 0.001] {
      let evidence = GuardedEvidence.evaluate(
        counts, margin: .latencyDefault, dispersion: setting, requiredToPromote: log(1 / alpha))
      let block = GateDecision.evaluate(
        counts, margin: .latencyDefault, alphaToBlock: alpha,
        alphaToPromote: .leastNonzeroMagnitude, declaredDispersion: Self.declared(setting))
      #expect(
        ((evidence.largestToBlock ?? 0) >= log(1 / alpha)) == (block.outcome == .block))
      let promote = GateDecision.evaluate(
        counts, margin: .latencyDefault, alphaToBlock: .leastNonzeroMagnitude,
        alphaToPromote: alpha, declaredDispersion: Self.declared(setting))
      #expect(
        evidence.wasEnoughToPromote == (promote.outcome == .promote))
    }
  }

  @Test(arguments: UInt64(1)...12, settings)
  func `beside a limit it is the least of both legs`(seed: UInt64, setting: DispersionSetting) {
    let tallies = Self.strata(seed: seed, intervals: 40).map(\.canary)
    let running = GuardedEvidence.running(tallies, limit: 0.15, dispersion: setting)
    for intervals in 2...tallies.count {
      let prefix = Array(tallies.prefix(intervals))
      let dispersion = GuardedEvidence.evaluate(prefix, limit: 0.15, dispersion: setting).dispersion
      for (direction, evidence) in [
        (Direction.worse, running.toBlock), (.better, running.toPromote),
      ] {
        let legs = [1, dispersion].map {
          LimitProcess.logEvidence(
            total: Tally.total(prefix), limit: 0.15, direction: direction, dispersion: $0)
        }
        #expect(abs(evidence[intervals - 1] - min(legs[0], legs[1])) < 1e-12)
      }
    }
  }

  @Test(arguments: UInt64(1)...12, settings)
  func `its largest is the largest of the running values from the second on, to the last bit`(
    seed: UInt64, setting: DispersionSetting
  ) {
    func expectSame(_ evidence: GuardedEvidence, _ running: GuardedEvidence.Running) {
      #expect(running.toBlock.first == 0)
      #expect(running.toPromote.first == 0)
      #expect(evidence.largestToBlock == running.toBlock.dropFirst().max())
    }
    let strata = Self.strata(seed: seed)
    let counts = Self.latencyCounts(seed: seed)
    let tallies = strata.map(\.canary)
    for strict in [false, true] {
      expectSame(
        .evaluate(strata, margin: .errorDefault, dispersion: setting, strict: strict),
        GuardedEvidence.running(
          strata, margin: .errorDefault, dispersion: setting, strict: strict))
      expectSame(
        .evaluate(counts, margin: .latencyDefault, dispersion: setting, strict: strict),
        GuardedEvidence.running(
          counts, margin: .latencyDefault, dispersion: setting, strict: strict))
    }
    expectSame(
      .evaluate(tallies, limit: 0.15, dispersion: setting),
      GuardedEvidence.running(tallies, limit: 0.15, dispersion: setting))
  }

  @Test(arguments: UInt64(1)...12, settings)
  func `it is enough exactly where a running value is at least what is required`(
    seed: UInt64, setting: DispersionSetting
  ) throws {
    let strata = Self.strata(seed: seed)
    let counts = Self.latencyCounts(seed: seed)
    let tallies = strata.map(\.canary)
    let questions:
      [(
        running: GuardedEvidence.Running, isEnoughToBlock: (Double) -> Bool,
        wasEnoughToPromote: (Double) -> Bool
      )] = [
        (
          GuardedEvidence.running(
            strata, margin: .errorDefault, dispersion: setting, strict: false),
          {
            GuardedEvidence.isEnoughToBlock(
              $0, strata, margin: .errorDefault, dispersion: setting)
          },
          {
            GuardedEvidence.evaluate(
              strata, margin: .errorDefault, dispersion: setting, strict: false,
              requiredToPromote: $0
            ).wasEnoughToPromote
          }
        ),
        (
          GuardedEvidence.running(counts, margin: .latencyDefault, dispersion: setting),
          {
            GuardedEvidence.isEnoughToBlock(
              $0, counts, margin: .latencyDefault, dispersion: setting)
          },
          {
            GuardedEvidence.evaluate(
              counts, margin: .latencyDefault, dispersion: setting, requiredToPromote: $0
            ).wasEnoughToPromote
          }
        ),
        (
          GuardedEvidence.running(tallies, limit: 0.15, dispersion: setting),
          { GuardedEvidence.isEnoughToBlock($0, tallies, limit: 0.15, dispersion: setting) },
          {
            GuardedEvidence.evaluate(
              tallies, limit: 0.15, dispersion: setting, requiredToPromote: $0
            ).wasEnoughToPromote
          }
        ),
      ]
    for question in questions {
      let toBlock = try #require(question.running.toBlock.dropFirst().max())
      #expect(question.isEnoughToBlock(toBlock))
      #expect(!question.isEnoughToBlock(toBlock.nextUp))
      let toPromote = try #require(question.running.toPromote.dropFirst().max())
      // The present value comes by another way, and may differ by rounding.
      let rounding = 1e-9 * max(1, abs(toPromote))
      #expect(question.wasEnoughToPromote(toPromote))
      #expect(!question.wasEnoughToPromote(toPromote + rounding))
    }
  }

  @Test(arguments: UInt64(1)...12, settings)
  func `its present evidence to promote is the last of the running values`(
    seed: UInt64, setting: DispersionSetting
  ) throws {
    let strata = Self.strata(seed: seed, intervals: 150)
    let counts = Self.latencyCounts(seed: seed, intervals: 150)
    let tallies = strata.map(\.canary)
    for intervals in [2, 3, 66, 67, 150] {
      let pairs = [
        (
          GuardedEvidence.evaluate(
            Array(strata.prefix(intervals)), margin: .errorDefault, dispersion: setting,
            strict: false),
          GuardedEvidence.running(
            strata, margin: .errorDefault, dispersion: setting, strict: false)
        ),
        (
          .evaluate(
            counts.prefix(intervals: intervals), margin: .latencyDefault, dispersion: setting),
          GuardedEvidence.running(counts, margin: .latencyDefault, dispersion: setting)
        ),
        (
          .evaluate(Array(tallies.prefix(intervals)), limit: 0.15, dispersion: setting),
          GuardedEvidence.running(tallies, limit: 0.15, dispersion: setting)
        ),
      ]
      for (evidence, running) in pairs {
        let present = try #require(evidence.presentToPromote)
        let last = running.toPromote[intervals - 1]
        #expect(abs(present - last) <= 1e-9 * max(1, abs(last)))
      }
    }
  }

  @Test(arguments: [0.7, 1, 1.3, 1.6], settings)
  func `nothing larger is passed over in a long rollout with a late change`(
    ratio: Double, setting: DispersionSetting
  ) {
    var sampler = Sampler(seed: 9)
    let strata =
      sampler.strata(120, canaryRate: 0.2 * ratio, baselineRate: 0.2)
      + sampler.strata(90, canaryRate: 0.3, baselineRate: 0.2)
      + sampler.strata(90, canaryRate: 0.1, baselineRate: 0.2)
    for margin in [Margin.none, .errorDefault] {
      let evidence = GuardedEvidence.evaluate(
        strata, margin: margin, dispersion: setting, strict: false)
      let running = GuardedEvidence.running(
        strata, margin: margin, dispersion: setting, strict: false)
      #expect(evidence.largestToBlock == running.toBlock.dropFirst().max())
    }
  }

  @Test(arguments: [Margin.none, .errorDefault, Margin(ratio: 0.5, points: 0.2)])
  func `running values are those of the processes, for few requests and for very many`(
    margin: Margin
  ) {
    var generator = SplitMix64(seed: 2)
    let strata = (0..<200).map { interval in
      let canary = [2, 1, 40, 100_000_000][interval % 4]
      let baseline = [1, 3_000, 900_000_000][interval % 3]
      return stratum(
        Int.random(in: 0...canary / 2, using: &generator), of: canary,
        Int.random(in: 0...baseline / 3, using: &generator), of: baseline)
    }
    let dispersions = Dispersion.runningEstimates(strata)
    let running = GuardedEvidence.running(
      strata, margin: margin, dispersion: .declared(1), strict: false)
    for (direction, evidence) in [
      (Direction.worse, running.toBlock), (.better, running.toPromote),
    ] {
      let plain = AffineMarginProcess.logEvidence(strata, margin: margin, direction: direction)
      let tempered = AffineMarginProcess.logEvidence(
        strata, margin: margin, direction: direction, dispersions: dispersions)
      for interval in 1..<strata.count {
        let expected = min(plain[interval], tempered[interval])
        #expect(abs(evidence[interval] - expected) <= 1e-9 * max(1, abs(expected)))
      }
    }
  }

  @Test(arguments: UInt64(1)...12)
  func `strict evidence to block is the least of the guarded evidence and the swap process`(
    seed: UInt64
  ) {
    let strata = Self.strata(seed: seed)
    func running(strict: Bool) -> GuardedEvidence.Running {
      GuardedEvidence.running(
        strata, margin: .errorDefault, dispersion: .declared(1), strict: strict)
    }
    let swap = SwapProcess.logEvidence(strata, direction: .worse)
    let expected = zip(running(strict: false).toBlock, swap).map { min($0, $1) }.dropFirst()
    #expect(Array(running(strict: true).toBlock.dropFirst()) == Array(expected))
    #expect(running(strict: true).toPromote == running(strict: false).toPromote)
  }

  @Test func `two overwhelming intervals block, but not in a strict gate`() {
    let strata = Array(repeating: stratum(300, of: 1_000, 90, of: 9_000), count: 2)
    func largest(strict: Bool) -> Double? {
      GuardedEvidence.evaluate(
        strata, margin: .errorDefault, dispersion: .declared(3), strict: strict
      ).largestToBlock
    }
    #expect((largest(strict: false) ?? 0) > 100)
    // The swap process gains at most log 2 an interval.
    #expect((largest(strict: true) ?? 9) <= 2 * log(2))
  }

  @Test func `over latency bounds the swap process is the mean over them`() throws {
    let counts = Self.latencyCounts(seed: 5)
    func running(strict: Bool) -> GuardedEvidence.Running {
      GuardedEvidence.running(
        counts, margin: .latencyDefault, dispersion: .declared(1), strict: strict)
    }
    let plain = running(strict: false).toBlock
    let strict = running(strict: true).toBlock
    let swaps = (0..<3).map {
      SwapProcess.logEvidence(counts.strata(boundIndex: $0), direction: .worse)
    }
    for interval in 1..<counts.intervalCount {
      let mean = log(swaps.reduce(0) { $0 + exp($1[interval]) } / 3)
      #expect(abs(strict[interval] - min(plain[interval], mean)) < 1e-12)
    }
    #expect(strict != plain)
  }

  @Test func `the same counts give the same bits`() {
    let counts = Self.latencyCounts(seed: 5)
    let strata = Self.strata(seed: 5)
    for setting in Self.settings {
      let first = GuardedEvidence.running(counts, margin: .latencyDefault, dispersion: setting)
      #expect(
        first == GuardedEvidence.running(counts, margin: .latencyDefault, dispersion: setting))
      #expect(
        GuardedEvidence.evaluate(
          strata, margin: .errorDefault, dispersion: setting, strict: true)
          == GuardedEvidence.evaluate(
            strata, margin: .errorDefault, dispersion: setting, strict: true))
    }
  }

  @Test(arguments: UInt64(1)...6)
  func `running values do not change when more intervals follow`(seed: UInt64) {
    let strata = Self.strata(seed: seed)
    let all = GuardedEvidence.running(
      strata, margin: .errorDefault, dispersion: .estimated, strict: true)
    let first = GuardedEvidence.running(
      Array(strata.prefix(25)), margin: .errorDefault, dispersion: .estimated, strict: true)
    for (left, right) in zip(first.toBlock, all.toBlock) { #expect(abs(left - right) < 1e-11) }
    for (left, right) in zip(first.toPromote, all.toPromote) { #expect(abs(left - right) < 1e-11) }
  }

  @Test func `the dispersion is that of all intervals, raised by the ramp or by what is declared`()
  {
    let strata = Self.strata(seed: 3, intervals: 6)
    let estimate = Dispersion.estimate(strata)
    let ramped = GuardedEvidence.evaluate(
      strata, margin: .errorDefault, dispersion: .estimated, strict: false)
    #expect(abs(ramped.estimatedDispersion - estimate) < 1e-12 * estimate)
    #expect(ramped.dispersion == ramped.estimatedDispersion * Dispersion.ramp(intervals: 6))
    let declared = GuardedEvidence.evaluate(
      strata, margin: .errorDefault, dispersion: .declared(50), strict: false)
    #expect(declared.dispersion == 50)
    #expect(declared.intervals == 6)
  }

  @Test(arguments: UInt64(1)...12, settings)
  func `intervals without requests leave all evidence as it is, wherever they are`(
    seed: UInt64, setting: DispersionSetting
  ) {
    let counts = Self.latencyCounts(seed: seed)
    let strata = Self.strata(seed: seed, intervals: 40)
    var generator = SplitMix64(seed: seed)
    // Twenty before all others, and some among them.
    let places = strata.indices.flatMap { place -> [Int?] in
      let idle = place == 0 ? 20 : Int.random(in: 0...2, using: &generator)
      return Array(repeating: nil, count: idle) + [place]
    }
    let nothing = Tally(requests: 0, badEvents: 0)
    var spreadCounts = LatencyCounts(boundCount: 3)
    for place in places {
      guard let place else {
        spreadCounts.append(
          canaryRequests: 9, canarySlow: [9, 9, 9], baselineRequests: 0, baselineSlow: [0, 0, 0])
        continue
      }
      let slow = place * 3..<(place + 1) * 3
      spreadCounts.append(
        canaryRequests: counts.canaryRequests[place], canarySlow: counts.canarySlow[slow],
        baselineRequests: counts.baselineRequests[place], baselineSlow: counts.baselineSlow[slow])
    }
    let spreadStrata = places.map { place in
      place.map { strata[$0] }
        ?? Stratum(canary: Tally(requests: 9, badEvents: 9), baseline: nothing)
    }
    let spreadTallies = places.map { $0.map { strata[$0].canary } ?? nothing }
    func expectSame(
      _ spread: GuardedEvidence.Running, _ dense: GuardedEvidence.Running
    ) {
      for (index, place) in places.enumerated() {
        guard let place else { continue }
        #expect(spread.toBlock[index] == dense.toBlock[place])
        #expect(spread.toPromote[index] == dense.toPromote[place])
      }
    }
    for strict in [false, true] {
      expectSame(
        GuardedEvidence.running(
          spreadStrata, margin: .errorDefault, dispersion: setting, strict: strict),
        GuardedEvidence.running(
          strata, margin: .errorDefault, dispersion: setting, strict: strict))
    }
    expectSame(
      GuardedEvidence.running(spreadCounts, margin: .latencyDefault, dispersion: setting),
      GuardedEvidence.running(counts, margin: .latencyDefault, dispersion: setting))
    expectSame(
      GuardedEvidence.running(spreadTallies, limit: 0.15, dispersion: setting),
      GuardedEvidence.running(strata.map(\.canary), limit: 0.15, dispersion: setting))
    #expect(
      GuardedEvidence.evaluate(
        spreadCounts, margin: .latencyDefault, dispersion: setting)
        == GuardedEvidence.evaluate(counts, margin: .latencyDefault, dispersion: setting))
  }

  @Test func `before the second interval, or with nothing to compare, there is no evidence`() {
    func evidence(_ strata: [Stratum]) -> GuardedEvidence {
      .evaluate(strata, margin: .errorDefault, dispersion: .estimated, strict: true)
    }
    let one = stratum(9, of: 10, 0, of: 90)
    let alone = stratum(9, of: 10, 0, of: 0)
    for strata in [[], [one], [one, alone], [alone, one], [alone, alone, alone]] {
      #expect(evidence(strata).largestToBlock == nil)
      #expect(evidence(strata).presentToPromote == nil)
    }
    #expect(evidence([one, alone, one]).largestToBlock != nil)
    let none = GuardedEvidence.evaluate(
      LatencyCounts(boundCount: 0), margin: .latencyDefault, dispersion: .estimated)
    #expect(none.largestToBlock == nil)
    let idle = [Tally](repeating: Tally(requests: 0, badEvents: 0), count: 3)
    #expect(
      GuardedEvidence.evaluate(idle, limit: 0.01, dispersion: .estimated).largestToBlock == nil)
  }
}
