import HTTP
import TestSupport
import Testing
import VictoriaMetrics

struct RequestTests {
  private static let empty = #"{"status":"success","data":{"resultType":"matrix","result":[]}}"#

  /// What arrives at a server whose address has this path, when it is asked the query.
  private func received(path: String, query: String) async throws -> FaultServer.Request {
    try await withFaultServer({ _ in [.respond(text: Self.empty)] }) { server in
      let answer = await ask(
        VictoriaMetricsClient(baseURL: server.url + path, http: .direct()), query)
      #expect(answer == .success([]))
      #expect(server.requests.count == 1)
      return try #require(server.requests.first)
    }
  }

  @Test(
    arguments: [
      ("", "/api/v1/query_range"), ("/", "/api/v1/query_range"),
      ("/select/0/prometheus", "/select/0/prometheus/api/v1/query_range"),
      ("/select/0/prometheus/", "/select/0/prometheus/api/v1/query_range"),
    ])
  func `the query goes to the path behind the base URL`(
    path: String, target: String
  ) async throws {
    let request = try await received(path: path, query: "up")
    #expect(request.method == "POST")
    #expect(request.target == target)
    #expect(request.headers["content-type"] == "application/x-www-form-urlencoded")
  }

  @Test func `the form names query, points and step, and goes past the cache`() async throws {
    let request = try await received(path: "", query: "up")
    #expect(
      String(decoding: request.body, as: UTF8.self)
        == "query=up&start=1795484050&end=1795484350&step=60s&nocache=1")
  }

  @Test func `every character that means something in a form is escaped`() async throws {
    let query = "aZ09-._~ !\"#$%&'()*+,/:;<=>?@[\\]^`{|}\t\r\n\u{7F}é👍"
    let request = try await received(path: "", query: query)
    let form = String(decoding: request.body, as: UTF8.self)
    #expect(
      form.prefix { $0 != "&" }
        == "query=aZ09-._~%20%21%22%23%24%25%26%27%28%29%2A%2B%2C%2F%3A%3B%3C%3D%3E%3F%40%5B%5C"
        + "%5D%5E%60%7B%7C%7D%09%0D%0A%7F%C3%A9%F0%9F%91%8D")
    #expect(form.hasSuffix("&start=1795484050&end=1795484350&step=60s&nocache=1"))
  }
}
