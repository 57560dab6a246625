import Kubernetes
import TestSupport
import Testing
import YAML

struct ManifestTests {
  private static let virtualService = """
    apiVersion: networking.istio.io/v1
    kind: VirtualService
    metadata:
      name: app-backend
      namespace: istio
    spec:
      hosts: [app-backend]
      http:
      - name: primary
        route:
        - destination: {host: app-backend, subset: v1}
          weight: 90
        - destination: {host: app-backend, subset: v2}
          weight: 10

    """
  private static let destinationRule = """
    kind: DestinationRule
    metadata: {name: app-backend}
    spec:
      host: app-backend
      trafficPolicy: {loadBalancer: {simple: ROUND_ROBIN}}
      subsets:
      - {name: v1, labels: {version: blue}}
      - name: v2

    """

  @Test func `a VirtualService is read from YAML`() throws {
    let manifest = try Manifest(parsing: Self.virtualService)
    #expect(manifest.destinationRules == [])
    #expect(manifest.virtualServices.count == 1)
    let object = try #require(manifest.virtualServices.first)
    #expect(object.metadata.name == "app-backend")
    #expect(object.metadata.namespace == "istio")
    #expect(object.metadata.managedFields == nil)
    #expect(object.spec.hosts == ["app-backend"])
    let route = try #require(object.spec.http?.first)
    #expect(route.name == "primary")
    #expect(route.route?.map(\.weight) == [90, 10])
    #expect(route.route?.map(\.destination.subset) == ["v1", "v2"])
  }

  @Test func `a DestinationRule is read from YAML`() throws {
    let rule = try #require(try Manifest(parsing: Self.destinationRule).destinationRules.first)
    #expect(rule.metadata.namespace == nil)
    #expect(rule.spec.host == "app-backend")
    #expect(rule.spec.subsets?.map(\.name) == ["v1", "v2"])
    #expect(rule.spec.subsets?.map(\.labels) == [["version": "blue"], nil])
  }

  @Test func `what the API server gave is read from a file as well`() throws {
    let object = try #require(
      try Manifest(parsing: try Recording("get-v1-after").text).virtualServices.first)
    #expect(object.metadata.generation == 2)
    #expect(object.metadata.managedFields?.last?.manager == "kubectl-patch")
    #expect(object.metadata.managedFields?.last?.time == "2026-11-24T02:06:33Z")
    #expect(object.metadata.managedFields?.last?.fieldsOfSpecification == ["http"])
    #expect(object.spec.http?.first?.route?.map(\.weight) == [50, 50])
  }

  @Test func `a time without quotes stays as it was written`() throws {
    let text = Self.virtualService.replacing(
      "  namespace: istio\n",
      with: "  managedFields:\n  - {manager: me, time: 2026-11-24T02:06:33Z}\n")
    let object = try #require(try Manifest(parsing: text).virtualServices.first)
    #expect(object.metadata.managedFields?.map(\.time) == ["2026-11-24T02:06:33Z"])
  }

  @Test func `several documents keep their order`() throws {
    let other = Self.virtualService.replacing("name: app-backend", with: "name: other")
    let manifest = try Manifest(
      parsing: [Self.destinationRule, other, "# nothing\n", Self.virtualService]
        .joined(separator: "---\n"))
    #expect(manifest.virtualServices.map(\.metadata.name) == ["other", "app-backend"])
    #expect(manifest.destinationRules.map(\.metadata.name) == ["app-backend"])
  }

  @Test func `lists are opened, lists within lists too`() throws {
    let list = try Recording("list-before").text
    let rule = try Recording("get-destinationrule").text
    let text = #"""
      {"kind": "List", "apiVersion": "v1", "items": [\#(list), {"kind": "Service", "spec": 1},
      {"kind": "DestinationRuleList", "items": [\#(rule)]}, {"kind": "List", "items": []}]}
      """#
    let manifest = try Manifest(parsing: text)
    #expect(manifest.virtualServices.map(\.metadata.name) == ["app-backend"])
    #expect(manifest.destinationRules.map(\.metadata.name) == ["app-backend"])
  }

  @Test func `objects of other kinds are passed over`() throws {
    let text = """
      kind: Service
      spec: [whatever, it, holds]
      ---
      kind: virtualservice
      ---
      kind: ConfigMap
      data: {kind: VirtualService}
      """
    let manifest = try Manifest(parsing: text)
    #expect(manifest == (try Manifest(parsing: "")))
    #expect(manifest.virtualServices == [])
  }

  @Test(
    arguments: [
      ("kind: [\n", "line 2, column 1: did not find expected node content"),
      (
        "kind: VirtualService\nmetadata: {name: a\nspec: {}\n",
        "line 3, column 5: did not find expected ',' or '}'"
      ),
      (
        virtualService + "---\n" + "kind: x: y\n",
        "line 16, column 8: mapping values are not allowed in this context"
      ),
      ("kind: a\nkind: b\n", "the key \"kind\" stands twice"),
      ("metadata: {name: a}\n", "kind is missing"),
      ("VirtualService\n", "the document is not a mapping"),
      ("kind: {a: b}\n", "kind is not a single value"),
      ("kind: List\n", "items is missing"),
      ("kind: List\nitems: {a: b}\n", "items is not a list"),
      ("kind: List\nitems: [{kind: VirtualService, spec: {}}]\n", "items[0].metadata is missing"),
      ("kind: VirtualService\nspec: {}\n", "metadata is missing"),
      ("kind: VirtualService\nmetadata: {}\nspec: {}\n", "metadata.name is missing"),
      ("kind: VirtualService\nmetadata: {name: a}\n", "spec is missing"),
      (
        virtualService.replacing("host: app-backend, ", with: ""),
        "spec.http[0].route[0].destination.host is missing"
      ),
      (
        virtualService.replacing(
          "destination: {host: app-backend, subset: v2}\n      weight", with: "weight"),
        "spec.http[0].route[1].destination is missing"
      ),
      (
        virtualService.replacing("weight: 10", with: "weight: ten"),
        "spec.http[0].route[1].weight is not a whole number"
      ),
      (
        virtualService.replacing("weight: 10", with: "weight: 10.5"),
        "spec.http[0].route[1].weight is not a whole number"
      ),
      (
        virtualService.replacing("hosts: [app-backend]", with: "hosts: app-backend"),
        "spec.hosts is not a list"
      ),
      (
        virtualService.replacing("  http:\n  - name: primary", with: "  http:\n    name: primary"),
        "spec.http is not a list"
      ),
      ("kind: DestinationRule\nmetadata: {name: a}\nspec: {}\n", "spec.host is missing"),
      (
        destinationRule.replacing("{version: blue}", with: "[blue]"),
        "spec.subsets[0].labels is not a mapping"
      ),
      (
        destinationRule.replacing("name: v2", with: "labels: {}"), "spec.subsets[1].name is missing"
      ),
    ])
  func `a manifest that cannot be read says what and where`(text: String, message: String) {
    #expect(throws: YAMLError(message)) { try Manifest(parsing: text) }
  }
}
