import Foundation
import HTTP
import Kubernetes
import Rollouts
import TestSupport
import Testing

@testable import Collecting

struct VirtualServiceSourceTests {
  private static let wanted = ObjectName(namespace: "istio", name: "app-backend")
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func read(
    _ manifest: String, wanted: ObjectName? = nil, route: String? = nil
  ) async throws -> RouteReading {
    let path = try folder.write(manifest, to: "vs.yaml")
    return try await VirtualServiceSource.manifest(path: path, wanted: wanted)
      .read(routeName: route)
  }

  @Test func `a manifest is read anew each time`() async throws {
    let path = try folder.write(virtualService(http: route(("v1", 90), ("v2", 10))), to: "vs.yaml")
    let source = VirtualServiceSource.manifest(path: path, wanted: nil)
    #expect(source.subject == path)
    #expect(try await source.read(routeName: nil).state.weights.shares == ["v1": 0.9, "v2": 0.1])
    try folder.write(virtualService(http: route(("v1", 50), ("v2", 50))), to: "vs.yaml")
    #expect(try await source.read(routeName: nil).state.weights.shares == ["v1": 0.5, "v2": 0.5])
  }

  @Test func `of several VirtualServices the wanted one is read`() async throws {
    let manifest = ["{name: other, namespace: istio}", "{name: app-backend, namespace: other}"]
      .map { virtualService(metadata: $0, http: route(("v9", 100))) }
    let all = manifest + [virtualService(metadata: "{name: app-backend}", http: route(("v1", 100)))]
    let reading = try await read(all.joined(separator: "---\n"), wanted: Self.wanted)
    #expect(reading.virtualService == Self.wanted)
    #expect(reading.state.weights.versions == ["v1"])
  }

  @Test(
    arguments: [
      (nil, [], []), (wanted, [], []),
      (nil, ["{name: a}", "{name: b, namespace: x}"], ["default/a", "x/b"]),
      (wanted, ["{name: a}", "{name: app-backend, namespace: x}"], ["istio/a", "x/app-backend"]),
      (
        wanted, ["{name: app-backend}", "{name: app-backend, namespace: istio}"],
        ["istio/app-backend", "istio/app-backend"]
      ),
    ] as [(ObjectName?, [String], [String])])
  func `a manifest must hold the one VirtualService`(
    wanted: ObjectName?, held: [String], found: [String]
  ) async throws {
    let manifest = held.map { virtualService(metadata: $0, http: route(("v1", 100))) }
    let error = RouteError.notInManifest(
      path: folder.path("vs.yaml"), wanted: wanted, found: found)
    await #expect(throws: CollectingError.route(error)) {
      try await read(manifest.joined(separator: "---\n"), wanted: wanted)
    }
  }

  @Test func `a manifest that cannot be read says why`() async throws {
    try Data([0xFF, 0xFE, 0x00, 0xD8]).write(to: folder.url.appending(path: "picture"))
    try folder.write("kind: [\n", to: "broken.yaml")
    let reasons = [
      (folder.path("missing.yaml"), "no such file"),
      (folder.url.path, "it is not a readable text file"),
      (folder.path("picture"), "it is not a readable text file"),
      (folder.path("broken.yaml"), "line 2, column 1: did not find expected node content"),
    ]
    for (path, reason) in reasons {
      let error = CollectingError.manifest(path: path, reason: reason)
      await #expect(throws: error) {
        try await VirtualServiceSource.manifest(path: path, wanted: nil).read(routeName: nil)
      }
      #expect(
        error.description
          == "cannot read the manifest \(path): \(reason); check --virtual-service-file")
    }
  }

  @Test func `the API is asked for the rules of every namespace that defines subsets`() async throws
  {
    try await withFaultServer(Self.cluster) { server in
      let client = KubernetesClient(baseURL: server.url, http: .direct())
      let source = VirtualServiceSource.api(client, Self.wanted)
      #expect(source.subject == "VirtualService istio/app-backend")
      let reading = try await source.read(routeName: nil)
      #expect(reading.virtualService == Self.wanted)
      #expect(reading.state.weights.versions == ["blue", "green", "plain.elsewhere"])
      let prefix = "/apis/networking.istio.io/v1/namespaces/"
      #expect(
        server.requests.map(\.target) == [
          prefix + "istio/virtualservices/app-backend", prefix + "istio/destinationrules",
          prefix + "other/destinationrules",
        ])
    }
  }

  @Test func `an error of the API stays what it was`() async throws {
    try await withFaultServer({ _ in [.respond(403, text: "no")] }) { server in
      let client = KubernetesClient(baseURL: server.url, http: .direct())
      let error = KubernetesError.refused(
        subject: "VirtualService istio/app-backend", status: 403, message: "no")
      await #expect(throws: CollectingError.kubernetes(error)) {
        try await VirtualServiceSource.api(client, Self.wanted).read(routeName: nil)
      }
      #expect(CollectingError.kubernetes(error).description == error.description)
    }
  }

  /// A route over services of three namespaces, of which two have subsets.
  private static let cluster: FaultServer.Script = { request in
    switch request.target.split(separator: "/").dropFirst(4).joined(separator: "/") {
    case "istio/virtualservices/app-backend":
      [
        .respond(
          text: """
            {"metadata": {"name": "app-backend", "namespace": "istio"}, "spec": {"http": [{"route": [
            {"destination": {"host": "app-backend", "subset": "v1"}, "weight": 50},
            {"destination": {"host": "app-backend.other", "subset": "v2"}, "weight": 40},
            {"destination": {"host": "plain.elsewhere"}, "weight": 10}]}]}}
            """)
      ]
    case "istio/destinationrules":
      [
        .respond(
          text: """
            {"items": [{"metadata": {"name": "a", "namespace": "istio"}, "spec": {"host":
            "app-backend", "subsets": [{"name": "v1", "labels": {"version": "blue"}}]}}]}
            """)
      ]
    case "other/destinationrules":
      [
        .respond(
          text: """
            {"items": [{"metadata": {"name": "b", "namespace": "other"}, "spec": {"host":
            "app-backend", "subsets": [{"name": "v2", "labels": {"version": "green"}}]}}]}
            """)
      ]
    default: [.respond(500, text: request.target)]
    }
  }
}
