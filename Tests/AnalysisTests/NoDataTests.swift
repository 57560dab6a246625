import Analysis
import Rollouts
import Testing

/// Why nothing can be judged: each kind of no data has a reason of its own.
@Suite struct NoDataTests {
  private static let good = RolloutEvidence.sample(
    Array(repeating: Counts(canary: (1000, 1), baseline: (9000, 90)), count: 30))

  private func judgement(
    _ evidence: RolloutEvidence? = good, newest: Interval? = interval(29),
    findings: [SourceFinding] = [], failure: CollectionFailure? = nil, asOf seconds: Double = 450
  ) -> Judgement {
    Judge(policy: .standard).judgement(
      on: evidence, source: SourceState(newest: newest, findings: findings, failure: failure),
      asOf: at(seconds))
  }

  private func unknown(_ reason: String) -> Judgement {
    Judgement(verdict: .unknown, reasons: [reason], checks: [])
  }

  private let failure = CollectionFailure(at: at(700), reason: "cannot ask http://vm: refused")

  @Test func `with all of it there is a verdict`() {
    #expect(judgement().verdict == .promote)
  }

  @Test func `before the first interval the verdict is unknown`() {
    #expect(
      judgement(newest: nil) == unknown("no interval is stored yet; run \"analyze collect\""))
    #expect(
      judgement(newest: nil, failure: failure)
        == unknown(
          """
          source down: nothing was ever collected: the collector's run of 2026-11-24T08:11:40Z failed: cannot \
          ask http://vm: refused
          """))
  }

  @Test func `with data that is too old it is unknown`() {
    #expect(judgement(asOf: 750).verdict == .promote)
    #expect(
      judgement(asOf: 750.001)
        == unknown(
          """
          the newest interval ended 2026-11-24T08:07:30Z, 5m ago (at most 5m is allowed); check \
          that the collector runs
          """))
    #expect(judgement(asOf: 4172.9).reasons[0].contains("1h2m2s ago"))
  }

  @Test func `source down: data too old because the collector fails`() {
    #expect(
      judgement(failure: failure, asOf: 800)
        == unknown(
          """
          source down: the collector's run of 2026-11-24T08:11:40Z failed: cannot ask http://vm: \
          refused; the newest interval ended 2026-11-24T08:07:30Z, 5m50s ago (at most 5m is allowed)
          """))
  }

  @Test func `a failed run does not matter while the data is young enough`() {
    #expect(judgement(failure: failure, asOf: 700).verdict == .promote)
  }

  @Test func `selector empty: the queries match nothing`() {
    let finding = SourceFinding(kind: .selectorEmpty, description: "no series match the service")
    #expect(
      judgement(nil, findings: [finding])
        == unknown("\(finding.kind.words): \(finding.description)"))
    let empty = RolloutEvidence.sample([], intervals: 30)
    #expect(
      judgement(empty, findings: [finding])
        == unknown("\(finding.kind.words): \(finding.description)"))
    // What was counted before does not promote either.
    #expect(judgement(findings: [finding]).verdict == .unknown)
  }

  @Test func `same series twice: nothing can be told apart`() {
    let finding = SourceFinding(
      kind: .sameSeriesTwice, description: "v1 and v2 are counted by the same series")
    #expect(
      judgement(findings: [finding]) == unknown("\(finding.kind.words): \(finding.description)"))
  }

  @Test(arguments: [SourceFinding.Kind.seriesAbsent, .scrapeGap])
  func `series absent or scrape gap: a version that is not counted is not promoted`(
    kind: SourceFinding.Kind
  ) {
    let finding = SourceFinding(kind: kind, version: "v2", description: "v2 is not counted")
    let judged = judgement(findings: [finding])
    #expect(judged.verdict == .unknown)
    #expect(judged.reasons == ["\(finding.kind.words): \(finding.description)"])
    #expect(judged.checks.map(\.verdict) == [.promote, .promote, .promote])
    let ofBaseline = SourceFinding(kind: kind, version: "v1", description: "v1 is not counted")
    #expect(
      judgement(findings: [ofBaseline]).reasons == ["\(kind.words): \(ofBaseline.description)"])
    let ofOther = SourceFinding(kind: kind, version: "v9", description: "v9 is not counted")
    #expect(judgement(findings: [ofOther]).verdict == .promote)
    let ofAll = SourceFinding(kind: kind, description: "nothing is counted")
    #expect(judgement(findings: [ofAll]).reasons == ["\(kind.words): \(ofAll.description)"])
  }

  @Test func `a canary that was shown to be worse stays blocked although it is not counted now`() {
    let bad = Counts(canary: (1000, 60), baseline: (9000, 90))
    let finding = SourceFinding(
      kind: .seriesAbsent, version: "v2", description: "v2 is not counted")
    let judged = judgement(.sample(Array(repeating: bad, count: 30)), findings: [finding])
    #expect(judged.verdict == .block)
  }

  @Test func `a canary that was shown to be worse stays blocked although the data are too old`() {
    let bad = RolloutEvidence.sample(
      Array(repeating: Counts(canary: (1000, 60), baseline: (9000, 90)), count: 30))
    let fresh = judgement(bad)
    #expect(fresh.verdict == .block)
    let stale = judgement(bad, failure: failure, asOf: 800)
    #expect(stale.verdict == .block)
    #expect(stale.checks == fresh.checks)
    #expect(Array(stale.reasons.dropLast()) == fresh.reasons)
    #expect(
      stale.reasons.last == """
        source down: the collector's run of 2026-11-24T08:11:40Z failed: cannot ask http://vm: \
        refused; the newest interval ended 2026-11-24T08:07:30Z, 5m50s ago (at most 5m is allowed)
        """)
  }

  @Test func `without anything stored too old data are named before that nothing was counted`() {
    #expect(
      judgement(.sample([], intervals: 0), failure: failure, asOf: 800).reasons[0].hasPrefix(
        "source down: the collector's run of 2026-11-24T08:11:40Z failed"))
  }

  @Test func `that a version is not counted is said before that its share is too small`() {
    let alone = Counts(canary: (0, 0), baseline: (9000, 90))
    let finding = SourceFinding(
      kind: .seriesAbsent, version: "v2", description: "v2 is not counted")
    let judged = judgement(.sample(Array(repeating: alone, count: 30)), findings: [finding])
    #expect(judged.checks.last?.verdict == .hold)
    #expect(judged.verdict == .unknown)
    #expect(judged.reasons == ["\(finding.kind.words): \(finding.description)"])
  }

  @Test func `no requests: nothing was ever counted, or not since the rollout began`() {
    #expect(
      judgement(nil)
        == unknown(
          "no requests: none to any version was ever counted; check that traffic reaches the service"
        ))
    #expect(
      judgement(.sample([], intervals: 0))
        == unknown("no interval since the rollout began is stored yet; wait for the collector"))
    #expect(
      judgement(.sample([], intervals: 30))
        == unknown(
          "no requests: none was counted since the rollout began; check that traffic reaches the service"
        ))
  }

  @Test func `a scrape gap explains why nothing was counted`() {
    let finding = SourceFinding(kind: .scrapeGap, description: "no sample for 4m")
    #expect(
      judgement(.sample([], intervals: 30), findings: [finding]).reasons == [
        "scrape gap: no sample for 4m"
      ])
  }
}
