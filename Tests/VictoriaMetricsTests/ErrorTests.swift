import HTTP
import TestSupport
import Testing
import VictoriaMetrics

struct ErrorTests {
  /// The message of an answer that cannot be used, with `URL` for the server's address.
  private func message(
    of answer: Result<[RangeSeries], VictoriaMetricsError>, url: String
  ) throws -> String {
    let error = try #require(throws: VictoriaMetricsError.self) { try answer.get() }
    return error.description.replacing(url, with: "URL")
  }

  private func message(of steps: [FaultServer.Step]) async throws -> String {
    let (answer, url) = try await ask(steps)
    return try message(of: answer, url: url)
  }

  @Test func `a server that is down`() async throws {
    let server = try FaultServer { _ in [] }
    server.stop()
    let answer = await ask(VictoriaMetricsClient(baseURL: server.url, http: .direct()))
    #expect(
      answer
        == .failure(
          .unreachable(
            .cannotConnect(
              origin: server.url, reason: "connection refused"))))
    #expect(
      try message(of: answer, url: server.url)
        == "cannot query VictoriaMetrics: cannot reach URL: connection refused; check "
        + "--victoria-metrics and that it is running")
  }

  @Test func `an address that is none`() async throws {
    let answer = await ask(VictoriaMetricsClient(baseURL: "localhost:8428", http: .direct()))
    #expect(
      try message(of: answer, url: "URL")
        == "cannot query VictoriaMetrics: cannot use the address "
        + "\"localhost:8428/api/v1/query_range\": it has to begin with http:// or https://; check "
        + "--victoria-metrics and that it is running")
  }

  @Test func `a server that breaks off`() async throws {
    #expect(
      try await message(of: [
        .respond(body: Array(#"{"status":"#.utf8), statedByteCount: 90), .close,
      ])
        == "cannot query VictoriaMetrics: cannot read URL/api/v1/query_range: the answer ended "
        + "early (transfer closed with 80 bytes remaining to read); check --victoria-metrics and "
        + "that it is running")
  }

  struct Refusal: CustomTestStringConvertible {
    let file: String
    var status: Int?
    let message: String

    var testDescription: String { file }

    func steps() throws -> [FaultServer.Step] {
      guard let status else { return try Recording(http: file).steps }
      return try Recording(file, status: status).steps
    }
  }

  @Test(arguments: oldRefusals + newRefusals)
  func `a recorded refusal is told in the server's words`(refusal: Refusal) async throws {
    #expect(
      try await message(of: refusal.steps())
        == "cannot query VictoriaMetrics at URL: it answered \(refusal.message)")
  }

  @Test(
    arguments: [
      (500, "", "500: nothing"),
      (
        502, "<html>\r\n<head><title>502 Bad Gateway</title></head>",
        "502: <html>"
      ),
      (503, "\n\n   upstream is not ready\nmore\n", "503: upstream is not ready"),
      (404, #"{"error":"no route"}"#, #"404: {"error":"no route"}"#),
      (204, "", "204: nothing"), (304, "", "304: nothing"),
      (400, #"{"status":"error","error":"two\nlines\u001b[31m"}"#, "400: two lines [31m"),
    ])
  func `any other status than 200 is told with the first line`(
    status: Int, body: String, expected: String
  ) async throws {
    #expect(
      try await message(of: [.respond(status, text: body)])
        == "cannot query VictoriaMetrics at URL: it answered \(expected)")
  }

  @Test func `an error with status 200`() async throws {
    let body = #"{"status":"error","errorType":"422","error":"too many points"}"#
    #expect(
      try await message(of: [.respond(text: body)])
        == "cannot query VictoriaMetrics at URL: it answered 200: too many points")
  }

  @Test(
    arguments: [
      (#"{"status":"error","data":{"resultType":"matrix","result":[]}}"#, "no matrix of values"),
      (#"{"status":"success"}"#, "no matrix of values"),
      (#"{"status":"success","data":{"resultType":"vector","result":[]}}"#, "no matrix of values"),
      ("<!doctype html>\n<title>Sign in</title>", "\"<!doctype html>\""),
      ("", "\"nothing\""),
      ("null", "\"null\""),
      (
        #"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"a":"#,
        #""{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"a":""#
      ),
      (
        #"{"status":"success","data":{"resultType":"matrix","result":[{"values":[]}]}}"#,
        #""{"status":"success","data":{"resultType":"matrix","result":[{"values":[]}]}}""#
      ),
      (
        #"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,2]]}]}}"#,
        #""{"status":"success","data":{"resultType":"matrix","result":"#
          + #"[{"metric":{},"values":[[1,2]]}]}}""#
      ),
      (
        #"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1e99,"2"]]}]}}"#,
        #""{"status":"success","data":{"resultType":"matrix","result":"#
          + #"[{"metric":{},"values":[[1e99,"2"]]}]}}""#
      ),
    ])
  func `an answer that is not one of the query API`(body: String, reason: String) async throws {
    #expect(
      try await message(of: [.respond(text: body)])
        == "cannot query VictoriaMetrics at URL: the answer is not one of its query API "
        + "(\(reason)); check --victoria-metrics")
  }

  @Test func `a recorded vector where a matrix was asked for`() async throws {
    #expect(
      try await message(of: Recording("envoy-live/istio_requests_total.json").steps)
        == "cannot query VictoriaMetrics at URL: the answer is not one of its query API "
        + "(\"{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":"
        + "{\"__name__\":\"istio_requests_total\",\"destination_service\":\"app-backend.istio.svc."
        + "cluster.local\",\"destination_service_name\":\"app-ba…\"); check --victoria-metrics")
  }

  @Test func `a partial answer`() async throws {
    let body = #"{"status":"success","isPartial":true,"data":{"resultType":"matrix","result":[]}}"#
    #expect(
      try await message(of: [.respond(text: body)])
        == "cannot use the answer of VictoriaMetrics at URL: it is partial (some storage nodes did "
        + "not answer); nothing was stored, try again when all nodes are up")
  }

  @Test func `a redirect to another host is not followed`() async throws {
    try await withFaultServer({ _ in [.respond(text: "taken")] }) { other in
      let location = other.url.replacing("http://", with: "http://user:word@") + "/login?next=/api"
      let message = try await message(of: [.respond(302, headers: [("Location", location)])])
      #expect(
        message.replacing(other.url, with: "OTHER")
          == "cannot query VictoriaMetrics at URL: it redirects to OTHER/login; give that address "
          + "with --victoria-metrics")
      #expect(other.connectionCount == 0)
    }
  }

  @Test func `the password of the address is in no message`() async throws {
    try await withFaultServer({ _ in [.respond(500, text: "out of order")] }) { server in
      let url = server.url.replacing("http://", with: "http://user:word@")
      let answer = await ask(VictoriaMetricsClient(baseURL: url, http: .direct()))
      let message = try message(of: answer, url: server.url)
      #expect(message == "cannot query VictoriaMetrics at URL: it answered 500: out of order")
    }
  }
}
