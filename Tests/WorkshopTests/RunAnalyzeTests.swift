import Foundation
import TestSupport
import Testing

/// `run-analyze.sh`: a command of analyze as a Job in the cluster.
@Suite struct RunAnalyzeTests {
  private let cluster: WorkshopCluster

  init() throws {
    cluster = try WorkshopCluster()
    var content = try cluster.content()
    content.objects["cronjob/istio/analyze"] = [:]
    try cluster.put(content)
  }

  private func run(_ arguments: String...) async throws -> AnalyzeProgram.Outcome {
    try await cluster.run("run-analyze.sh", arguments)
  }

  @Test(arguments: [0, 1, 2, 3, 78])
  func `the status, the output and the errors are those of the command`(
    status: Int
  ) async throws {
    try cluster.set(
      .init(exitStatus: status, output: "<testsuites/>\n", errors: "a warning\n"))
    let outcome = try await run("gate", "--wait", "30m", "--format", "junit")
    #expect(outcome.status == Int32(status))
    #expect(outcome.output == "<testsuites/>\n")
    #expect(outcome.errors.contains("a warning\n"))
    #expect(try cluster.unknownArguments() == [])
    #expect(
      try cluster.takeCalls() == [
        "kubectl create Job owners=[] seconds=7200 gate --wait 30m --format junit",
        "kubectl delete job",
      ])
  }

  @Test func `arguments reach the command as they are`() async throws {
    let outcome = try await run("override", "--reason", #"a "quoted" \ reason"#, "--hours=1")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let calls = try cluster.takeCalls()
    #expect(calls.first?.hasSuffix(#"override --reason a "quoted" \ reason --hours=1"#) == true)
  }

  @Test func `a pod that cannot start is told at once, and its job removed`() async throws {
    try cluster.set(.init(waiting: "ImagePullBackOff"))
    let outcome = try await run("gate")
    #expect(outcome.status == 3)
    #expect(
      outcome.errors.contains(
        "run-analyze: cannot run analyze gate in the cluster: its pod says ImagePullBackOff; see "
          + "kubectl describe pods --namespace istio --selector job-name=analyze-gate-"))
    #expect(try cluster.takeCalls().last == "kubectl delete job")
  }

  @Test func `a command that does not end is given up`() async throws {
    try cluster.set(.init(waiting: "ContainerCreating"))
    let outcome = try await cluster.run(
      "run-analyze.sh", ["gate"], environment: ["WORKSHOP_JOB_SECONDS": "1"])
    #expect(outcome.status == 3)
    #expect(outcome.errors.contains("cannot run analyze gate in the cluster: no end after 1 s"))
  }

  @Test func `without the collector it is neither promote nor block`() async throws {
    try cluster.put(.init(objects: [:]))
    let outcome = try await run("gate")
    #expect(outcome.status == 3)
    #expect(outcome.errors.contains("cannot run analyze gate in the cluster: the Job could not be"))
  }

  @Test(arguments: [[], ["--nope"], ["; rm"], ["gate", "two\nlines"]])
  func `what is no command is refused`(arguments: [String]) async throws {
    let outcome = try await cluster.run("run-analyze.sh", arguments)
    #expect(outcome.status == 64)
    #expect(outcome.errors.hasSuffix("; see run-analyze.sh --help\n"))
    #expect(try cluster.takeCalls().filter { $0.hasPrefix("kubectl create") } == [])
  }
}
