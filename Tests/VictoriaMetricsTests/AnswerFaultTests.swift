import HTTP
import TestSupport
import Testing
import VictoriaMetrics

/// Answers that must not be taken for the truth.
struct AnswerFaultTests {
  /// What is made of an answer that is the same each time.
  private func error(
    of steps: [FaultServer.Step],
    _ change: (inout VictoriaMetricsConnection) -> Void = { _ in }
  ) async throws -> String {
    try await withFaultServer { _ in
      steps
    } _: { server in
      var connection = try direct(server.url)
      change(&connection)
      let outcome = await connection.outcome()
      let error = try #require(throws: VictoriaMetricsError.self) { try outcome.get() }
      return error.description.replacing(server.url, with: "URL")
    }
  }

  private static let start = #"{"status":"success","data":{"resultType":"matrix","result":["#
  private static let whole = start + #"{"metric":{"a":"b"},"values":[[60,"1"]]}]}}"#

  @Test func `an answer with warnings is refused with their text`() async throws {
    let text = #"{"status":"success","warnings":["node 2:\n down","late"],"data":{}}"#
    let expected =
      "cannot use the answer of VictoriaMetrics at URL: it comes with a warning (node 2:; late); "
      + "nothing was stored, try again when the cause is gone"
    #expect(try await error(of: [.respond(text: text)]) == expected)
  }

  @Test(arguments: [true, false])
  func `an answer that is partial is refused wherever it says so`(first: Bool) async throws {
    let data = #""data":{"resultType":"matrix","result":[]}"#
    let flag = #""isPartial":true"#
    let text = "{" + (first ? [flag, data] : [data, flag]).joined(separator: ",")
    #expect(
      try await error(of: [.respond(text: text + #","status":"success"}"#)]).contains(
        "it is partial (some storage nodes did not answer)"))
  }

  @Test func `an answer larger than allowed is refused while it comes`() async throws {
    let start = Array(#"{"status":"success","trace":["#.utf8)
    let message = try await error(
      of: [.startChunked(), .chunk(start), .endlessChunks(Array(#""abcdefgh","#.utf8))]
    ) { $0.maximumResponseBytes = 100_000 }
    #expect(
      message == "cannot use the answer of VictoriaMetrics at URL: it is larger than 100000 bytes; "
        + "ask for a shorter time or a longer step, or for fewer series")
  }

  @Test func `an answer with too many series is not read to its end`() async throws {
    let series = (0..<4).map { #"{"metric":{"n":"\#($0)"},"values":[]}"# }
    let body = Array((Self.start + series.joined(separator: ",")).utf8)
    let message = try await error(of: [.startChunked(), .chunk(body), .waitForHangUp]) {
      $0.maximumSeries = 3
    }
    #expect(
      message == "cannot use the answer of VictoriaMetrics at URL: it has more than 3 series; "
        + "narrow the selector, or sum by fewer labels")
  }

  @Test func `an answer that is not JSON is not read to its end`() async throws {
    let message = try await error(
      of: [.startChunked(), .chunk(Array("<html>\n".utf8)), .waitForHangUp])
    #expect(message.contains("(\"<html>\")"))
  }

  @Test func `what comes behind the answer is refused`() async throws {
    #expect(
      try await error(of: [.respond(text: Self.whole + "x")]).contains(
        "the answer is not one of its query API"))
  }

  @Test func `a body cut short by its length`() async throws {
    let body = Array(Self.whole.utf8)
    let message = try await error(of: [.respond(body: body, statedByteCount: 999), .close])
    #expect(message.contains("the answer ended early"))
  }

  @Test func `a body cut short between its chunks`() async throws {
    let message = try await error(
      of: [.startChunked(), .chunk(Array(Self.whole.utf8)), .close])
    #expect(message.contains("the answer ended early"))
  }

  @Test func `a body cut short in gzip`() async throws {
    let packed = try await gzip(Array(Self.whole.utf8))
    let message = try await error(of: [
      .respond(headers: [("Content-Encoding", "gzip")], body: Array(packed.dropLast(4)))
    ])
    #expect(message.contains("the answer ended early"))
  }

  @Test func `garbage in gzip`() async throws {
    let garbage = [UInt8](repeating: 7, count: 100)
    let message = try await error(of: [
      .respond(headers: [("Content-Encoding", "gzip")], body: garbage)
    ])
    #expect(message.contains("the answer is not valid gzip"))
  }

  @Test func `an error's text is read to a limit`() async throws {
    let text = Array(("out of order\n" + String(repeating: "x", count: 16 * 1024)).utf8)
    try await withFaultServer { _ in
      [
        .send(text: "HTTP/1.1 500 Broken\r\nTransfer-Encoding: chunked\r\n\r\n"),
        .endlessChunks(text),
      ]
    } _: { server in
      let outcome = try await direct(server.url).outcome()
      #expect(
        outcome
          == .failure(.refused(server: server.url, status: 500, message: "out of order")))
      // What the sockets took is more than what was read, but far from all that was to be had.
      #expect(await eventually { server.hangUpCount == 1 })
      #expect(server.sentByteCount < 32 * 1024 * 1024)
    }
  }

  @Test func `an error whose text is cut short is still told`() async throws {
    let message = try await error(of: [
      .send(text: "HTTP/1.1 401 Unauthorized\r\nContent-Length: 99\r\n\r\nwho are you"), .close,
    ])
    #expect(
      message.hasPrefix(
        "cannot query VictoriaMetrics at URL: it answered 401: who are you; check the user "))
  }
}
