import Kubernetes
import Rollouts
import Store
import VictoriaMetrics

/// What VictoriaMetrics answered for a stretch of the sampling grid.
struct FetchedChunk: Sendable {
  let counts: CollectedCounts
  let warnings: [String]
  /// The intervals that were asked for.
  let intervals: [Interval]
  /// What the user's own queries counted.
  let custom: CollectedCustomCounts
  /// The first of the user's own queries that do not count at all.
  let customMistake: CollectingError?
  /// The series of requests, from some time before the intervals on.
  let requestSeries: [RangeSeries]
  let labels: VersionLabels

  /// The part of it that ends at a moment or before.
  func upTo(_ moment: Timestamp) -> FetchedChunk {
    guard let last = intervals.last, last.end > moment else { return self }
    let counts = CollectedCounts(
      intervals: counts.intervals.filter { $0.end <= moment },
      untrusted: counts.untrusted.filter { $0.key.end <= moment },
      counts: counts.counts.mapValues { $0.filter { $0.key <= moment } })
    return FetchedChunk(
      counts: counts, warnings: warnings, intervals: intervals.filter { $0.end <= moment },
      custom: custom.upTo(moment), customMistake: customMistake,
      requestSeries: requestSeries.map { $0.upTo(seconds: moment.millisecondsSince1970 / 1000) },
      labels: labels)
  }

  /// Why there are no counts where there should be some.
  func findings(_ weights: Weights, known: Set<String>) -> [SourceFinding] {
    guard let newest = intervals.last else { return [] }
    let lookback = SourceFindings.lookbackSeconds(before: newest)
    return SourceFindings(labels: labels, weights: weights, knownVersions: known)
      .findings(in: requestSeries.map { $0.after(seconds: newest.endSeconds - lookback) })
  }
}

/// What one transaction of a collector stored.
struct StoredChunk: Sendable {
  let collectionID: Int64
  let counts: StoredCounts
  /// The end of the newest stored interval; `nil` if there is none.
  let upTo: Timestamp?
}

extension Collector {
  /// What the user's own queries count.
  func customCounts(
    labels: VersionLabels, in chunk: SamplingPlan.Chunk
  ) async -> Result<[CustomCheckCounts], CollectingError> {
    var all: [CustomCheckCounts] = []
    for query in settings.customQueries {
      let queries = CustomCountQueries(
        query.counts, labels: labels, stepSeconds: chunk.stepSeconds)
      async let good = answer(to: queries.good, for: chunk)
      async let bad = answer(to: queries.bad, for: chunk)
      let (goodAnswer, badAnswer) = await (good, bad)
      var counts = CustomCheckCounts(
        check: query.check, labels: labels, intervals: chunk.intervals, redacting: redacting)
      do {
        try counts.addGood(try goodAnswer.get())
        try counts.addBad(try badAnswer.get())
      } catch let error as CountError {
        return .failure(.customCount(check: query.check, error))
      } catch let error as VictoriaMetricsError {
        return .failure(.metrics(error))
      } catch {
        preconditionFailure("neither a count nor an answer: \(error)")
      }
      all.append(counts)
    }
    return .success(all)
  }

  /// A text without the credentials that were sent so far.
  func redacting(_ text: String) -> String {
    let text = metrics.redacting(text)
    guard case .api(let client, _) = virtualService else { return text }
    return client.redacting(text)
  }

  /// Records that a run stored nothing, where the target is known already.
  ///
  /// - Parameters:
  ///   - error: Why it failed.
  ///   - moment: When it ran.
  /// - Throws: If the database cannot be written.
  public func record(_ error: CollectingError, at moment: Timestamp) async throws(StoreError) {
    guard let kind = error.failureKind, let database = try database.existing() else { return }
    let name = targetName
    // The servers' own words are told without credentials already; what is stored stays for long.
    let reason = redacting(error.description)
    try await database.writeInGroup(to: "record a failure") { writer in
      let candidates = try writer.reader.targets().filter { name == nil || $0.target.name == name }
      // A failure that might be another target's is not recorded: it would close the wrong gate.
      guard let target = candidates.first, candidates.count == 1 else { return }
      try writer.record(
        CollectionFailure(at: moment, kind: kind, reason: reason), of: target.id)
    }
  }
}

extension CollectingError {
  /// What a failure is to the gate; `nil` where the database itself is what failed.
  fileprivate var failureKind: CollectionFailure.Kind? {
    switch self {
    case .metrics, .kubernetes, .manifest, .tooSlow: .sourceDown
    case .route(.sameVersionTwice), .route(.sameServiceTwice): .sameSeriesTwice
    case .route, .count, .customCount: .other
    case .store: nil
    }
  }
}

extension RangeSeries {
  func upTo(seconds: Int64) -> RangeSeries {
    // Most often nothing, or one sample, is left out.
    guard let last = samples.last, last.millisecondsSince1970 > seconds * 1000 else { return self }
    return RangeSeries(
      labels: labels, samples: Array(samples.prefix { $0.millisecondsSince1970 <= seconds * 1000 }))
  }

  func after(seconds: Int64) -> RangeSeries {
    guard let first = samples.first, first.millisecondsSince1970 <= seconds * 1000 else {
      return self
    }
    return RangeSeries(
      labels: labels, samples: Array(samples.drop { $0.millisecondsSince1970 <= seconds * 1000 }))
  }
}

extension Interval {
  var startSeconds: Int64 { start.millisecondsSince1970 / 1000 }
  var endSeconds: Int64 { end.millisecondsSince1970 / 1000 }
}
