import Foundation
import TestSupport
import Testing

/// Both versions under load, through a real Envoy that routes as the workshop's manifest says.
@Suite(.serialized) struct LoadTests {
  private let manifest = Checkout.root.appending(path: "workshop/k8s/virtual-service.yaml").path

  private func send(_ requests: Int, concurrency: Int, to envoy: EnvoyServer) async throws {
    _ = try await Shell.run(
      "timeout", "120", "hey", "-n", "\(requests)", "-c", "\(concurrency)", "-t", "5",
      envoy.url.absoluteString)
  }

  @Test func `at 90/10 v1 answers 100 requests and then hangs, and v2 answers all of its own`()
    async throws
  {
    let v1 = try await Backend.start("v1")
    let v2 = try await Backend.start("v2")
    let envoy = try await EnvoyServer.start(v1Port: v1.port, v2Port: v2.port)
    try await envoy.setRoutes(fromManifest: manifest)
    try await Task.sleep(for: .milliseconds(200))
    try await send(1000, concurrency: 200, to: envoy)

    let answers = try await envoy.answers()
    let sentToV1 = answers["v1", default: [:]].values.reduce(0, +)
    #expect(answers["v1"] == ["200": 100, "504": sentToV1 - 100])
    #expect(answers["v2"] == ["200": 1000 - sentToV1])
    // The binomial band of 99.9 % around 90 %: 3.29 times the square root of 1000 · 0.9 · 0.1.
    #expect((869...931).contains(sentToV1))

    // The probes of a cluster notice it: the connection opens, and no answer comes.
    let probe = try await Shell.run(
      "sh", "-c", "curl --silent --max-time 1 \"$0\" || echo \"status $?\"",
      try v1.url("/healthz").absoluteString)
    #expect(probe == "status 28\n")
    #expect(
      try await Shell.run("curl", "--silent", try v2.url("/healthz").absoluteString) == "ok\n")
  }

  @Test func `at 0/100 v2 answers 100,000 requests`() async throws {
    let v2 = try await Backend.start("v2")
    let envoy = try await EnvoyServer.start(v1Port: 1, v2Port: v2.port)
    let folder = try TemporaryFolder()
    let changed = try folder.write(
      String(contentsOfFile: manifest, encoding: .utf8), to: "virtual-service.yaml")
    _ = try await Shell.run(
      Checkout.root.appending(path: ".venv/bin/python").path, "-B",
      Checkout.root.appending(path: "workshop/demo/set-weights").path, changed, "v1=0", "v2=100")
    try await envoy.setRoutes(fromManifest: changed)
    try await Task.sleep(for: .milliseconds(200))
    try await send(100_000, concurrency: 50, to: envoy)
    #expect(try await envoy.answers() == ["v2": ["200": 100_000]])
    let last = try await Shell.run("curl", "--silent", try v2.url("/").absoluteString)
    #expect(last == "v2 - Request 100001\n")
  }
}
