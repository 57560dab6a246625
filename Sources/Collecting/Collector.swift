import Rollouts
import Store
import VictoriaMetrics

/// Takes everything new about one target, once.
public struct Collector: Sendable {
  /// Tells how far a long run has come: intervals done, and in all.
  public typealias Progress = @Sendable (_ done: Int, _ all: Int) -> Void

  let virtualService: VirtualServiceSource
  let metrics: VictoriaMetricsClient
  let database: DatabaseFile
  let settings: CollectorSettings

  /// A collector of one target.
  public init(
    virtualService: VirtualServiceSource, metrics: VictoriaMetricsClient, database: DatabaseFile,
    settings: CollectorSettings
  ) {
    self.virtualService = virtualService
    self.metrics = metrics
    self.database = database
    self.settings = settings
  }

  /// The target's name, as far as it is known without asking a server.
  public var targetName: String? { settings.targetName ?? virtualService.knownName }

  /// Reads the VirtualService and every complete interval that is not settled yet, and stores both.
  ///
  /// A long stretch is stored chunk by chunk, each with all that it counts or not at all; what was
  /// stored stays when a later chunk fails or the deadline comes first, and the next run goes on
  /// from there.
  ///
  /// - Parameters:
  ///   - now: Tells the time.
  ///   - watermarks: Up to where this and other targets are stored; what they do not tell is read.
  ///   - progress: Is told how far a run of several chunks has come.
  /// - Returns: What was stored.
  /// - Throws: A `CollectingError`; the failing chunk left no trace then.
  public func collect(
    now: @Sendable () -> Timestamp, after watermarks: Watermarks = Watermarks(),
    progress: Progress = { _, _ in }
  ) async throws(CollectingError) -> CollectorSummary {
    let expected = try expectWriter()
    defer { withExtendedLifetime(expected) {} }
    var end = ContinuousClock.now + settings.deadline
    let askedAt = now()
    let reading = try await until(end) { () async throws(CollectingError) in
      try await readRoute()
    }
    let observedAt = now()
    let target = target(of: reading)
    let plan = try plan(for: target, now: observedAt, after: watermarks)
    var summary = CollectorSummary(target: target.name, reading: reading)
    var collectionID: Int64?
    let all = plan.chunks.reduce(0) { $0 + $1.intervals.count }
    var done = 0
    for chunk in plan.chunks {
      let answered: FetchedChunk
      let clocks: ClockComparison
      do throws(CollectingError) {
        (answered, clocks) = try await until(end) { () async throws(CollectingError) in
          (try await fetch(chunk, reading: reading), try await compareClocks())
        }
      } catch .tooSlow(let deadline, _) where settings.isRepeated && done > 0 {
        summary.addStop(after: deadline, done: done, of: all)
        break
      }
      // Once something is stored, a mistake in a policy does not stop the counts of requests.
      if plan.isFirst, collectionID == nil, let mistake = answered.customMistake { throw mistake }
      if done == 0 { summary.add(clocks) }
      let serverTime = clocks.serverTime(at: observedAt)
      let fetched = answered.upTo(serverTime - settings.latencyOffset)
      let stored = try await store(
        fetched.intervals.isEmpty ? nil : fetched, isNewest: chunk == plan.chunks.last, reading,
        of: target, at: observedAt, askedAt: askedAt, settledUpTo: serverTime - settings.settle,
        collectionID: collectionID)
      collectionID = stored.collectionID
      summary.add(stored, of: fetched.counts, warnings: fetched.warnings)
      done += chunk.intervals.count
      if plan.chunks.count > 1 { progress(done, all) }
      if !settings.isRepeated { end = .now + settings.deadline }
    }
    if plan.chunks.isEmpty {
      summary.add(
        try await store(
          nil, isNewest: false, reading, of: target, at: observedAt, askedAt: askedAt,
          settledUpTo: observedAt, collectionID: nil))
    }
    return summary
  }

  /// Adds the VirtualService as it was at an earlier time to the history of weights; counts are not
  /// read.
  ///
  /// - Parameter moment: When the VirtualService was as it is read now.
  /// - Returns: What was stored.
  /// - Throws: A `CollectingError`; nothing was stored then.
  public func recordWeights(
    observedAt moment: Timestamp
  ) async throws(CollectingError) -> CollectorSummary {
    let reading = try await readRoute()
    return try await storeReading(reading, at: moment)
  }

  func storeReading(
    _ reading: RouteReading, at moment: Timestamp
  ) async throws(CollectingError) -> CollectorSummary {
    let target = target(of: reading)
    var summary = CollectorSummary(target: target.name, reading: reading)
    summary.add(
      try await store(
        nil, isNewest: false, reading, of: target, at: moment, askedAt: nil, settledUpTo: moment,
        collectionID: nil))
    return summary
  }

  private func target(of reading: RouteReading) -> Target {
    Target(
      name: settings.targetName ?? reading.virtualService.name,
      virtualService: reading.virtualService, host: reading.host)
  }

  /// `nil` where there is no database yet.
  private func expectWriter() throws(CollectingError) -> ExpectedWriter? {
    do {
      return try database.existing()?.expectWriter()
    } catch {
      throw .store(error)
    }
  }

  private func plan(
    for target: Target, now: Timestamp, after watermarks: Watermarks
  ) throws(CollectingError) -> SamplingPlan {
    let until = now - settings.latencyOffset
    let watermark = try watermarks.of(target.name) { () throws(CollectingError) in
      try Watermarks(of: [target.name], in: database).of(target.name)
    }
    let toReread =
      if let rereadFor = settings.rereadFor, let watermark {
        try stored(of: target, from: now - rereadFor, to: watermark.end)
      } else {
        [Interval]()
      }
    return SamplingPlan(
      rereading: toReread, after: watermark, firstRunFrom: until - settings.backfill,
      until: until, stepSeconds: settings.stepSeconds)
  }

  /// What is settled or recorded as a gap.
  private func stored(
    of target: Target, from start: Timestamp, to end: Timestamp
  ) throws(CollectingError) -> [Interval] {
    guard start < end else { return [] }
    do {
      return try database.existing()?.read(to: "find what to read again") { reader in
        guard let id = try reader.target(ofName: target.name)?.id else { return [] }
        let window = TimeWindow(from: start, to: end)
        return try
          (reader.intervals(of: id, in: window, .settled) + reader.gaps(of: id, in: window))
          .sorted()
      } ?? []
    } catch {
      throw .store(error)
    }
  }

  func fetch(
    _ chunk: SamplingPlan.Chunk, reading: RouteReading
  ) async throws(CollectingError) -> FetchedChunk {
    let labels = VersionLabels(
      profile: settings.profile, weights: reading.state.weights,
      namespace: reading.virtualService.namespace)
    let queries = CountQueries(settings.profile, labels: labels, stepSeconds: chunk.stepSeconds)
    async let requests = answer(
      to: queries.requests, for: chunk,
      lookbackSeconds: chunk.intervals.last.map(SourceFindings.lookbackSeconds) ?? 0)
    async let durations = answer(to: queries.durations, for: chunk)
    async let custom = customCounts(labels: labels, in: chunk)
    let (requestsAnswer, durationsAnswer, customAnswer) = await (requests, durations, custom)
    var translation = CountTranslation(
      profile: settings.profile, labels: labels, intervals: chunk.intervals,
      redacting: redacting)
    do {
      let series = try requestsAnswer.get()
      let begin = chunk.intervals.first?.startSeconds ?? 0
      try translation.addRequests(series.map { $0.after(seconds: begin) })
      try translation.addDurations(try durationsAnswer.get())
      let checks = try customAnswer.get()
      return FetchedChunk(
        counts: translation.collected,
        warnings: translation.warnings + checks.flatMap(\.warnings), intervals: chunk.intervals,
        custom: CollectedCustomCounts(
          checks: settings.customQueries.map(\.check), intervals: chunk.intervals,
          observations: checks.flatMap(\.observations), gaps: checks.flatMap(\.gaps)),
        customMistake: checks.lazy.compactMap(\.mistake).first, requestSeries: series,
        labels: labels)
    } catch let error as CountError {
      throw .count(error)
    } catch let error as VictoriaMetricsError {
      throw .metrics(error)
    } catch let error as CollectingError {
      throw error
    } catch {
      preconditionFailure("neither a count nor an answer: \(error)")
    }
  }

  /// Asks for one point more than is stored: VictoriaMetrics counts a series that begins from zero
  /// only if it sees how the next sample goes on.
  ///
  /// - Parameters:
  ///   - query: The query; `nil` is answered by nothing.
  ///   - chunk: The intervals.
  ///   - lookbackSeconds: How long before the end of the newest interval the answer begins at the
  ///     latest, though the intervals begin later.
  /// - Returns: The series, up to the end of the newest interval.
  func answer(
    to query: String?, for chunk: SamplingPlan.Chunk, lookbackSeconds: Int64 = 0
  ) async -> Result<[RangeSeries], VictoriaMetricsError> {
    guard let query, let first = chunk.intervals.first, let last = chunk.intervals.last else {
      return .success([])
    }
    let step = Int64(chunk.stepSeconds)
    let end = last.endSeconds
    do throws(VictoriaMetricsError) {
      return .success(
        try await metrics.queryRange(
          query, startSeconds: min(first.endSeconds, end - lookbackSeconds + step),
          endSeconds: end + step, stepSeconds: chunk.stepSeconds, into: []
        ) { $0.append($1.upTo(seconds: end)) })
    } catch {
      return .failure(error)
    }
  }

  private func store(
    _ fetched: FetchedChunk?, isNewest: Bool, _ reading: RouteReading, of target: Target,
    at observedAt: Timestamp, askedAt: Timestamp?, settledUpTo: Timestamp, collectionID: Int64?
  ) async throws(CollectingError) -> StoredChunk {
    do {
      return try await database.existingOrNew().writeInGroup(
        to: "store what was collected"
      ) { [settings] writer in
        let targetID = try writer.upsert(target)
        let collectionID =
          try collectionID
          ?? writer.record(
            reading.state, of: targetID, observedAt: observedAt, askedAt: askedAt,
            toolVersion: settings.toolVersion,
            blindSpots: reading.blindSpots.map(\.description))
        var counts = StoredCounts()
        if let fetched {
          counts = try writer.store(
            fetched.counts, of: targetID, collectionID: collectionID,
            settledUpTo: settledUpTo,
            correctsSettled: settings.rereadFor != nil)
          counts.customCorrections = try writer.store(
            fetched.custom, of: targetID, collectionID: collectionID,
            settledUpTo: observedAt - settings.settle, readAgain: counts.readAgain)
          if isNewest {
            try writer.record(
              fetched.findings(
                reading.state.weights, known: writer.reader.versionsWithSeries(of: targetID)),
              of: targetID, collectionID: collectionID)
          }
        } else {
          try writer.keepFindings(of: targetID, collectionID: collectionID)
        }
        return StoredChunk(
          collectionID: collectionID, counts: counts,
          upTo: try writer.reader.newestInterval(of: targetID)?.end)
      }
    } catch {
      throw .store(error)
    }
  }
}
