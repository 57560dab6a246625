import Foundation
import TestSupport
import Testing

/// The manifests and values of the workshop.
@Suite struct ManifestTests {
  private static let python = Checkout.root.appending(path: ".venv/bin/python").path
  private static let validator = "Tests/WorkshopTests/Tools/validate-manifests"

  private static let manifests = [
    "workshop/k8s/namespace.yaml", "workshop/k8s/service.yaml", "workshop/k8s/deployment-v1.yaml",
    "workshop/k8s/deployment-v2.yaml", "workshop/k8s/curl-test.yaml",
    "workshop/k8s/destination-rule.yaml", "workshop/k8s/virtual-service.yaml",
    "workshop/istio/namespace.yaml", "workshop/istio/gateway.yaml", "workshop/istio/ingress.yaml",
    "deploy/cronjob.yaml", "deploy/deployment.yaml", "deploy/rbac.yaml",
    "deploy/persistent-volume-claim.yaml",
  ]

  /// Where the schemas of Istio's kinds are: what `ISTIO_CRDS` names, or beside the checkout.
  private static let istioSchemas: String? = {
    let beside = Checkout.root.deletingLastPathComponent()
      .appending(path: "shared/fixtures/istio-crds").path
    let folder = ProcessInfo.processInfo.environment["ISTIO_CRDS"] ?? beside
    return FileManager.default.fileExists(atPath: folder) ? folder : nil
  }()

  private func validate(_ paths: [String], istio: String?) async throws -> String {
    let options = istio.map { ["--istio", $0] } ?? []
    return try await Self.runTool(Self.validator, options + paths)
  }

  private static func runTool(_ tool: String, _ arguments: [String]) async throws -> String {
    let words = [python, "-B", Checkout.root.appending(path: tool).path] + arguments
    let command = words.map { "'\($0)'" }.joined(separator: " ")
    return try await Shell.run("sh", "-c", "cd '\(Checkout.root.path)' && \(command) 2>&1")
  }

  @Test func `every manifest is listed here`() throws {
    let found = try ["workshop/k8s", "workshop/istio"].flatMap { folder in
      try FileManager.default.contentsOfDirectory(
        atPath: Checkout.root.appending(path: folder).path
      )
      .filter { $0.hasSuffix(".yaml") && !$0.hasSuffix("-values.yaml") }.map { "\(folder)/\($0)" }
    }
    #expect(Set(found).subtracting(Self.manifests) == [])
  }

  @Test func `every object of Kubernetes is valid, unknown fields being errors`() async throws {
    #expect(try await validate(Self.manifests, istio: nil) == "15 checked, 3 left out\n")
  }

  @Test(.enabled(if: istioSchemas != nil, "the schemas of Istio's kinds: set ISTIO_CRDS"))
  func `every object of Istio is valid, unknown fields being errors`() async throws {
    let folder = try #require(Self.istioSchemas)
    #expect(try await validate(Self.manifests, istio: folder) == "18 checked, 0 left out\n")
  }

  @Test(
    arguments: [
      ("k8s/deployment-v1.yaml", "replicas", "replica"),
      ("istio/ingress.yaml", "pathType", "pathKind"),
      ("k8s/virtual-service.yaml", "subset", "subsett"),
      ("istio/gateway.yaml", "servers", "server"),
    ] as [(String, String, String)])
  func `a field that does not exist is found`(
    path: String, field: String, mistake: String
  ) async throws {
    // Where Istio's schemas are missing its kinds are not checked, as the test above says.
    guard Self.istioSchemas != nil || !path.contains("virtual") && !path.contains("gateway") else {
      return
    }
    let folder = try TemporaryFolder()
    let text = try String(
      contentsOf: Checkout.root.appending(path: "workshop/\(path)"), encoding: .utf8)
    let file = try folder.write(
      text.replacing("\(field):", with: "\(mistake):"), to: "manifest.yaml")
    await #expect(throws: ShellError.self) {
      _ = try await validate([file], istio: Self.istioSchemas)
    }
  }

  @Test func `what setup.sh applies is valid for each kind of TLS`() async throws {
    for tls in ["off", "issuer:my-issuer", "secret:wildcard"] {
      let cluster = try WorkshopCluster()
      _ = try await cluster.run("setup.sh", WorkshopCluster.answers + ["--tls", tls])
      let file = try cluster.folder.write(try cluster.appliedManifests(), to: "all.yaml")
      let result = try await validate([file], istio: Self.istioSchemas)
      #expect(
        result
          == (Self.istioSchemas == nil ? "14 checked, 3 left out\n" : "17 checked, 0 left out\n"))
    }
  }

  @Test func `every value for a chart is one that the chart knows`() async throws {
    _ = try await Self.runTool("Tests/WorkshopTests/Tools/check-values", [])
  }
}
