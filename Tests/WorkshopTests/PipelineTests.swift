import Foundation
import TestSupport
import Testing

/// The scripts of `workshop/.gitlab-ci.yml`, run as a runner does.
@Suite struct PipelineTests {
  private static let image = "registry.test/app-backend:v2-abc"

  private let cluster: WorkshopCluster

  init() throws {
    cluster = try WorkshopCluster()
    var content = try cluster.content()
    content.objects["cronjob/istio/analyze"] = [:]
    content.objects["virtualservice/istio/app-backend"] = [:]
    content.objects["customresourcedefinition//virtualservices.networking.istio.io"] = [:]
    try cluster.put(content)
    try cluster.set(.init(image: Self.image))
    // It is a symbolic link to the real one.
    try cluster.remove(program: "sleep")
    try cluster.write(
      program: "sleep", "#!/bin/sh\necho \"sleep $1\" >>'\(cluster.folder.path("calls.txt"))'\n")
    try FileManager.default.createSymbolicLink(
      at: cluster.folder.url.appending(path: "workshop"),
      withDestinationURL: Checkout.root.appending(path: "workshop"))
  }

  /// The script of a job; of no job, what is wrong with the pipeline.
  private static func tool(_ job: String = "") async throws -> String {
    let root = Checkout.root
    return try await Shell.run(
      "sh", "-c", "exec \"$@\" 2>&1", "sh", root.appending(path: ".venv/bin/python").path, "-B",
      root.appending(path: "Tests/WorkshopTests/Tools/pipeline").path,
      root.appending(path: "workshop/.gitlab-ci.yml").path, job)
  }

  private func run(_ job: String) async throws -> AnalyzeProgram.Outcome {
    let script = try await Self.tool(job)
    let file = try cluster.folder.write(
      "#!/usr/bin/env bash\ncd '\(cluster.folder.url.path)'\n\(script)", to: "\(job).sh")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
    return try await cluster.run(
      at: URL(filePath: file), [],
      environment: ["KUBE_CONTEXT": "shop:agent", "IMAGE": Self.image])
  }

  private func weights(in call: String?) -> [String] {
    (call ?? "").matches(of: /"value": (\d+)/).map { String($0.1) }
  }

  @Test(arguments: ["build", "deploy", "gate", "promote", "rollback"])
  func `every script is free of what shellcheck warns of`(job: String) async throws {
    let script = try await Self.tool(job)
    let file = try cluster.folder.write(script, to: "script.sh")
    _ = try await Shell.run("shellcheck", "--shell", "bash", file)
  }

  /// Else the gate would go on with the evidence of the image before.
  @Test(arguments: ["100 0", "90 10"])
  func `a new image begins a new rollout: 100/0, which the collector sees, and then 90/10`(
    before: String
  ) async throws {
    try cluster.set(.init(weights: before, image: "registry.test/app-backend:v2-old"))
    let outcome = try await run("deploy")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let calls = try cluster.takeCalls()
    #expect(
      calls.filter { !$0.contains(" patch ") } == [
        "kubectl config use-context shop:agent",
        "kubectl set image deployment/app-backend-v2 app-backend=\(Self.image)",
        "kubectl rollout status deployment/app-backend-v2",
        "sleep 90",
      ])
    #expect(weights(in: calls.dropFirst().first) == ["100", "0"])
    #expect(weights(in: calls.last) == ["90", "10"])
  }

  @Test func `a v2 that has the traffic is not replaced under it`() async throws {
    try cluster.set(.init(weights: "0 100"))
    let outcome = try await run("deploy")
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("cannot deploy v2: the weights of v1 and v2 are 0 100;"))
    #expect(try cluster.takeCalls() == ["kubectl config use-context shop:agent"])
  }

  @Test(
    arguments: [
      (0, nil), (1, ["100", "0"]), (2, []), (3, []), (137, ["100", "0"]),
    ] as [(Int, [String]?)])
  func `the gate's status decides, and is passed on with verdict and report`(
    status: Int, weightsAfterRollback: [String]?
  ) async throws {
    try cluster.set(
      .init(exitStatus: status, output: "<testsuites/>\n", image: Self.image))
    let outcome = try await run("gate")
    #expect(outcome.status == Int32(status))
    #expect(try read("gate.xml") == "<testsuites/>\n")
    #expect(try read("gate-status.txt") == "\(status)\n")
    #expect(try read("rollout-report.md") == "<testsuites/>\n")
    let commands = try cluster.takeCalls().filter { $0.hasPrefix("kubectl create") }
    #expect(commands.first?.hasSuffix(" gate --wait 30m --format junit") == true)
    #expect(commands.last?.hasSuffix(" report --since 2h --format markdown") == true)
    guard let weightsAfterRollback else { return }
    #expect(try await run("rollback").status == 0)
    #expect(weights(in: try cluster.takeCalls().last) == weightsAfterRollback)
  }

  @Test func `promoted is everything to v2`() async throws {
    #expect(try await run("promote").status == 0)
    #expect(weights(in: try cluster.takeCalls().last) == ["0", "100"])
  }

  @Test
  func `what another pipeline has deployed since is neither judged nor promoted nor taken back`()
    async throws
  {
    try cluster.set(.init(image: "registry.test/app-backend:v2-later"))
    for (job, verb) in [("gate", "judge"), ("promote", "promote")] {
      let outcome = try await run(job)
      #expect(outcome.status == 1)
      #expect(
        outcome.errors.contains(
          "cannot \(verb) \(Self.image): v2 runs registry.test/app-backend:v2-later by now;"))
    }
    #expect(try await run("rollback").status == 0)
    #expect(Set(try cluster.takeCalls()) == ["kubectl config use-context shop:agent"])
  }

  @Test func `a gate that left nothing behind is rolled back`() async throws {
    #expect(try await run("rollback").status == 0)
    #expect(weights(in: try cluster.takeCalls().last) == ["100", "0"])
  }

  @Test func `its jobs, stages and keywords are those of GitLab`() async throws {
    #expect(try await Self.tool() == "\n")
  }

  private func read(_ name: String) throws -> String {
    try String(contentsOfFile: cluster.folder.path(name), encoding: .utf8)
  }
}
