import HTTP
import Kubernetes
import TestSupport
import Testing

struct ReadingTests {
  private func weights(_ object: VirtualService) -> [String: Int?] {
    let route = object.spec.http?.first?.route ?? []
    return Dictionary(uniqueKeysWithValues: route.map { ($0.destination.subset ?? "", $0.weight) })
  }

  @Test func `a recorded VirtualService is read from v1 with one request`() async throws {
    let steps = try Recording("get-v1-before").steps
    try await withFaultServer({ _ in steps }) { server in
      let object = try await readVirtualService(server, path: "/").get()
      #expect(object.metadata.name == "app-backend")
      #expect(object.metadata.namespace == "istio")
      #expect(object.metadata.uid == "0e302135-da39-497a-a50e-aca45c3e0d82")
      #expect(object.metadata.resourceVersion == "266")
      #expect(object.metadata.generation == 1)
      #expect(object.spec.hosts == ["app-backend"])
      #expect(weights(object) == ["v1": 90, "v2": 10])
      #expect(
        object.spec.http?.first?.route?.map(\.destination.host) == ["app-backend", "app-backend"])
      #expect(server.requests.map(\.method) == ["GET"])
      #expect(server.requests.map(\.target) == [folder("v1") + "/virtualservices/app-backend"])
      #expect(server.requests.first?.headers["accept"] == "application/json")
    }
  }

  @Test func `before the patch the routes belong to who applied the object`() async throws {
    let object = try await readVirtualService(try Recording("get-v1-before").steps).get()
    let fields = try #require(object.metadata.managedFields)
    #expect(fields.map(\.manager) == ["kubectl-client-side-apply"])
    #expect(fields.map(\.time) == ["2026-11-24T02:06:01Z"])
    #expect(fields.map(\.fieldsOfSpecification) == [["hosts", "http"]])
  }

  @Test func `after the patch the routes belong to who patched them`() async throws {
    let object = try await readVirtualService(try Recording("get-v1-after").steps).get()
    #expect(weights(object) == ["v1": 50, "v2": 50])
    #expect(object.metadata.generation == 2)
    #expect(object.metadata.resourceVersion == "277")
    #expect(object.metadata.uid == "0e302135-da39-497a-a50e-aca45c3e0d82")
    let fields = try #require(object.metadata.managedFields)
    #expect(fields.map(\.manager) == ["kubectl-client-side-apply", "kubectl-patch"])
    #expect(fields.map(\.time) == ["2026-11-24T02:06:01Z", "2026-11-24T02:06:33Z"])
    #expect(fields.map(\.fieldsOfSpecification) == [["hosts"], ["http"]])
  }

  @Test func `a read that fails for the moment is sent again`() async throws {
    let object = try Recording("get-v1-before").steps
    let failures: [[FaultServer.Step]] = [[.respond(503, text: "busy")], [.reset]]
    try await withFaultServer({ failures.dropFirst($0.number).first ?? object }) { server in
      let answer = try await readVirtualService(server, path: "/").get()
      #expect(answer.metadata.generation == 1)
      #expect(server.requests.count == 3)
    }
  }

  @Test(
    arguments: [("v1beta1", ["v1"]), ("v1alpha3", ["v1", "v1beta1"])] as [(String, [String])])
  func `a version that the server does not serve is passed over for the next`(
    served: String, passedOver: [String]
  ) async throws {
    let object = try Recording("get-\(served)-before").steps
    let notFound = try Recording("err-404-version").steps
    let path = folder(served) + "/virtualservices/app-backend"
    try await withFaultServer({ $0.target == path ? object : notFound }) { server in
      let read = try await readVirtualService(server).get()
      #expect(weights(read) == ["v1": 90, "v2": 10])
      let asked = (passedOver + [served]).map { folder($0) + "/virtualservices/app-backend" }
      #expect(server.requests.map(\.target) == asked)
    }
  }

  @Test func `an object without managed fields and routes is read`() async throws {
    let text = #"{"metadata":{"name":"app-backend","managedFields":[{}]},"spec":{"tcp":[{}]}}"#
    let object = try await readVirtualService([.respond(text: text)]).get()
    #expect(object.metadata.namespace == nil)
    #expect(object.metadata.managedFields?.map(\.fieldsOfSpecification) == [[]])
    #expect(object.spec.hosts == nil)
    #expect(object.spec.http == nil)
  }

  @Test func `DestinationRules are listed by namespace`() async throws {
    let rule = try Recording("get-destinationrule").text
    let list = #"{"apiVersion":"networking.istio.io/v1","kind":"DestinationRuleList","items":["#
    try await withFaultServer({ _ in [.respond(text: "\(list)\(rule)]}")] }) { server in
      let client = KubernetesClient(baseURL: server.url, http: .direct())
      let rules = try await client.destinationRules(namespace: "istio")
      #expect(rules.map(\.metadata.name) == ["app-backend"])
      #expect(rules.map(\.spec.host) == ["app-backend"])
      #expect(rules.first?.spec.subsets?.map(\.name) == ["v1", "v2"])
      #expect(rules.first?.spec.subsets?.map(\.labels) == [["version": "v1"], ["version": "v2"]])
      #expect(server.requests.map(\.target) == [folder("v1") + "/destinationrules"])
    }
  }

  @Test func `a namespace without DestinationRules has none`() async throws {
    let steps = try Recording("list-empty-ns-absent").steps
    try await withFaultServer({ _ in steps }) { server in
      let client = KubernetesClient(baseURL: server.url, http: .direct())
      let rules = try await client.destinationRules(namespace: "absent")
      #expect(rules == [])
    }
  }

  @Test func `a name cannot lead to another path`() async throws {
    let steps = try Recording("err-404-object").steps
    try await withFaultServer({ _ in steps }) { server in
      let client = KubernetesClient(baseURL: server.url, http: .direct())
      await #expect(throws: KubernetesError.notFound(subject: "VirtualService a b/c?d#e/../f%2F")) {
        try await client.virtualService(namespace: "a b", name: "c?d#e/../f%2F")
      }
      #expect(
        server.requests.map(\.target) == [
          "/apis/networking.istio.io/v1/namespaces/a%20b/virtualservices/c%3Fd%23e%2F..%2Ff%252F"
        ])
    }
  }
}
