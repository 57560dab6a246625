import Analysis
import Foundation
import Rollouts
import TestSupport
import Testing

@Suite struct CalibrationTests {
  private let equal = Counts(canary: (100, 2), baseline: (900, 18))

  private func calibration(_ change: (inout Calibration) -> Void = { _ in }) -> Calibration {
    var calibration = Calibration(
      metric: .errors, dispersion: 3.5, window: TimeWindow(from: at(-7200), to: at(-600)),
      stepSeconds: 15, canaryShare: 0.1, requestsPerInterval: 1000)
    change(&calibration)
    return calibration
  }

  private func judged(_ calibration: Calibration, retries: Int? = nil) -> Judgement {
    var evidence = RolloutEvidence.sample(Array(repeating: equal, count: 12))
    evidence.calibrations = [calibration]
    return Judge.judgement(evidence, .demanding(.errors).with { $0.retries = retries })
  }

  @Test func `a calibration that fits takes the place of the ramp`() {
    let judged = judged(calibration())
    #expect(judged.checks.map(\.dispersion) == [3.5])
    #expect(
      judged.notes == [
        """
        proven for independent requests; that they may depend on each other is guarded against by \
        a calibrated dispersion, which is as good as the history that it was found from
        """
      ])
  }

  @Test func `a calibration of latency says nothing of errors`() {
    #expect(judged(calibration { $0.metric = .latency }).checks.map(\.dispersion) == [1])
  }

  @Test func `a calibration of other counts is not used, and it is said why`() {
    let others = [
      calibration { $0.reporter = .destination },
      calibration { $0.errorResponses = ErrorResponses(classes: [.clientError], codes: ["503"]) },
    ].map { judged($0) }
    #expect(others.flatMap { $0.checks.map(\.dispersion) } == [1, 1])
    #expect(
      others.flatMap(\.notes).filter { $0.hasPrefix("the calibration") } == [
        "the calibration of errors no longer fits and is not used: the counts of the source are "
          + "judged now, it was made of those of the destination; run \"analyze calibrate\" again",
        "the calibration of errors no longer fits and is not used: errors are 5xx, noResponse now, "
          + "4xx, 503 then; run \"analyze calibrate\" again",
      ])
    let same = calibration {
      $0.reporter = .source
      $0.errorResponses = .standard
    }
    #expect(judged(same).checks.map(\.dispersion) == [3.5])
  }

  @Test func `a limit has no calibration: incidents of both versions count against it`() {
    var evidence = RolloutEvidence.sample(Array(repeating: equal, count: 12))
    evidence.calibrations = [calibration()]
    let found = Judge.judgement(evidence, .demanding(.errors, .limit(errorRate: 0.05)))
    #expect(found.checks.map(\.dispersion) == [3.5, 1])
  }

  @Test func `whether it fits goes by the present weights, not by the whole rollout`() {
    func dispersion(_ evidence: RolloutEvidence, _ calibration: Calibration) -> [Double?] {
      var evidence = evidence
      evidence.calibrations = [calibration]
      return Judge.judgement(evidence, .demanding(.errors)).checks.map(\.dispersion)
    }
    let evidence = RolloutEvidence.twoSteps(
      Array(repeating: equal, count: 240),
      Array(repeating: Counts(canary: (500, 10), baseline: (500, 10)), count: 12))
    #expect(dispersion(evidence, calibration { $0.canaryShare = 0.5 }) == [3.5])
    #expect(dispersion(evidence, calibration()) == [1])
    #expect(dispersion(evidence.prefix(240), calibration()) == [3.5])
  }

  @Test func `it fits from half to twice the traffic and odds it was found at`() {
    for fitting in [
      calibration { $0.requestsPerInterval = 2000 }, calibration { $0.requestsPerInterval = 500 },
      calibration { $0.canaryShare = 0.18 }, calibration { $0.canaryShare = 0.06 },
    ] {
      #expect(judged(fitting).checks.map(\.dispersion) == [3.5])
    }
  }

  @Test(
    arguments: [
      (30, 0.1, 1000, "intervals are 15 s wide now, 30 s then"),
      (15, 0.1, 2100, "an interval has 1,000 requests now, 2,100 then"),
      (15, 0.1, 499, "an interval has 1,000 requests now, 499 then"),
      (15, 0.5, 1000, "the canary gets 10 % of the requests now, 50 % then"),
      (15, 0.01, 1000, "the canary gets 10 % of the requests now, 1 % then"),
    ] as [(Int, Double, Double, String)])
  func `one that no longer fits is not used, and it is said why`(
    stepSeconds: Int, canaryShare: Double, requestsPerInterval: Double, misfit: String
  ) {
    let judged = judged(
      calibration {
        $0.stepSeconds = stepSeconds
        $0.canaryShare = canaryShare
        $0.requestsPerInterval = requestsPerInterval
      })
    #expect(judged.checks.map(\.dispersion) == [1])
    #expect(
      judged.notes.first
        == "the calibration of errors no longer fits and is not used: \(misfit); run "
        + "\"analyze calibrate\" again")
    #expect(judged.notes.last?.hasSuffix("estimated from these counts, which is no proof") == true)
  }

  @Test func `declared retries hold for every check, the larger of them and a calibration counts`()
  {
    let misfit = calibration { $0.stepSeconds = 30 }
    #expect(judged(misfit, retries: 2).checks.map(\.dispersion) == [3])
    #expect(judged(calibration(), retries: 2).checks.map(\.dispersion) == [3.5])
    #expect(judged(calibration(), retries: 4).checks.map(\.dispersion) == [5])
    #expect(judged(calibration(), retries: 2).notes == judged(calibration()).notes)
    #expect(
      judged(calibration(), retries: 4).notes
        == ["proven for independent requests and for clumps as large as the declared retries"])
  }

  @Test func `a larger dispersion of the present counts takes the place of what was found`() {
    // Every other interval ten times the errors, of the canary alone.
    let counts = (0..<40).map { index in
      Counts(canary: (1000, index % 2 == 0 ? 4 : 40), baseline: (9000, 198))
    }
    var evidence = RolloutEvidence.sample(counts)
    evidence.calibrations = [calibration { $0.requestsPerInterval = 10_000 }]
    let found = Judge.judgement(evidence, .demanding(.errors)).checks
    #expect((found.first?.dispersion ?? 0) > 5)
  }
}

@Suite struct CalibratorTests {
  private func history(
    _ intervals: Int, clump: Int = 1, canaryRate: Double = 0.02, seed: UInt64 = 5
  ) -> RolloutEvidence {
    var generator = SplitMix64(seed: seed)
    return .sample(
      (0..<intervals).map { _ in
        let counts = Counts.random(
          canary: (600 / clump, canaryRate), baseline: (600 / clump, 0.02), using: &generator)
        return Counts(
          canary: (600, counts.canary.errors * clump),
          baseline: (600, counts.baseline.errors * clump))
      }, weights: ["v1": 50, "v2": 50])
  }

  @Test func `independent requests have a dispersion near one`() throws {
    let found = try Calibrator.calibrations(
      from: JudgedCounts(history(960), policy: .standard), canary: "v2")
    try #require(found.count == 1)
    #expect(found[0].metric == .errors)
    #expect((1...2).contains(found[0].dispersion))
    #expect(found[0].window == TimeWindow(from: at(0), to: at(960 * 15)))
    #expect(found[0].stepSeconds == 15)
    #expect(found[0].canaryShare == 0.5 && found[0].requestsPerInterval == 1200)
  }

  @Test func `errors that come four at a time have a dispersion near four`() throws {
    let found = try Calibrator.calibrations(
      from: JudgedCounts(history(960, clump: 4), policy: .standard), canary: "v2")
    #expect((3...8).contains(found[0].dispersion))
  }

  @Test func `too short a history is refused with what to do`() {
    let refusal = #expect(throws: Calibrator.Refusal.self) {
      try Calibrator.calibrations(
        from: JudgedCounts(history(119), policy: .standard), canary: "v2")
    }
    #expect(
      refusal?.reason == """
        in 119 intervals both v2 and v1 had requests, at least 120 are needed; name a longer \
        stretch with --since
        """)
  }

  @Test func `where durations are counted latency is calibrated too`() throws {
    let found = try Calibrator.calibrations(
      from: JudgedCounts(
        .latency(canary: Durations.usual, baseline: Durations.usual, intervals: 200),
        policy: .standard), canary: "v2")
    #expect(found.map(\.metric) == [.errors, .latency])
    #expect(found.map(\.dispersion) == [1, 1])
  }

  private func differ(_ evidence: RolloutEvidence) -> Bool {
    Calibrator.differ(JudgedCounts(evidence, policy: .standard), canary: "v2")
  }

  @Test func `versions that were not equal are told apart from those that were`() {
    #expect(!differ(history(400)))
    #expect(differ(history(400, canaryRate: 0.04)))
    #expect(differ(history(400, canaryRate: 0.01)))
  }
}
