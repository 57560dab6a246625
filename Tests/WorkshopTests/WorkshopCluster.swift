import Foundation
import TestSupport

/// A small cluster behind strict stand-ins for kubectl, helm and docker, and the workshop's scripts
/// run against it.
struct WorkshopCluster {
  /// What the stand-ins are told; see the head of `StandIns/stand-in`.
  struct Settings: Encodable {
    var failAt: Int?
    var leavePending: Bool?
    var broken: [String]?
    var helmVersion: String?
    var exitStatus: Int?
    var output: String?
    var errors: String?
    var waiting: String?
    var weights: String?
    var image: String?
    var answers: [String: Int]?
  }

  /// What there is.
  struct Content: Codable, Equatable {
    struct Release: Codable, Equatable {
      var labels: [String: String] = [:]
      var status = "deployed"
    }

    /// The labels of each object, by `kind/namespace/name`.
    var objects: [String: [String: String]]
    var annotations: [String: [String: String]] = [:]
    var releases: [String: Release] = [:]
    var images: [String] = []
  }

  /// The answers that `setup.sh` asks for, as options.
  static let answers = [
    "--domain", "workshop.test", "--registry", "registry.test/group", "--yes",
  ]

  private static let tools = [
    "awk", "basename", "bash", "cat", "curl", "date", "dirname", "env", "grep", "mktemp", "python3",
    "rm", "sed", "sh", "sleep", "sort", "timeout", "tr", "uniq",
  ]

  /// What there is after `setup.sh`, run once for all tests.
  private static let installed = Task {
    let cluster = try WorkshopCluster()
    _ = try await cluster.run("setup.sh", answers)
    return try cluster.content()
  }

  let folder: TemporaryFolder
  private let bin: URL

  /// A cluster with what the workshop needs: an ingress class, VictoriaMetrics, and things of others.
  init() throws {
    folder = try TemporaryFolder()
    bin = folder.url.appending(path: "bin")
    try FileManager.default.createDirectory(at: bin, withIntermediateDirectories: true)
    for tool in Self.tools {
      try FileManager.default.createSymbolicLink(
        at: bin.appending(path: tool), withDestinationURL: URL(filePath: "/usr/bin/\(tool)"))
    }
    let python = Checkout.root.appending(path: ".venv/bin/python").path
    let standIn = Checkout.root.appending(path: "Tests/WorkshopTests/StandIns/stand-in").path
    for program in ["kubectl", "helm", "docker"] {
      let text = "#!/bin/sh\nexec '\(python)' '\(standIn)' '\(folder.url.path)' \(program) \"$@\"\n"
      try write(program: program, text)
    }
    try put(
      Content(objects: [
        "namespace//default": [:], "namespace//monitoring": [:],
        "service/monitoring/victoria-metrics": ["ports": "8428"], "ingressclass//nginx": [:],
        "deployment/default/of-somebody-else": [:],
      ]))
  }

  /// What there is after `setup.sh`.
  static func installedContent() async throws -> Content { try await installed.value }

  /// Puts a program onto the path.
  func write(program: String, _ text: String) throws {
    let file = bin.appending(path: program)
    try Data(text.utf8).write(to: file)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
  }

  /// Takes a program from the path.
  func remove(program: String) throws {
    try FileManager.default.removeItem(at: bin.appending(path: program))
  }

  /// Tells the stand-ins how to behave.
  func set(_ settings: Settings) throws {
    try JSONEncoder().encode(settings).write(to: folder.url.appending(path: "settings.json"))
  }

  /// Replaces what there is.
  func put(_ content: Content) throws {
    try JSONEncoder().encode(content).write(to: folder.url.appending(path: "cluster.json"))
  }

  /// What there is.
  func content() throws -> Content {
    try JSONDecoder().decode(
      Content.self, from: Data(contentsOf: folder.url.appending(path: "cluster.json")))
  }

  /// The calls that changed something, or were to, since the last time they were taken.
  func takeCalls() throws -> [String] {
    let calls = try lines(of: "calls.txt")
    try folder.write("", to: "calls.txt")
    return calls
  }

  /// The arguments that a stand-in did not know.
  func unknownArguments() throws -> [String] { try lines(of: "unknown.txt") }

  /// The manifests that were applied, as they reached kubectl.
  func appliedManifests() throws -> String {
    try lines(of: "applied.yaml").joined(separator: "\n") + "\n"
  }

  /// Runs a script of the workshop to its end.
  func run(
    _ script: String, _ arguments: [String], input: String = "",
    environment: [String: String] = [:]
  ) async throws -> AnalyzeProgram.Outcome {
    try await run(
      at: Checkout.root.appending(path: "workshop/\(script)"), arguments, input: input,
      environment: environment)
  }

  /// Runs a script with the stand-ins on its path to its end.
  func run(
    at script: URL, _ arguments: [String], input: String = "", environment: [String: String] = [:]
  ) async throws -> AnalyzeProgram.Outcome {
    try await blocking {
      let process = Process()
      process.executableURL = script
      process.arguments = arguments
      process.environment = environment.merging(
        ["PATH": bin.path, "HOME": folder.url.path, "WORKSHOP_POLL_SECONDS": "0.01"]) { own, _ in
          own
        }
      let pipe = Pipe()
      process.standardInput = pipe
      process.standardOutput = Pipe()
      process.standardError = Pipe()
      try process.run()
      if !input.isEmpty { try pipe.fileHandleForWriting.write(contentsOf: Data(input.utf8)) }
      try pipe.fileHandleForWriting.close()
      return AnalyzeProgram.outcome(of: process)
    }
  }

  private func lines(of name: String) throws -> [String] {
    guard FileManager.default.fileExists(atPath: folder.path(name)) else { return [] }
    return try String(contentsOfFile: folder.path(name), encoding: .utf8)
      .split(separator: "\n").map(String.init)
  }
}
