import Foundation
import Glibc
import HTTP
import Kubernetes
import Rollouts
import Store
import Synchronization
import TestSupport
import Testing
import VictoriaMetrics

@testable import Collecting

/// A watch of the weights outlasts what goes wrong meanwhile.
struct WeightWatchTests {
  private static let noRules: [FaultServer.Step] = [.respond(text: #"{"items": []}"#)]
  private static let broken: [FaultServer.Step] = [.respond(500, text: "broken")]
  private static let notYet =
    "a change of the weights is not recorded yet, trying again in 0s: cannot "

  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test func `a change whose rules cannot be read is tried again, and none after it is lost`()
    async throws
  {
    let script = Self.cluster(rules: [Self.noRules, Self.broken, Self.broken])
    try await withFaultServer(script) { server in
      let told = try await watch(server, untilRecorded: 4)
      let notice =
        Self.notYet
        + "read the DestinationRules of namespace istio: the server answered 500 (broken); check "
        + "--kubernetes"
      #expect(told == ["10 %", notice, notice, "20 %", "30 %", "40 %"])
    }
    #expect(try await generations() == "1\n2\n3\n4\n")
  }

  @Test func `a change is recorded once the database is no longer locked`() async throws {
    let write = LongWrite()
    try await withFaultServer(Self.cluster()) { server in
      let told = try await watch(server, untilRecorded: 4) { [databasePath] told in
        if told == "10 %" { await write.begin(databasePath) } else { write.end() }
      }
      let notice =
        Self.notYet + "store what was collected in \(databasePath): another process is writing to "
        + "it; try again"
      #expect(told == ["10 %", notice, "20 %", "30 %", "40 %"])
    }
    #expect(try await generations() == "1\n2\n3\n4\n")
  }

  @Test func `a change that cannot be recorded for long is left for the state that followed it`()
    async throws
  {
    let rules = [Self.noRules] + Array(repeating: Self.broken, count: 8)
    try await withFaultServer(Self.cluster(rules: rules)) { server in
      let told = try await watch(server, untilRecorded: 2)
      #expect(told.count == 1 + 7 + 2)
      #expect(
        told.suffix(2) == [
          "stopped: cannot read the DestinationRules of namespace istio: the server answered 500 "
            + "(broken); check --kubernetes", "40 %",
        ])
    }
    #expect(try await generations() == "1\n4\n")
  }

  @Test func `a watch that is refused begins again`() async throws {
    let refused: [FaultServer.Step] = [.respond(403, text: "no")]
    try await withFaultServer(Self.cluster(lists: [refused, refused])) { server in
      let told = try await watch(server, untilRecorded: 4)
      let stopped =
        "stopped: cannot read VirtualService istio/app-backend: 403 Forbidden (no); grant it with "
        + "deploy/rbac.yaml"
      #expect(told == [stopped, stopped, "10 %", "20 %", "30 %", "40 %"])
    }
    #expect(try await generations() == "1\n2\n3\n4\n")
  }

  // MARK: The bench

  private var databasePath: String { folder.path("analyze.db") }

  private func generations() async throws -> String {
    try await Shell.run(
      "sqlite3", databasePath,
      """
      SELECT generation FROM weight_state
      JOIN (SELECT weight_state_id, min(observed_at) AS seen_at FROM collection GROUP BY 1)
        ON weight_state_id = weight_state.id
      ORDER BY seen_at, weight_state.id
      """)
  }

  /// Watches without pauses after failures until so many states were recorded.
  ///
  /// - Returns: What was told: of a recorded state the canary's weight.
  private func watch(
    _ server: FaultServer, untilRecorded count: Int,
    _ then: @escaping @Sendable (String) async -> Void = { _ in }
  ) async throws -> [String] {
    let collector = Collector(
      virtualService: .api(
        KubernetesClient(baseURL: server.url, http: .direct()),
        ObjectName(namespace: "istio", name: "app-backend")),
      metrics: VictoriaMetricsClient(baseURL: server.url, http: .direct()),
      database: DatabaseFile(path: databasePath, busyTimeout: .milliseconds(20)),
      settings: CollectorSettings(
        targetName: nil, routeName: nil, stepSeconds: 15, latencyOffset: .zero, settle: .zero,
        backfill: .zero, toolVersion: "1.2.3"))
    let told = Mutex<[String]>([])
    let watching = Task {
      await collector.watchWeights(
        settings: WatchSettings(backoff: RetryPolicy(baseDelay: .zero)),
        now: { Timestamp(millisecondsSince1970: Int64(Date.now.timeIntervalSince1970 * 1000)) }
      ) { event in
        let text = Self.text(event)
        told.withLock { $0.append(text) }
        await then(text)
      }
    }
    let isRecorded = await eventually {
      told.withLock { $0.filter { $0.hasSuffix(" %") }.count } >= count
    }
    watching.cancel()
    await watching.value
    #expect(isRecorded)
    return told.withLock { $0 }
  }

  private static func text(_ event: WeightWatchEvent) -> String {
    switch event {
    case .recorded(let summary): summary.weights.share(of: "v2").percentText
    case .notice(let text): text
    case .stopped(let error, tryingAgainIn: _): "stopped: \(error)"
    }
  }

  /// A cluster whose VirtualService is changed three times as soon as it is watched; the canary's
  /// weight is ten times the generation.
  ///
  /// - Parameters:
  ///   - lists: The answers to the first lists of VirtualServices; those after them are good.
  ///   - rules: The answers to the first lists of DestinationRules; those after them are good.
  /// - Returns: What it answers.
  private static func cluster(
    lists: [[FaultServer.Step]] = [], rules: [[FaultServer.Step]] = []
  ) -> FaultServer.Script {
    let left = Mutex((lists: lists[...], rules: rules[...], isUnchanged: true))
    return { request in
      left.withLock { left in
        if request.target.contains("destinationrules") { return left.rules.popFirst() ?? noRules }
        if request.target.contains("watch=") {
          let generations = left.isUnchanged ? [2, 3, 4] : []
          left.isUnchanged = false
          return [.startChunked()]
            + generations.map { generation in
              let event = #"{"type": "MODIFIED", "object": \#(virtualService(generation))}"#
              return .chunk(Array("\(event)\n".utf8))
            } + [.waitForHangUp]
        }
        let object = virtualService(left.isUnchanged ? 1 : 4)
        return left.lists.popFirst() ?? [
          .respond(text: #"{"metadata": {"resourceVersion": "101"}, "items": [\#(object)]}"#)
        ]
      }
    }
  }

  private static func virtualService(_ generation: Int) -> String {
    """
    {"metadata": {"name": "app-backend", "namespace": "istio", "uid": "1", \
    "generation": \(generation), "resourceVersion": "\(100 + generation)"}, \
    "spec": {"hosts": ["app-backend"], "http": [{"route": [\
    {"destination": {"host": "app-backend", "subset": "v1"}, "weight": \(100 - 10 * generation)}, \
    {"destination": {"host": "app-backend", "subset": "v2"}, "weight": \(10 * generation)}]}]}}
    """
  }
}

/// Writes to a database for as long as a test wants it.
private final class LongWrite: Sendable {
  private let isToEnd = Mutex(false)

  /// Returns once the database is locked.
  func begin(_ path: String) async {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { [self] in
        let result = Result {
          try Database(path: path, mode: .readWrite).write(to: "hold the lock") { _ in
            continuation.resume()
            while !isToEnd.withLock({ $0 }) { usleep(1000) }
          }
        }
        if case .failure(let error) = result { Issue.record(error) }
      }
    }
  }

  func end() {
    isToEnd.withLock { $0 = true }
  }
}
