import Rollouts
import Store
import VictoriaMetrics

/// Takes everything new about one target, once.
public struct Collector: Sendable {
  /// What is collected, and how.
  public struct Settings: Sendable {
    /// The target's name; `nil`: the VirtualService's.
    public var targetName: String?
    /// Which HTTP route is judged; `nil`: the one that splits.
    public var routeName: String?
    /// The width of an interval, in seconds.
    public var stepSeconds: Int
    /// How long after its end an interval is read: until VictoriaMetrics shows all samples.
    public var settle: Duration
    /// How far back the first run reaches.
    public var backfill: Duration
    /// Who collects, kept with what is stored.
    public var toolVersion: String

    /// What is collected, and how.
    public init(
      targetName: String?, routeName: String?, stepSeconds: Int, settle: Duration,
      backfill: Duration, toolVersion: String
    ) {
      self.targetName = targetName
      self.routeName = routeName
      self.stepSeconds = stepSeconds
      self.settle = settle
      self.backfill = backfill
      self.toolVersion = toolVersion
    }
  }

  /// What one run stored.
  public struct Summary: Sendable, Equatable {
    /// The target's name.
    public let target: String
    /// How many intervals are new.
    public let intervalsStored: Int
    /// How many requests they count, by the judged reporter or any.
    public let requestsStored: Int
    /// The end of the newest stored interval; `nil` if there is none.
    public let storedUpTo: Timestamp?
    /// The weights in force.
    public let weights: Weights
    /// What the user should know although it is no error.
    public let warnings: [String]
  }

  private let virtualService: VirtualServiceSource
  private let metrics: VictoriaMetricsClient
  private let database: DatabaseFile
  private let settings: Settings

  /// A collector of one target.
  public init(
    virtualService: VirtualServiceSource, metrics: VictoriaMetricsClient, database: DatabaseFile,
    settings: Settings
  ) {
    self.virtualService = virtualService
    self.metrics = metrics
    self.database = database
    self.settings = settings
  }

  /// Reads the VirtualService and every complete interval since the last stored one, and stores
  /// both.
  ///
  /// A long stretch is stored chunk by chunk, each in a transaction of its own with all that it
  /// counts; what was stored stays when a later chunk fails.
  ///
  /// - Parameter now: The present time.
  /// - Returns: What was stored.
  /// - Throws: A `CollectingError`; the failing chunk left no trace then.
  public func collect(now: Timestamp) async throws(CollectingError) -> Summary {
    let reading = try await virtualService.read(routeName: settings.routeName)
    let target = target(of: reading)
    let plan = try plan(for: target, now: now)
    var collectionID: Int64?
    var intervalsStored = 0
    var requestsStored = 0
    for chunk in plan.chunks {
      let collected = try await fetch(chunk, reading: reading)
      let stored = try store(collected, reading, of: target, at: now, collectionID: collectionID)
      collectionID = stored.collectionID
      intervalsStored += stored.intervals.count
      requestsStored += collected.requests(in: stored.intervals)
    }
    if plan.chunks.isEmpty {
      _ = try store(nil, reading, of: target, at: now, collectionID: nil)
    }
    return Summary(
      target: target.name, intervalsStored: intervalsStored, requestsStored: requestsStored,
      storedUpTo: try newestInterval(of: target)?.end, weights: reading.state.weights,
      warnings: reading.warnings)
  }

  /// Adds the VirtualService as it was at an earlier time to the history of weights; counts are not
  /// read.
  ///
  /// - Parameter moment: When the VirtualService was as it is read now.
  /// - Returns: What was stored.
  /// - Throws: A `CollectingError`; nothing was stored then.
  public func recordWeights(observedAt moment: Timestamp) async throws(CollectingError) -> Summary {
    let reading = try await virtualService.read(routeName: settings.routeName)
    let target = target(of: reading)
    _ = try store(nil, reading, of: target, at: moment, collectionID: nil)
    return Summary(
      target: target.name, intervalsStored: 0, requestsStored: 0,
      storedUpTo: try newestInterval(of: target)?.end, weights: reading.state.weights,
      warnings: reading.warnings)
  }

  private func target(of reading: RouteReading) -> Target {
    Target(
      name: settings.targetName ?? reading.virtualService.name,
      virtualService: reading.virtualService, host: reading.host)
  }

  private func newestInterval(of target: Target) throws(CollectingError) -> Interval? {
    do {
      guard let database = try database.existing() else { return nil }
      return try database.read(to: "read the newest interval") { reader in
        let stored = try reader.targets().first { $0.target.name == target.name }
        return try stored.flatMap { try reader.newestInterval(of: $0.id) }
      }
    } catch {
      throw .store(error)
    }
  }

  private func plan(for target: Target, now: Timestamp) throws(CollectingError) -> SamplingPlan {
    let until = now - settings.settle
    return SamplingPlan(
      after: try newestInterval(of: target), firstRunFrom: until - settings.backfill,
      until: until, stepSeconds: settings.stepSeconds)
  }

  private func fetch(
    _ chunk: SamplingPlan.Chunk, reading: RouteReading
  ) async throws(CollectingError) -> CollectedCounts {
    let labels = VersionLabels(
      weights: reading.state.weights, namespace: reading.virtualService.namespace)
    let queries = IstioQueries(services: labels.services, stepSeconds: chunk.stepSeconds)
    async let requests = answer(to: queries.requests, for: chunk)
    async let durations = answer(to: queries.durations, for: chunk)
    let (requestsAnswer, durationsAnswer) = await (requests, durations)
    var translation = CountTranslation(labels: labels, intervals: chunk.intervals)
    do {
      try translation.addRequests(try requestsAnswer.get())
      try translation.addDurations(try durationsAnswer.get())
    } catch let error as CountError {
      throw .count(error)
    } catch let error as VictoriaMetricsError {
      throw .metrics(error)
    } catch {
      preconditionFailure("neither a count nor an answer: \(error)")
    }
    return translation.collected
  }

  private func answer(
    to query: String, for chunk: SamplingPlan.Chunk
  ) async -> Result<[RangeSeries], VictoriaMetricsError> {
    guard let first = chunk.intervals.first, let last = chunk.intervals.last else {
      return .success([])
    }
    do throws(VictoriaMetricsError) {
      return .success(
        try await metrics.queryRange(
          query, startSeconds: first.end.millisecondsSince1970 / 1000,
          endSeconds: last.end.millisecondsSince1970 / 1000, stepSeconds: chunk.stepSeconds))
    } catch {
      return .failure(error)
    }
  }

  private func store(
    _ collected: CollectedCounts?, _ reading: RouteReading, of target: Target,
    at observedAt: Timestamp, collectionID: Int64?
  ) throws(CollectingError) -> (collectionID: Int64, intervals: [Interval]) {
    do {
      return try database.existingOrNew().write(to: "store what was collected") { writer in
        let targetID = try writer.upsert(target)
        let collectionID =
          try collectionID
          ?? writer.record(
            reading.state, of: targetID, observedAt: observedAt,
            toolVersion: settings.toolVersion)
        let intervals =
          try collected.map {
            try writer.store($0, of: targetID, collectionID: collectionID)
          } ?? []
        return (collectionID, intervals)
      }
    } catch {
      throw .store(error)
    }
  }
}

extension CollectedCounts {
  /// Requests in the given intervals, by the reporter that counted most: reporters count the same
  /// requests and are not added.
  func requests(in intervals: [Interval]) -> Int {
    let ends = Set(intervals.map(\.end))
    var byReporter: [Reporter: Int] = [:]
    for (key, counts) in counts {
      guard case .response = key.measure else { continue }
      byReporter[key.reporter, default: 0] += counts.reduce(0) {
        ends.contains($1.key) ? $0 + $1.value : $0
      }
    }
    return byReporter.values.max() ?? 0
  }
}
