import Foundation
import TestSupport
import Testing

/// `stress-test.sh` from the pod in the mesh, with answers of the stand-in, and to an address.
@Suite struct StressTests {
  private let cluster: WorkshopCluster

  init() throws {
    cluster = try WorkshopCluster()
    var content = try cluster.content()
    content.objects["pod/istio/curl-test"] = [:]
    try cluster.put(content)
  }

  private func test(
    _ answers: [String: Int], weights: String = "v1=90,v2=10,", _ arguments: String...
  ) async throws -> AnalyzeProgram.Outcome {
    try cluster.set(.init(weights: weights, answers: answers))
    let requests = answers.values.reduce(0, +)
    return try await cluster.run(
      "stress-test.sh", ["--requests", "\(max(requests, 1))"] + arguments)
  }

  /// The p-values were computed in exact fractions.
  @Test(
    arguments: [
      (181, 19, "agrees", "0.9064", 0), (160, 40, "DISAGREES", "2.542e-05", 1),
      (195, 5, "DISAGREES", "7.76e-05", 1), (100, 0, "DISAGREES", "3.963e-05", 1),
      (50, 1, "agrees", "0.05879", 0),
    ] as [(Int, Int, String, String, Int32)])
  func `the exact test says whether the split agrees`(
    v1: Int, v2: Int, word: String, p: String, status: Int32
  ) async throws {
    let outcome = try await test(["v1": v1, "v2": v2])
    #expect(outcome.status == status, "\(outcome.errors)")
    #expect(
      outcome.output.contains(
        "The split \(word) with the weights: p = \(p) (exact binomial test, both sides); it "
          + "disagrees below 0.001.\n"), "\(outcome.output)")
    #expect(try cluster.unknownArguments() == [])
  }

  @Test func `the answers of each version are counted, and what has no version is told`()
    async throws
  {
    let outcome = try await test(["v1": 100, "v2": 20, "timed-out": 80])
    #expect(outcome.status == 0)
    let expected = """
        version  weight   answers   share    errors
        v1       90.0 %       100  83.3 %         0
        v2       10.0 %        20  16.7 %         0
        errors 0, time-outs 80; without a version 80
      80 requests came back without a version and may have been of any: what follows is for the \
      assignment that agrees best.
      The split agrees with the weights: p = 1 (exact binomial test, both sides); it disagrees \
      below 0.001.

      """
    #expect(outcome.output == expected)
  }

  @Test func `a weight that is not written is 0, and a single destination has everything`()
    async throws
  {
    let zero = try await test(["v2": 50], weights: "v1=,v2=100,")
    #expect(zero.status == 0, "\(zero.errors)")
    let single = try await test(["v2": 50], weights: "v2=,")
    #expect(single.status == 0, "\(single.errors)")
    let stranger = try await test(["v1": 1, "v2": 50], weights: "v1=0,v2=100,")
    #expect(stranger.status == 1)
    #expect(
      stranger.output.contains("The split DISAGREES with the weights: v1 answered without any"))
  }

  @Test func `three versions are tested each against the rest`() async throws {
    let good = try await test(["v1": 80, "v2": 11, "v3": 9], weights: "v1=80,v2=10,v3=10,")
    #expect(good.status == 0)
    #expect(good.output.contains("(exact binomial tests, Bonferroni, both sides)"))
    let bad = try await test(["v1": 80, "v2": 20, "v3": 0], weights: "v1=80,v2=10,v3=10,")
    #expect(bad.status == 1)
  }

  @Test func `where nothing can be told the status is 3`() async throws {
    let silent = try await test(["timed-out": 10])
    #expect(silent.status == 3)
    #expect(silent.output.hasSuffix("The split cannot be told: no version answered.\n"))
    #expect(try await test([:]).status == 3)
    try cluster.put(.init(objects: [:]))
    let withoutPod = try await test(["v1": 9, "v2": 1])
    #expect(withoutPod.status == 3)
    #expect(withoutPod.errors.contains("NotFound"))
  }

  @Test func `requests that were not sent in time are told`() async throws {
    let outcome = try await test(["v1": 9, "v2": 1], weights: "v1=90,v2=10,", "--requests", "50")
    #expect(outcome.output.hasPrefix("10 of 50 requests were sent; time was up.\n"))
  }

  @Test func `a dry run prints the command and sends nothing`() async throws {
    let outcome = try await test(["v1": 9, "v2": 1], weights: "v1=90,v2=10,", "--dry-run")
    #expect(outcome.status == 0)
    #expect(
      outcome.output.hasPrefix(
        "+ kubectl exec curl-test --namespace istio --container curl -- timeout 300 curl --silent"))
    #expect(try cluster.takeCalls() == [])
  }

  @Test func `it asks how many, unless told not to`() async throws {
    try cluster.set(.init(weights: "v1=90,v2=10,", answers: ["v1": 27, "v2": 3]))
    let asked = try await cluster.run("stress-test.sh", [], input: "30\n")
    #expect(asked.errors.contains("How many requests [100]: "))
    #expect(!asked.output.contains("were sent"))
    let told = try await cluster.run("stress-test.sh", ["--yes"])
    #expect(told.output.hasPrefix("30 of 100 requests were sent"))
  }

  @Test(
    arguments: [
      ["--requests", "0"], ["--requests", "ten"], ["--concurrency", "301"], ["--seconds", "x"],
      ["--url", "ftp://x/"], ["--url", "http://x/[1-9]"], ["--weights", "v1"],
      ["--significance", "2"],
      ["--nope"], ["--weights"],
    ])
  func `a wrong option ends with status 64`(arguments: [String]) async throws {
    let outcome = try await cluster.run("stress-test.sh", ["--yes"] + arguments)
    #expect(outcome.status == 64)
    #expect(outcome.errors.hasSuffix("; see stress-test.sh --help\n"))
  }

  @Test func `an address is asked from here, as many times as said`() async throws {
    let server = try FaultServer { request in
      if request.number % 10 == 9 { return [.respond(503, text: "no healthy upstream")] }
      return [.respond(text: "v\(request.number % 2 + 1) - Request \(request.number)\n")]
    }
    defer { server.stop() }
    let outcome = try await cluster.run(
      "stress-test.sh",
      [
        "--requests", "200", "--url", "http://127.0.0.1:\(server.port)/", "--weights",
        "v1=50,v2=50",
      ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("errors 20, time-outs 0; without a version 20\n"))
    #expect(outcome.errors == "")
  }

  @Test func `on a terminal a bar shows how far it is`() async throws {
    let server = try FaultServer { [.respond(text: "v1 - Request \($0.number)\n")] }
    defer { server.stop() }
    let terminal = try PseudoTerminal(
      columns: 120, rows: 40,
      [
        Checkout.root.appending(path: "workshop/stress-test.sh").path, "--requests", "50", "--url",
        "http://127.0.0.1:\(server.port)/", "--weights", "v1=100,v2=0",
      ])
    let begun = try await terminal.wait(for: "/50")
    #expect(begun == "\r[\(String(repeating: ".", count: 40))] 0/50")
    try await terminal.wait(for: "\r[\(String(repeating: "#", count: 40))] 50/50\r\n")
    let rest = try await terminal.end()
    #expect(rest.contains("The split agrees with the weights: p = 1 "), "\(rest)")
    #expect(rest.contains("(status 0, "), "\(rest)")
  }

  @Test func `against the demo's Envoy it finds weights that are right, and others wrong`()
    async throws
  {
    let versions = try ["v1", "v2"].map { version in
      try FaultServer { [.respond(text: "\(version) - Request \($0.number)\n")] }
    }
    defer { versions.forEach { $0.stop() } }
    let envoy = try await EnvoyServer.start(
      v1Port: UInt16(versions[0].port), v2Port: UInt16(versions[1].port))
    let options = ["--requests", "500", "--url", envoy.url.absoluteString, "--weights"]
    // By chance alone it would fail one time in a hundred million.
    let right = try await cluster.run(
      "stress-test.sh", options + ["v1=90,v2=10", "--significance", "0.00000001"])
    #expect(right.status == 0, "\(right.output)\(right.errors)")
    let wrong = try await cluster.run("stress-test.sh", options + ["v1=50,v2=50"])
    #expect(wrong.status == 1, "\(wrong.output)\(wrong.errors)")
  }
}
