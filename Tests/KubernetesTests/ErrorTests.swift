import HTTP
import Kubernetes
import TestSupport
import Testing

struct ErrorTests {
  private func message(of steps: [FaultServer.Step]) async throws -> String {
    let answer = try await readVirtualService(steps)
    return try #require(throws: KubernetesError.self) { try answer.get() }.description
  }

  @Test func `a server that is down`() async throws {
    let server = try FaultServer { _ in [] }
    server.stop()
    let answer = await readVirtualService(server)
    let reason = HTTPError.cannotConnect(origin: server.url, reason: "connection refused")
    #expect(
      answer == .failure(.unreachable(subject: "VirtualService istio/app-backend", reason)))
    let error = try #require(throws: KubernetesError.self) { try answer.get() }
    #expect(
      error.description
        == "cannot read VirtualService istio/app-backend: cannot reach \(server.url): connection "
        + "refused; check --kubernetes")
  }

  @Test(
    arguments: [
      (
        "err-401-no-token",
        "the server answered 401 (Unauthorized); check --kubernetes"
      ),
      (
        "err-403-get",
        "403 Forbidden (user \"nobody\" cannot get resource \"virtualservices\" in the namespace "
          + "\"istio\"); grant it with deploy/rbac.yaml"
      ),
      (
        "err-404-object", "it does not exist; check --virtual-service and the cluster"
      ),
      (
        "err-404-version",
        "the server does not serve networking.istio.io in v1, v1beta1 or v1alpha3; install Istio's "
          + "custom resources, or check --kubernetes"
      ),
      (
        "err-watch-rv-bad",
        "the server answered 500 (resourceVersion: Invalid value: \"abc\": strconv.ParseUint: "
          + "parsing \"abc\": invalid syntax); check --kubernetes"
      ),
      (
        "err-504-rv-too-large",
        "the server answered 504 (Timeout: Too large resource version: 999999999, current: 296); "
          + "check --kubernetes"
      ),
      (
        "list-before",
        "the answer is not one of a Kubernetes API server (\"{\"); check --kubernetes"
      ),
      (
        "list-table",
        "the answer is not one of a Kubernetes API server (\"{\"); check --kubernetes"
      ),
    ])
  func `a recorded answer that is not the object`(name: String, reason: String) async throws {
    #expect(
      try await message(of: try Recording(name).steps)
        == "cannot read VirtualService istio/app-backend: " + reason)
  }

  @Test(
    arguments: [
      (500, "", "the server answered 500 (nothing); check --kubernetes"),
      (
        503, "<html>\n<title>no upstream</title>",
        "the server answered 503 (<html>); check --kubernetes"
      ),
      (302, "", "the server answered 302 (nothing); check --kubernetes"),
      (
        400, #"{"kind":"Status","message":"two\nlines\u001b[31m"}"#,
        "the server answered 400 (two lines [31m); check --kubernetes"
      ),
      (
        403, "RBAC: access denied",
        "403 Forbidden (RBAC: access denied); grant it with deploy/rbac.yaml"
      ),
      (
        200, "<!doctype html>\n<title>Sign in</title>",
        "the answer is not one of a Kubernetes API server (\"<!doctype html>\"); check "
          + "--kubernetes"
      ),
      (
        200, "",
        "the answer is not one of a Kubernetes API server (\"nothing\"); check --kubernetes"
      ),
      (
        200, #"{"kind":"Status","status":"Success"}"#,
        "the answer is not one of a Kubernetes API server "
          + "(\"{\"kind\":\"Status\",\"status\":\"Success\"}\"); check --kubernetes"
      ),
    ])
  func `any other answer that is not the object`(
    status: Int, body: String, reason: String
  ) async throws {
    #expect(
      try await message(of: [.respond(status, text: body)])
        == "cannot read VirtualService istio/app-backend: " + reason)
  }

  @Test func `half a document`() async throws {
    let body = try Recording("get-v1-before").text.replacing("\n", with: "").prefix(90)
    #expect(
      try await message(of: [.respond(text: String(body))])
        == "cannot read VirtualService istio/app-backend: the answer is not one of a Kubernetes "
        + "API server (\"\(body)\"); check --kubernetes")
  }

  @Test func `a connection that breaks within the document`() async throws {
    let body = try Recording("get-v1-before").body
    let message = try await message(
      of: [.respond(body: Array(body.prefix(100)), statedByteCount: body.count), .close])
    #expect(
      message.hasPrefix(
        "cannot read VirtualService istio/app-backend: cannot read http://127.0.0.1:"))
    #expect(
      message.hasSuffix(
        "\(folder("v1"))/virtualservices/app-backend: the answer ended early (transfer closed with "
          + "\(body.count - 100) bytes remaining to read); check --kubernetes"))
  }

  @Test func `DestinationRules that may not be listed`() async throws {
    try await withFaultServer({ _ in [.respond(403, text: "no")] }) { server in
      let client = KubernetesClient(baseURL: server.url, http: .direct())
      let error = try await #require(throws: KubernetesError.self) {
        try await client.destinationRules(namespace: "istio")
      }
      #expect(
        error.description
          == "cannot read the DestinationRules of namespace istio: 403 Forbidden (no); grant it "
          + "with deploy/rbac.yaml")
    }
  }
}
