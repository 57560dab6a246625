import Analysis
import Foundation
import Rollouts
import TestSupport
import Testing

/// What a decision was made from, as it is stored and read back.
@Suite struct EvidenceRecordTests {
  private static func parts(_ material: DecisionMaterial) throws -> [[UInt8]] {
    try EvidenceRecord.parts(of: material)
  }

  @Test(arguments: 0..<20)
  func `evidence comes back as it was, and always makes the same bytes`(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let material = DecisionMaterial.random(using: &generator)
    let parts = try Self.parts(material)
    let read = try EvidenceRecord.material(of: parts, policy: material.policy)
    #expect(read == material)
    #expect(try Self.parts(read) == parts)
    #expect(read.judgement == material.judgement)
  }

  @Test(arguments: 0..<4)
  func `an hour that is over is the same part in a later decision`(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    var material = DecisionMaterial.random(intervals: 700, using: &generator)
    let later = try Self.parts(material)
    let evidence = try #require(material.evidence)
    // 500 slots of 15 s from the full hour: two hours are over, a third has begun.
    material.evidence = evidence.prefix(500)
    let earlier = try Self.parts(material)
    #expect(earlier.count == 4)
    #expect(later.count == 4)
    #expect(earlier[1...2] == later[1...2])
    #expect(earlier[3] != later[3])
  }

  @Test func `where no rollout was running there is one part`() throws {
    let material = DecisionMaterial(
      policy: .standard, evidence: nil, source: SourceState(newest: nil), moment: at(0),
      reasonForNoRollout: "no rollout is running")
    let parts = try Self.parts(material)
    #expect(parts.count == 1)
    #expect(try EvidenceRecord.material(of: parts, policy: .standard) == material)
    #expect(material.judgement.verdict == .unknown)
  }

  @Test func `the version of the statistics is recorded, and was the first before that`() throws {
    var generator = SplitMix64(seed: 4)
    let parts = try Self.parts(.random(using: &generator))
    let first = try #require(parts.first)
    #expect(try EvidenceRecord.statistics(of: parts) == EvidenceRecord.statistics)
    let head = String(decoding: first, as: UTF8.self)
      .replacing("\"statistics\":\(EvidenceRecord.statistics)", with: "\"statistics\":null")
    #expect(head.contains("null"))
    #expect(try EvidenceRecord.statistics(of: [Array(head.utf8)]) == 1)
  }

  @Test func `what was not written by this program is refused`() throws {
    var generator = SplitMix64(seed: 3)
    let parts = try Self.parts(.random(using: &generator))
    func failure(_ parts: [[UInt8]]) -> String? {
      #expect(throws: EvidenceRecord.Unreadable.self) {
        try EvidenceRecord.material(of: parts, policy: .standard)
      }?.description
    }
    func changed(_ part: Int, _ before: String, _ after: String) -> [[UInt8]] {
      var parts = parts
      let text = String(decoding: parts[part], as: UTF8.self)
      #expect(text.contains(before))
      parts[part] = Array(text.replacing(before, with: after, maxReplacements: 1).utf8)
      return parts
    }
    #expect(failure([]) == "no evidence is stored with it")
    #expect(failure([Array("{".utf8)])?.hasPrefix("its evidence is damaged: ") == true)
    #expect(
      failure(changed(0, #""format":1"#, #""format":9"#))
        == "its evidence has the form 9, this program reads 1")
    #expect(
      failure(changed(0, #""reporter":"source""#, #""reporter":"moon""#))
        == #"its evidence holds "moon", which this program does not know"#)
    #expect(
      failure(changed(1, #""counts":["#, #""counts":[7,"#))
        == "its evidence has a column that is longer or shorter than its intervals")
    #expect(
      failure(changed(1, #""intervals":[["#, #""intervals":[[1,"#))
        == "its evidence has an interval without ends")
    #expect(
      failure(changed(1, #""upperBoundMilliseconds":"+Inf""#, #""upperBoundMilliseconds":"wide""#))
        == #"its evidence has a bucket up to "wide", which is no number"#)
  }
}

extension DecisionMaterial {
  /// Material in which every part may be there or not, with the counts of two or three versions.
  static func random(
    intervals: Int? = nil, using generator: inout SplitMix64
  ) -> DecisionMaterial {
    let count = intervals ?? Int.random(in: 1...260, using: &generator)
    var evidence = RolloutEvidence.sample(
      [], intervals: count, weights: ["v1": 80, "v2": 15, "v3 €\"": 5])
    evidence.observations = (0..<count).flatMap { number in
      ["v1", "v2", "v3 €\""].compactMap { version in
        Observation.random(number, version, using: &generator)
      }
    }
    evidence.durationBounds = ["v1": [0.5, 1, 2.5, .infinity], "v2": []]
    evidence.earlierDurations = Histogram([0.1 + 0.2: 7, 250: 3, .infinity: 1])
    evidence.customObservations = (0..<count).flatMap { number in
      ["orders", "payments"].filter { _ in Bool.random(using: &generator) }.map { check in
        CustomObservation(
          check: check, interval: interval(number), version: "v2",
          good: Int.random(in: 1...50, using: &generator),
          bad: Int.random(in: 0...5, using: &generator))
      }
    }
    evidence.customGaps = (0..<count).flatMap { number in
      ["refunds", "returns"].filter { _ in Int.random(in: 0..<9, using: &generator) == 0 }.map {
        CustomGap(check: $0, interval: interval(number), reason: "no \(number % 2)")
      }
    }
    if Bool.random(using: &generator) {
      evidence.calibrations = Calibration.Metric.allCases.map { metric in
        Calibration(
          metric: metric, dispersion: Double.random(in: 1...40, using: &generator),
          window: TimeWindow(from: at(-7200), to: at(-1)), stepSeconds: 15,
          canaryShare: Double.random(in: 0.01..<1, using: &generator),
          requestsPerInterval: Double.random(in: 1...1e6, using: &generator))
      }
    }
    evidence.earlierPolicies = Int.random(in: 0...3, using: &generator)
    evidence.correctedIntervals = Int.random(in: 0...2, using: &generator)
    evidence.rolledBackAt = Bool.random(using: &generator) ? nil : at(-600)
    var source = SourceState(
      newest: interval(count - 1),
      findings: Bool.random(using: &generator)
        ? [] : [SourceFinding(kind: .scrapeGap, version: "v2", description: "no sample since")])
    if Bool.random(using: &generator) {
      source.failure = CollectionFailure(
        at: at(Double(count) * 15), kind: .sourceDown, reason: "connection refused")
    }
    return DecisionMaterial(
      policy: Policy(
        checks: PolicyCheck.standard + [
          PolicyCheck(
            name: "orders", demand: .custom(CustomCounts(good: "a", bad: "b")),
            requirement: .requiredWhereCounted)
        ]),
      evidence: evidence, source: source, moment: at(Double(count) * 15 + 7))
  }
}

extension Observation {
  /// Counts by response and duration; `nil` where nothing was counted.
  fileprivate static func random(
    _ number: Int, _ version: String, using generator: inout SplitMix64
  ) -> Observation? {
    let statuses: [ResponseStatus] = [
      "200", "404", "503", "0", ResponseStatus(code: "200", grpcStatus: "14"),
      ResponseStatus(code: "200", grpcStatus: "0"),
    ]
    var responses: [ResponseStatus: Int] = [:]
    for status in statuses where Int.random(in: 0..<3, using: &generator) == 0 {
      responses[status] = Int.random(in: 1...40, using: &generator)
    }
    var durations: [Double: Int] = [:]
    for bound in [0.5, 1, 2.5, .infinity] where Bool.random(using: &generator) {
      durations[bound] = Int.random(in: 1...40, using: &generator)
    }
    guard !responses.isEmpty || !durations.isEmpty else { return nil }
    return Observation(
      interval: AnalysisTests.interval(number), version: version, reporter: .source,
      responses: responses,
      durations: Histogram(durations))
  }
}
