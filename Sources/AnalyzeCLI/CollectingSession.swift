import Analysis
import Collecting
import Configuration
import Foundation
import Kubernetes
import Rollouts
import Store
import VictoriaMetrics

/// The collectors of one `analyze collect`, and what they say.
struct CollectingSession {
  private typealias Outcome = Result<CollectorSummary, CollectingError>

  private let options: Analyze.Collect
  private let collectors: [Collector]
  private let targetNames: [String?]
  private let log: CollectingLog
  private let database: DatabaseFile
  private let telemetry: Telemetry
  /// Runs what is done for the targets: the thread on which the answers arrive.
  private let executor: any TaskExecutor

  init(_ options: Analyze.Collect, _ file: ConfigurationFile) throws(CommandFailure) {
    self.options = options
    let metrics = try options.source.metrics(file)
    let targets = try Self.targets(options, file)
    let log = CollectingLog(
      logger: options.every == nil && options.logFormat == .text
        ? nil : options.logFormat.logger("analyze.collect"),
      hasSeveralTargets: targets.count > 1)
    self.log = log
    let database = DatabaseFile(path: try options.common.databasePath(file))
    self.database = database
    executor = metrics.taskExecutor
    let manifest = options.source.virtualServiceFile.map(ManifestFile.init(path:))
    // One client for all targets: they share connections and credentials.
    var client: KubernetesClient?
    func cluster() throws(CommandFailure) -> KubernetesClient {
      if let client { return client }
      let new = try options.source.cluster(file) { log.warning($0) }
      client = new
      return new
    }
    var sources: [VirtualServiceSource] = []
    for target in targets {
      sources.append(
        try options.source.virtualServiceSource(of: target, manifest: manifest, cluster: cluster))
    }
    targetNames = targets.map { $0?.name }
    collectors = zip(targets, sources).map { target, source in
      Collector(
        virtualService: source, metrics: metrics, database: database,
        settings: Self.settings(options, target, target?.policy ?? file.policy))
    }
    telemetry = Telemetry(targets: collectors.compactMap(\.targetName))
  }

  /// Collects every target once; one that fails does not keep the others from being collected.
  func collectOnce() async throws(CommandFailure) {
    let lock: CollectorLock
    do {
      lock = try await CollectorLock(databasePath: database.path, patience: .seconds(10))
    } catch {
      throw CommandFailure(error)
    }
    var failures: [(failure: CommandFailure, target: String?)] = []
    for (target, result) in await tickAll({ ($0.targetName, $1) }) {
      do throws(CommandFailure) {
        let summary = try result.mapError { CommandFailure($0) }.get()
        for warning in summary.warnings { log.warning(warning, of: target) }
        try Output.write(Self.line(summary) + "\n", to: nil)
      } catch {
        failures.append((error, target))
      }
    }
    withExtendedLifetime(lock) {}
    for (failure, target) in failures {
      if let message = failure.message { log.error(message, of: target) }
    }
    if let last = failures.last { throw CommandFailure(last.failure.status, nil) }
  }

  /// Looks at what the collector of each target needs.
  func examine(_ file: ConfigurationFile) async -> [(target: String?, findings: [Finding])] {
    var examined: [(target: String?, findings: [Finding])] = []
    for (collector, name) in zip(collectors, targetNames) {
      let policy = options.common.policy(for: name ?? "", file)
      let findings = await Doctor(collector).examine(now: options.common.presentTime) {
        Planning.requestsToPromote(
          canaryShare: $0, basis: PlanBasis(requestsPerSecond: 0, errorRate: $1), policy: policy)
      }
      examined.append((name, findings))
    }
    return examined
  }

  /// Collects again and again, on the grid of the given width, until the task is cancelled.
  func collect(every period: Duration) async {
    let grid = SamplingGrid(stepSeconds: max(1, Int(period.wholeMilliseconds / 1000)))
    await withTaskGroup(of: Void.self) { group in
      for collector in collectors { group.addTask { await watch(collector) } }
      while !Task.isCancelled {
        await collectLogging()
        let now = Timestamp.systemTime
        let next = grid.lastPoint(upTo: now) + period
        // Cancellation is how this ends; the loop's condition sees it.
        _ = try? await Task.sleep(for: next - now)
      }
      group.cancelAll()
    }
  }

  /// Records changes of the weights as they happen, where the source can be watched.
  private func watch(_ collector: Collector) async {
    let target = collector.targetName
    await collector.watchWeights(now: { .systemTime }) { [log, telemetry] event in
      switch event {
      case .recorded(let summary):
        log.info(Self.line(summary), of: target)
      case .notice(let text): log.warning(text, of: target)
      case .stopped(let error, let pause):
        // The runs of the collector go on and read the VirtualService themselves.
        await telemetry.recordFailure(Telemetry.FailureReason(error), of: target)
        log.error(
          "the weights are not watched, trying again in \(pause.text): \(error)", of: target)
      }
    }
  }

  private func collectLogging() async {
    let begin = ContinuousClock.now
    do throws(StoreError) {
      let lock = try await CollectorLock(databasePath: database.path, patience: .seconds(10))
      // Each is told when it is done: that takes time, which the others spend waiting.
      _ = await tickAll { collector, result in
        await take(result, of: collector.targetName)
      }
      withExtendedLifetime(lock) {}
    } catch {
      await record(error, of: nil)
    }
    await telemetry.recordTick(lasting: ContinuousClock.now - begin)
    guard let path = options.telemetryFile else { return }
    do {
      try await telemetry.write(to: path, at: .systemTime)
    } catch {
      log.error(error.message ?? "cannot write telemetry to \(path)")
    }
  }

  private func take(_ result: Outcome, of target: String?) async {
    switch result {
    case .success(let summary):
      await telemetry.recordSuccess(summary, at: .systemTime)
      log.info(Self.line(summary), of: summary.target)
      for warning in summary.warnings { log.warning(warning, of: summary.target) }
    case .failure(let error): await record(error, of: target)
    }
  }

  /// A run that is cut short because it was told to stop did not fail.
  private func record(_ error: any Error, of target: String?) async {
    guard !Task.isCancelled else { return }
    await telemetry.recordFailure(Telemetry.FailureReason(error), of: target)
    log.error("\(error)", of: target)
  }

  /// Collects every target, some at a time, for each waits mostly for its sources; one that fails
  /// does not keep the others from being collected.
  private func tickAll<Value: Sendable>(
    _ take: @escaping @Sendable (Collector, Outcome) async -> Value
  ) async -> [Value] {
    let watermarks = Result { () throws(CollectingError) in
      try Watermarks(of: collectors.compactMap(\.targetName), in: database)
    }
    return await withTaskExecutorPreference(executor) {
      await collectors.concurrentMap(atATime: Self.targetsAtATime) { collector in
        await take(collector, await tick(collector, after: watermarks))
      }
    }
  }

  /// So many that some are asked for while others wait to be committed; with more, more of what was
  /// read would be in memory.
  private static let targetsAtATime = 32

  private func tick(
    _ collector: Collector, after watermarks: Result<Watermarks, CollectingError>
  ) async -> Outcome {
    do throws(CollectingError) {
      if let observedAt = options.observedAt {
        return .success(try await collector.recordWeights(observedAt: observedAt))
      }
      return .success(
        try await collector.collect(
          now: { options.common.presentTime }, after: try watermarks.get(),
          progress: ProgressBar.onTerminal("reading intervals")))
    } catch {
      await recordFailure(error, of: collector)
      return .failure(error)
    }
  }

  /// Tells the gate why there are no new counts; a run that was told to stop did not fail.
  private func recordFailure(_ error: CollectingError, of collector: Collector) async {
    guard !Task.isCancelled, options.observedAt == nil else { return }
    do {
      try await collector.record(error, at: options.common.presentTime)
    } catch {
      log.warning("cannot record that the run failed: \(error)", of: collector.targetName)
    }
  }

  private static func line(_ summary: CollectorSummary) -> String {
    let weights = summary.weights.versions.map {
      "\($0) \(summary.weights.share(of: $0).percentText)"
    }.joined(separator: ", ")
    let upTo = summary.storedUpTo.map { ", stored up to \($0.rfc3339)" } ?? ""
    return "\(summary.target): \(summary.intervalsStored) new intervals with "
      + "\(summary.requestsStored.groupedText) requests\(upTo); weights \(weights)"
  }

  /// The targets to collect: the named one, else all of the file, else the one of the options.
  private static func targets(
    _ options: Analyze.Collect, _ file: ConfigurationFile
  ) throws(CommandFailure) -> [ConfigurationFile.ConfiguredTarget?] {
    if let name = options.common.targetName {
      return [file.targets.first { $0.name == name }]
    }
    let isOneTargetGiven = options.source.virtualService != nil || file.targets.isEmpty
    return isOneTargetGiven ? [nil] : file.targets
  }

  private static func settings(
    _ options: Analyze.Collect, _ target: ConfigurationFile.ConfiguredTarget?, _ policy: Policy
  ) -> CollectorSettings {
    let latencyOffset = options.latencyOffset ?? target?.latencyOffset ?? .seconds(30)
    let now = options.common.presentTime
    let since = (options.since ?? .before(.seconds(3600))).moment(from: now)
    let step = options.step ?? target?.step ?? .seconds(15)
    return CollectorSettings(
      targetName: target?.name ?? options.common.targetName,
      routeName: options.source.route ?? target?.route,
      profile: target?.profile ?? .istio, stepSeconds: Int(step.wholeMilliseconds / 1000),
      latencyOffset: latencyOffset,
      settle: max(latencyOffset, options.settle ?? target?.settle ?? .seconds(60)),
      backfill: max(.zero, now - latencyOffset - since), rereadFor: options.reread,
      customQueries: policy.checks.compactMap { check in
        guard case .custom(let counts) = check.demand else { return nil }
        return CustomQueries(check: check.name, counts: counts)
      }, isRepeated: options.every != nil, toolVersion: ToolVersion.current)
  }
}
