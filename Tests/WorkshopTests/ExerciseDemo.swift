import Foundation
import Glibc
import TestSupport
import Testing

/// The parts of the demo, with a folder in which the commands of the exercise mean them: both
/// versions behind a real Envoy, a real VictoriaMetrics, and a collector that runs.
final class ExerciseDemo {
  let folder: TemporaryFolder
  private let envoy: EnvoyServer
  private let metrics: VictoriaMetricsServer
  private var collector: ServerProcess?
  private var background: [Process] = []

  private var environment: [String: String] {
    [
      "PATH": "\(folder.path("bin")):/usr/bin:/bin", "HOME": folder.url.path,
      "ANALYZE": AnalyzeProgram.executable.path, "ANALYZE_DATABASE": database,
    ]
  }

  private var parts: String { folder.path("parts.json") }
  private var database: String { folder.path("analyze.db") }

  static func start() async throws -> ExerciseDemo {
    let ports = try ServerProcess.freePorts(2)
    let envoy = try await EnvoyServer.start(v1Port: ports[0], v2Port: ports[1])
    let metrics = try await VictoriaMetricsServer.start(
      flags: ["-search.latencyOffset=1s"], scrapeConfiguration: try envoy.scrapeConfiguration())
    let demo = try ExerciseDemo(envoy: envoy, metrics: metrics)
    try await demo.prepare(ports: ports)
    return demo
  }

  private init(envoy: EnvoyServer, metrics: VictoriaMetricsServer) throws {
    self.envoy = envoy
    self.metrics = metrics
    folder = try TemporaryFolder()
  }

  private func prepare(ports: [UInt16]) async throws {
    let root = Checkout.root
    let manifest = folder.path("virtual-service.yaml")
    let python = root.appending(path: ".venv/bin/python").path
    let manifests = ["virtual-service", "destination-rule"].map {
      root.appending(path: "workshop/k8s/\($0).yaml").path
    }
    _ = try await Shell.run(
      python, "-B", root.appending(path: "workshop/demo/apply-manifests").path, manifest,
      manifests[0], manifests[1])
    try await envoy.setRoutes(fromManifest: manifest)

    try writeParts(ports: ports, manifest: manifest)
    let standIns = root.appending(path: "Tests/WorkshopTests/StandIns")
    let kubectl = "'\(python)' -B '\(standIns.appending(path: "demo-kubectl").path)' '\(parts)'"
    let port = try #require(envoy.url.port)
    try write("bin/kubectl", "exec \(kubectl) \"$@\"")
    try write("bin/curl", "exec /usr/bin/curl --connect-to app-backend:80:127.0.0.1:\(port) \"$@\"")
    // A collector of the demo looks every five seconds, not once a minute.
    try write("bin/sleep", "case $1 in [1-9]?*) set -- 7 ;; esac; exec /usr/bin/sleep \"$1\"")
    for name in ["stress-test.sh", "lib"] {
      try link("workshop/\(name)", to: root.appending(path: "workshop/\(name)"))
    }
    try link("workshop/run-analyze.sh", to: standIns.appending(path: "demo-run-analyze"))

    for version in ["v1", "v2"] {
      _ = try await run("kubectl start \(version)")
    }
    try await sendFirstRequests()
    collector = try ServerProcess(
      AnalyzeProgram.executable.path,
      [
        "collect", "--every", "5s", "--step", "5s", "--latency-offset", "1s", "--settle", "8s",
        "--virtual-service-file", manifest, "--victoria-metrics", metrics.baseURL.absoluteString,
        "--database", database,
      ], log: folder.url.appending(path: "collect.log"))
  }

  /// VictoriaMetrics counts a new series from 0 only where it begins with few.
  private func sendFirstRequests() async throws {
    for _ in 0..<5 {
      _ = try await run("curl -s -m 2 http://app-backend/ http://app-backend/")
      try await Task.sleep(for: .milliseconds(600))
    }
  }

  /// Runs a command of the exercise in the folder `workshop`.
  func run(_ command: String) async throws -> AnalyzeProgram.Outcome {
    let process = process("/usr/bin/timeout", ["150", "bash", "-euo", "pipefail", "-c", command])
    process.standardOutput = Pipe()
    process.standardError = Pipe()
    try process.run()
    return try await blocking { AnalyzeProgram.outcome(of: process) }
  }

  /// Runs a command until the exercise ends, for five minutes at most.
  func runInBackground(_ command: String) throws {
    let process = process(
      "/usr/bin/timeout", ["--signal", "KILL", "300", "bash", "-c", command])
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    background.append(process)
  }

  /// Ends everything that was started.
  func stop() {
    // timeout leads a group of its own, with all that it started in it.
    background.forEach { kill(-$0.processIdentifier, SIGKILL) }
    collector?.stop()
    for version in ["v1", "v2"] {
      if let process = try? processIdentifier(of: version) { kill(process, SIGTERM) }
    }
    envoy.stop()
    metrics.stop()
  }

  private func process(_ program: String, _ arguments: [String]) -> Process {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.currentDirectoryURL = folder.url.appending(path: "workshop")
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    return process
  }

  private func writeParts(ports: [UInt16], manifest: String) throws {
    let backends = ["v1": ports[0], "v2": ports[1]].mapValues { port in
      ["port": Int(port), "environment": [String: String](), "process": 0] as [String: Any]
    }
    let parts: [String: Any] = [
      "checkout": Checkout.root.path, "manifest": manifest, "routes": envoy.routesFile,
      "backends": backends,
    ]
    try JSONSerialization.data(withJSONObject: parts).write(to: URL(filePath: self.parts))
  }

  private func processIdentifier(of version: String) throws -> Int32 {
    struct Parts: Decodable {
      struct Backend: Decodable { let process: Int32 }
      let backends: [String: Backend]
    }
    let parts = try JSONDecoder().decode(
      Parts.self, from: Data(contentsOf: URL(filePath: self.parts)))
    let identifier = try #require(parts.backends[version]?.process)
    try #require(identifier > 0)
    return identifier
  }

  private func write(_ path: String, _ text: String) throws {
    let file = folder.url.appending(path: path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data("#!/bin/sh\n\(text)\n".utf8).write(to: file)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
  }

  private func link(_ path: String, to destination: URL) throws {
    let link = folder.url.appending(path: path)
    try FileManager.default.createDirectory(
      at: link.deletingLastPathComponent(), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(at: link, withDestinationURL: destination)
  }
}
