import Foundation
import HTTP
import Kubernetes
import TestSupport
import Testing

/// What a watch tells while all goes well, and how it ends.
struct WatchTests: WatchSuite {
  let list: [FaultServer.Step]

  init() throws {
    list = try Recording("list-before").steps
  }

  @Test(arguments: [Int.max, 1000, 7])
  func `a recorded watch is told event by event`(chunkByteCount: Int) async throws {
    let recorded = try [FaultServer.Step].watch("watch-from-rv", chunkByteCount: chunkByteCount)
    let events = try await events(8, watches: [recorded + [.waitForHangUp]]) { server in
      #expect(
        server.requests.map(\.target) == [
          folder("v1") + "/virtualservices?fieldSelector=metadata.name%3Dapp-backend",
          folder("v1") + "/virtualservices?fieldSelector=metadata.name%3Dapp-backend"
            + "&watch=true&allowWatchBookmarks=true&timeoutSeconds=240&resourceVersion=275",
        ])
    }
    #expect(
      events == [
        "90/10 at 266", "50/50 at 277", "0/100 at 278", "0/100 at 279", "deleted", "90/10 at 281",
        "50/50 at 282", "90/10 at 283",
      ])
  }

  @Test func `an event that comes slowly is told when it is whole`() async throws {
    let line = Array((deletion("270") + "\n").utf8)
    let halves: [FaultServer.Step] = [
      .startChunked(), .wait(.milliseconds(50)), .chunk(Array(line[..<20])),
      .wait(.milliseconds(50)), .chunk(Array(line[20...])), .waitForHangUp,
    ]
    let events = try await events(2, watches: [halves]) { server in
      #expect(server.watchedFrom == ["275"])
    }
    #expect(events == ["90/10 at 266", "deleted"])
  }

  @Test func `an object that was created anew has another uid`() async throws {
    let recorded = try [FaultServer.Step].watch("watch-from-rv")
    let script = WatchScript(lists: [list], watches: [recorded + [.waitForHangUp]]).script
    try await withAPIServer(script) { server async throws in
      var uids: [String?] = []
      for try await event in watch(server) {
        if case .observed(let object, _) = event { uids.append(object.metadata.uid) }
        if uids.count == 5 { break }
      }
      #expect(Set(uids).count == 2)
      #expect(uids[3] != uids[4])
    }
  }

  @Test func `objects of other names are passed over`() async throws {
    let recorded = try [FaultServer.Step].watch("watch-killed")
    #expect(
      try await events(
        2, lists: [.emptyList("260")], watches: [recorded + [.waitForHangUp]])
        == ["deleted", "50/50 at 265"])
  }

  @Test func `a watch that ends goes on where it was, also from a bookmark`() async throws {
    let end = FaultServer.Step.chunk([])
    let bookmark = #"{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"300"}}}"#
    let events = try await events(
      2,
      watches: [
        [.startChunked(), end], .watch(lines: bookmark) + [end],
        .watch(lines: deletion("310")) + [.waitForHangUp],
      ]
    ) { server in #expect(server.watchedFrom == ["275", "275", "300"]) }
    #expect(events == ["90/10 at 266", "deleted"])
  }

  @Test func `the version that is served is remembered`() async throws {
    let notFound = try Recording("err-404-version").steps
    let script = WatchScript(
      lists: [list], watches: [.watch(lines: deletion("270")) + [.waitForHangUp]]
    ).script
    try await withAPIServer { request in
      request.target.hasPrefix(folder("v1") + "/") ? notFound : script(request)
    } _: { server async throws in
      let client = KubernetesClient(baseURL: server.url, http: .direct())
      let watch = client.watch(namespace: "istio", name: "app-backend")
      #expect(try await watch.first(2) == ["90/10 at 266", "deleted"])
      #expect(try await watch.first(1) == ["90/10 at 266"])
      let versions = server.requests.map { $0.target.split(separator: "/")[2] }
      #expect(versions == ["v1", "v1beta1", "v1beta1", "v1beta1"])
    }
  }

  @Test(.timeLimit(.minutes(1)), arguments: ["reading", "pausing", "listing"])
  func `cancelling ends a watch at once`(moment: String) async throws {
    let list = list
    let hanging: [FaultServer.Step] = [.waitForHangUp]
    let script = WatchScript(
      lists: [moment == "listing" ? hanging : list],
      watches: [moment == "pausing" ? [.respond(503, text: "later")] : [.startChunked()] + hanging]
    ).script
    try await withAPIServer(script) { server async throws in
      let backoff = RetryPolicy(
        baseDelay: .seconds(3600), maximumDelay: .seconds(3600), jitter: { 1 })
      let watch = watch(server, WatchSettings(backoff: backoff))
      let task = Task {
        var count = 0
        for try await _ in watch { count += 1 }
        return count
      }
      let wanted = moment == "listing" ? 1 : 2
      #expect(await eventually { server.requests.count == wanted })
      task.cancel()
      #expect(try await task.value <= 2)
      #expect(await eventually { server.hangUpCount == (moment == "pausing" ? 0 : 1) })
    }
  }

  @Test func `leaving the loop ends the connection`() async throws {
    let script = WatchScript(
      lists: [list], watches: [.watch(lines: deletion("270")) + [.waitForHangUp]]
    ).script
    try await withAPIServer(script) { server async throws in
      #expect(try await watch(server).first(2) == ["90/10 at 266", "deleted"])
      #expect(await eventually { server.hangUpCount == 1 })
    }
  }
}
