import Rollouts

/// What a decision is made from beside counts: the rollout, and what is known of the sources.
struct HeadRecord: Codable {
  var format: Int
  /// `nil` in records from before there was a second version.
  var statistics: Int?
  var moment: Int64
  var reasonForNoRollout: String?
  var source: Source
  var evidence: Evidence?

  struct Source: Codable {
    var newest: [Int64]?
    var findings: [Finding]
    var failure: Failure?
  }

  struct Finding: Codable {
    var kind: String
    var version: String?
    var description: String
  }

  struct Failure: Codable {
    var at: Int64
    var kind: String
    var reason: String
  }

  struct Evidence: Codable {
    var rollout: RolloutRecord
    var reporter: String
    var durationBounds: [String: [String]]
    var earlierDurations: [String: Int]
    var calibrations: [CalibrationRecord]
    var earlierPolicies: Int
    /// `nil` in records from before corrections were counted, and where there are none.
    var correctedIntervals: Int?
    var rolledBackAt: Int64?
  }

  struct CalibrationRecord: Codable {
    var metric: String
    var dispersion: Double
    var window: [Int64]
    var stepSeconds: Int
    var canaryShare: Double
    var requestsPerInterval: Double
    /// `nil` in calibrations from before these were stored.
    var reporter: String?
    var errorResponses: [String]?
  }

  init(_ material: DecisionMaterial) {
    format = EvidenceRecord.format
    statistics = EvidenceRecord.statistics
    moment = material.moment.millisecondsSince1970
    reasonForNoRollout = material.reasonForNoRollout
    source = Source(material.source)
    evidence = material.evidence.map(Evidence.init)
  }

  func material(_ hours: [HourRecord], policy: Policy) throws -> DecisionMaterial {
    DecisionMaterial(
      policy: policy, evidence: try evidence?.evidence(hours), source: try source.state(),
      moment: Timestamp(millisecondsSince1970: moment), reasonForNoRollout: reasonForNoRollout)
  }
}

extension HeadRecord.Source {
  init(_ state: SourceState) {
    newest = state.newest.map { [$0.start.millisecondsSince1970, $0.end.millisecondsSince1970] }
    findings = state.findings.map {
      HeadRecord.Finding(
        kind: $0.kind.rawValue, version: $0.version, description: $0.description)
    }
    failure = state.failure.map {
      HeadRecord.Failure(
        at: $0.at.millisecondsSince1970, kind: $0.kind.rawValue, reason: $0.reason)
    }
  }

  func state() throws -> SourceState {
    SourceState(
      newest: try newest.map { ends in
        let window = try TimeWindow(ends)
        return Interval(start: window.from, end: window.to)
      },
      findings: try findings.map { finding in
        SourceFinding(
          kind: try .known(finding.kind), version: finding.version,
          description: finding.description)
      },
      failure: try failure.map { failure in
        CollectionFailure(
          at: Timestamp(millisecondsSince1970: failure.at), kind: try .known(failure.kind),
          reason: failure.reason)
      })
  }
}

extension HeadRecord.Evidence {
  init(_ evidence: RolloutEvidence) {
    rollout = RolloutRecord(evidence.rollout)
    reporter = evidence.reporter.rawValue
    durationBounds = evidence.durationBounds.mapValues { $0.map(\.boundText) }
    earlierDurations = Dictionary(
      evidence.earlierDurations.countsByUpperBoundMilliseconds.map { ($0.key.boundText, $0.value) },
      uniquingKeysWith: +)
    calibrations = evidence.calibrations.map { calibration in
      HeadRecord.CalibrationRecord(
        metric: calibration.metric.rawValue, dispersion: calibration.dispersion,
        window: [
          calibration.window.from.millisecondsSince1970,
          calibration.window.to.millisecondsSince1970,
        ],
        stepSeconds: calibration.stepSeconds, canaryShare: calibration.canaryShare,
        requestsPerInterval: calibration.requestsPerInterval,
        reporter: calibration.reporter?.rawValue,
        errorResponses: calibration.errorResponses?.words)
    }
    earlierPolicies = evidence.earlierPolicies
    correctedIntervals = evidence.correctedIntervals == 0 ? nil : evidence.correctedIntervals
    rolledBackAt = evidence.rolledBackAt?.millisecondsSince1970
  }

  func evidence(_ hours: [HourRecord]) throws -> RolloutEvidence {
    let reporter: Reporter = try .known(reporter)
    let counts = try hours.map { try $0.counts(by: reporter) }
    return RolloutEvidence(
      rollout: try rollout.rollout(), reporter: reporter,
      intervals: counts.flatMap(\.intervals), observations: counts.flatMap(\.observations),
      durationBounds: try durationBounds.mapValues { try $0.map { try Double(bound: $0) } },
      earlierDurations: Histogram(
        Dictionary(
          try earlierDurations.map { (try Double(bound: $0.key), $0.value) }, uniquingKeysWith: +)),
      customObservations: counts.flatMap(\.custom), customGaps: counts.flatMap(\.customGaps),
      calibrations: try calibrations.map { calibration in
        Calibration(
          metric: try .known(calibration.metric), dispersion: calibration.dispersion,
          window: try TimeWindow(calibration.window), stepSeconds: calibration.stepSeconds,
          canaryShare: calibration.canaryShare,
          requestsPerInterval: calibration.requestsPerInterval,
          reporter: try calibration.reporter.map { try .known($0) },
          errorResponses: calibration.errorResponses.map(ErrorResponses.init(words:)))
      }, earlierPolicies: earlierPolicies, correctedIntervals: correctedIntervals ?? 0,
      rolledBackAt: rolledBackAt.map { Timestamp(millisecondsSince1970: $0) })
  }
}

extension TimeWindow {
  init(_ ends: [Int64]) throws(EvidenceRecord.Unreadable) {
    guard ends.count == 2 else {
      throw EvidenceRecord.Unreadable(description: "its evidence has a time without ends")
    }
    self.init(
      from: Timestamp(millisecondsSince1970: ends[0]),
      to: Timestamp(millisecondsSince1970: ends[1]))
  }
}

extension RawRepresentable where RawValue == String {
  /// The case of a name.
  ///
  /// - Parameter name: The name.
  /// - Returns: The case.
  /// - Throws: If there is none of that name, as a later version of the program may write.
  static func known(_ name: String) throws(EvidenceRecord.Unreadable) -> Self {
    guard let value = Self(rawValue: name) else {
      throw EvidenceRecord.Unreadable(
        description: "its evidence holds \"\(name)\", which this program does not know")
    }
    return value
  }
}
