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
  let custom: [CustomObservation]
  let requestSeries: [RangeSeries]
  let labels: VersionLabels

  /// Why there are no counts where there should be some.
  func findings(_ weights: Weights, known: Set<String>) -> [SourceFinding] {
    SourceFindings(labels: labels, weights: weights, knownVersions: known)
      .findings(in: requestSeries)
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
  func customObservations(
    labels: VersionLabels, in chunk: SamplingPlan.Chunk
  ) async -> Result<[CustomObservation], CollectingError> {
    var observations: [CustomObservation] = []
    for query in settings.customQueries {
      let queries = CustomCountQueries(
        query.counts, labels: labels, stepSeconds: chunk.stepSeconds)
      async let good = answer(to: queries.good, for: chunk)
      async let bad = answer(to: queries.bad, for: chunk)
      let (goodAnswer, badAnswer) = await (good, bad)
      var counts = CustomCheckCounts(
        check: query.check, labels: labels, intervals: chunk.intervals)
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
      observations += counts.observations
    }
    return .success(observations)
  }

  /// Records that a run stored nothing, where the target is known already.
  ///
  /// A failure to record it is no failure of its own: what could not be stored is why it is recorded.
  ///
  /// - Parameters:
  ///   - error: Why it failed.
  ///   - moment: When it ran.
  /// - Throws: If the database cannot be written.
  public func record(_ error: CollectingError, at moment: Timestamp) async throws(StoreError) {
    guard let name = targetName, let kind = error.failureKind,
      let database = try database.existing()
    else { return }
    try await database.writeInGroup(to: "record a failure") { writer in
      guard let id = try writer.reader.target(ofName: name)?.id else { return }
      try writer.record(
        CollectionFailure(at: moment, kind: kind, reason: error.description), of: id)
    }
  }

  /// The target's name, as far as it is known without reading the VirtualService.
  private var targetName: String? { settings.targetName ?? virtualService.objectName?.name }
}

extension CollectingError {
  /// What a failure is to the gate; `nil` where the database itself is what failed.
  fileprivate var failureKind: CollectionFailure.Kind? {
    switch self {
    case .metrics, .kubernetes, .manifest: .sourceDown
    case .route(.sameVersionTwice), .route(.sameServiceTwice): .sameSeriesTwice
    case .route, .count, .customCount: .other
    case .store: nil
    }
  }
}
