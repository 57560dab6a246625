import Foundation
import HTTP
import Kubernetes
import TestSupport
import Testing

/// What a watch does when something goes wrong.
struct WatchFailureTests: WatchSuite {
  let list: [FaultServer.Step]

  init() throws {
    list = try Recording("list-before").steps
  }

  @Test(arguments: [[FaultServer.Step.close], [.reset]])
  func `a connection that is cut goes on after the last whole event`(
    end: [FaultServer.Step]
  ) async throws {
    let body = try Recording("watch-from-rv").body
    let lineEnd = try #require(body.firstIndex(of: 0x0A))
    let events = try await events(
      3,
      watches: [
        // An event and a half; the wait lets the bytes through before a reset drops them.
        [.startChunked(), .chunk(Array(body[...(lineEnd + 500)])), .wait(.milliseconds(200))] + end,
        .watch(lines: deletion("278")) + [.waitForHangUp],
      ]
    ) { server in #expect(server.watchedFrom == ["275", "277"]) }
    #expect(events == ["90/10 at 266", "50/50 at 277", "deleted"])
  }

  @Test(arguments: ["watch-410-rv1", "err-410-exact-rv"])
  func `a watch that is too old says so and lists again`(recording: String) async throws {
    let tooOld = try Recording(recording)
    let isStatus = tooOld.status == 410
    let events = try await events(
      4, lists: [list, .emptyList("400")],
      watches: [tooOld.steps, .watch(lines: deletion("401")) + [.waitForHangUp]]
    ) { server in #expect(server.watchedFrom == ["275", "400"]) }
    #expect(
      events == [
        "90/10 at 266",
        isStatus
          ? "interrupted: The resourceVersion for the provided list is too old."
          : "interrupted: too old resource version: 1 (265)",
        "deleted", "deleted",
      ])
  }

  @Test func `events before a 410 are told first`() async throws {
    let tooOld = try Recording("watch-410-rv1").text
    let events = try await events(
      4, watches: [.watch(lines: deletion("270"), tooOld) + [.waitForHangUp]])
    #expect(
      events == [
        "90/10 at 266", "deleted", "interrupted: too old resource version: 1 (265)", "90/10 at 266",
      ])
  }

  @Test func `a server that cannot answer for now is asked again, and that is told once`()
    async throws
  {
    let timeout = try Recording("err-504-rv-too-large")
    let later: [FaultServer.Step] = [
      .respond(504, headers: [("Retry-After", "0")], body: timeout.body)
    ]
    let subject = "cannot read VirtualService istio/app-backend"
    let words =
      "the server answered 504 (Timeout: Too large resource version: 999999999, current: 296); "
      + "check --kubernetes"
    let events = try await events(
      4, lists: [later, later, list],
      watches: [later, [.close], [.reset], .watch(lines: deletion("270")) + [.waitForHangUp]])
    #expect(
      events == [
        "waiting: \(subject): \(words)", "90/10 at 266", "waiting: \(subject): \(words)", "deleted",
      ])
  }

  @Test func `an error of another code in the stream is waited out`() async throws {
    let error = #"{"type":"ERROR","object":{"kind":"Status","code":500,"reason":"Internal"}}"#
    let events = try await events(
      3, watches: [.watch(lines: error), .watch(lines: deletion("270")) + [.waitForHangUp]]
    ) { server in #expect(server.watchedFrom == ["275", "275"]) }
    #expect(events == ["90/10 at 266", "waiting: the server answered 500 (Internal)", "deleted"])
  }

  @Test(
    arguments: [
      "nonsense", "{}", #"{"type":"NEW","object":{"metadata":{"resourceVersion":"1"}}}"#,
      #"{"type":"MODIFIED","object":{"metadata":{"name":"app-backend"},"spec":{}}}"#,
    ])
  func `an event that cannot be read is an interruption`(line: String) async throws {
    let events = try await events(
      3, watches: [.watch(lines: line), .watch(lines: deletion("270")) + [.waitForHangUp]])
    #expect(events == ["90/10 at 266", "interrupted: an event cannot be read", "90/10 at 266"])
  }

  @Test func `an event that is too large is an interruption, however it comes`() async throws {
    let script = WatchScript(
      lists: [list], watches: [[.startChunked(), .endlessChunks(Array("aaaa".utf8))]]
    ).script
    try await withAPIServer(script) { server async throws in
      let settings = WatchSettings(maximumLineBytes: 1000, backoff: RetryPolicy(baseDelay: .zero))
      #expect(
        try await watch(server, settings).first(2) == [
          "90/10 at 266", "interrupted: an event is larger than 1000 bytes",
        ])
    }
  }

  @Test(
    arguments: [
      ("err-401-bad-token", "the server answered 401 (Unauthorized); check --kubernetes"),
      (
        "err-403-otherns",
        "403 Forbidden (user \"canary-analyzer\" cannot list resource \"virtualservices\" in the "
          + "namespace \"istioX\"); grant it with deploy/rbac.yaml"
      ),
      ("err-404-object", "it does not exist; check --virtual-service and the cluster"),
      (
        "get-v1-before",
        "the answer is not one of a Kubernetes API server (\"{\"); check --kubernetes"
      ),
    ])
  func `what trying again cannot help ends the watch`(
    recording: String, reason: String
  ) async throws {
    let refusal = try Recording(recording).steps
    try await withAPIServer({ _ in refusal }) { server in
      var events = watch(server).makeAsyncIterator()
      let message = try await message { try await events.next() }
      #expect(message == "cannot read VirtualService istio/app-backend: " + reason)
      let last = try await events.next()
      #expect(last == nil)
    }
    guard try Recording(recording).status != 200 else { return }
    let script = WatchScript(lists: [list], watches: [refusal]).script
    try await withAPIServer(script) { server async throws in
      var events = watch(server).makeAsyncIterator()
      #expect(try await events.next().map(summary) == "90/10 at 266")
      let message = try await message { try await events.next() }
      #expect(message == "cannot read VirtualService istio/app-backend: " + reason)
    }
  }
}
