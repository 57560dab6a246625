import Rollouts
import Testing

@testable import Collecting

struct RouteReadingTests {
  private static let split = """
    - route:
      - {destination: {host: app-backend, subset: stable}, weight: 90}
      - {destination: {host: app-backend, subset: next}, weight: 10}
    """

  @Test func `a split between two subsets`() throws {
    let reading = try read(virtualService(http: route(("v1", 90), ("v2", 10))))
    #expect(reading.virtualService == ObjectName(namespace: "istio", name: "app-backend"))
    #expect(reading.host == "app-backend")
    #expect(reading.warnings == [])
    #expect(
      reading.state
        == WeightState(
          weights: Weights([
            VersionWeight(
              version: "v1", weight: 90,
              destination: Destination(host: "app-backend", subset: "v1")),
            VersionWeight(
              version: "v2", weight: 10,
              destination: Destination(host: "app-backend", subset: "v2")),
          ]), route: ""))
    #expect(reading.state.weights.shares == ["v1": 0.9, "v2": 0.1])
  }

  @Test(arguments: ["", ", weight: 0", ", weight: 100", ", weight: 7"])
  func `one destination alone has everything whatever its weight`(weight: String) throws {
    let reading = try read(
      virtualService(
        http: "- route:\n  - {destination: {host: app-backend, subset: v2}\(weight)}\n"))
    #expect(reading.state.weights.shares == ["v2": 1])
    #expect(reading.warnings == [])
  }

  @Test func `a weight of 0 is kept, and one left out beside others is 0`() throws {
    let reading = try read(
      virtualService(
        http: """
          - route:
            - {destination: {host: app-backend, subset: v1}, weight: 100}
            - {destination: {host: app-backend, subset: v2}, weight: 0}
            - {destination: {host: app-backend, subset: v3}}
          """))
    #expect(reading.state.weights.entries.map(\.weight) == [100, 0, 0])
    #expect(reading.state.weights.shares == ["v1": 1, "v2": 0, "v3": 0])
    #expect(reading.warnings == [])
  }

  @Test(
    arguments: [
      ([("v1", 70), ("v2", 70)], "140", "v1 50 %, v2 50 %"),
      ([("v1", 1), ("v2", 2)], "3", "v1 33.33 %, v2 66.67 %"),
      ([("v1", 9), ("v2", 1), ("v3", 0)], "10", "v1 90 %, v2 10 %, v3 0 %"),
    ] as [([(String, Int)], String, String)])
  func `weights that do not add up to 100 are shares, with a warning`(
    weights: [(String, Int)], sum: String, shares: String
  ) throws {
    let destinations = weights.map {
      "  - {destination: {host: app-backend, subset: \($0.0)}, weight: \($0.1)}\n"
    }
    let reading = try read(virtualService(http: "- route:\n" + destinations.joined()))
    #expect(
      reading.warnings == [
        "the weights of VirtualService istio/app-backend add up to \(sum), not to 100; they are "
          + "read as \(shares)"
      ])
  }

  @Test(
    arguments: [
      ("{name: x}", "app-backend"),
      ("{name: x, namespace: istio}", "app-backend"),
      ("{name: x}", "app-backend.istio"),
      ("{name: x, namespace: istio}", "app-backend.istio.svc.cluster.local"),
      ("{name: x, namespace: mesh}", "app-backend.istio.svc.cluster.local"),
    ])
  func `a subset's version is the label that the DestinationRule of its host gives`(
    metadata: String, host: String
  ) throws {
    let rule = """
      kind: DestinationRule
      metadata: \(metadata)
      spec:
        host: \(host)
        subsets:
        - {name: stable, labels: {app: app-backend, version: blue}}
        - {name: next, labels: {version: green}}

      """
    let reading = try read(virtualService(http: Self.split) + "---\n" + rule)
    #expect(reading.state.weights.versions == ["blue", "green"])
    #expect(reading.state.weights.entries.map(\.destination.subset) == ["stable", "next"])
  }

  @Test(
    arguments: ["app-backend.istio.svc.cluster.local", "app-backend.istio", "app-backend"])
  func `a route may name its host in full`(host: String) throws {
    let rule = """
      kind: DestinationRule
      metadata: {name: x, namespace: istio}
      spec: {host: app-backend, subsets: [{name: stable, labels: {version: blue}}]}
      """
    let split = Self.split.replacing("host: app-backend", with: "host: \(host)")
    let reading = try read(virtualService(http: split) + "---\n" + rule)
    #expect(reading.state.weights.versions == ["blue", "next"])
    #expect(reading.state.weights.entries.map(\.destination.host) == [host, host])
  }

  @Test(
    arguments: [
      "{host: other, subsets: [{name: stable, labels: {version: blue}}]}",
      "{host: app-backend.other, subsets: [{name: stable, labels: {version: blue}}]}",
      "{host: app-backend, subsets: [{name: third, labels: {version: blue}}]}",
      "{host: app-backend, subsets: [{name: stable, labels: {app: blue}}, {name: next}]}",
      "{host: app-backend}",
    ])
  func `a DestinationRule that says nothing about a subset leaves its name`(
    specification: String
  ) throws {
    let rule = "kind: DestinationRule\nmetadata: {name: x}\nspec: \(specification)\n"
    let reading = try read(virtualService(http: Self.split) + "---\n" + rule)
    #expect(reading.state.weights.versions == ["stable", "next"])
  }

  @Test func `of two DestinationRules for a host each may define a subset`() throws {
    let rules = [("stable", "blue"), ("next", "green")].map { subset, label in
      """
      kind: DestinationRule
      metadata: {name: \(subset)}
      spec: {host: app-backend, subsets: [{name: \(subset), labels: {version: \(label)}}]}

      """
    }
    let manifest = [virtualService(http: Self.split)] + rules
    #expect(
      try read(manifest.joined(separator: "---\n")).state.weights.versions == ["blue", "green"])
  }

  @Test func `without subsets the hosts are the versions`() throws {
    let reading = try read(
      virtualService(
        hosts: "[www.example.com]",
        http: """
          - route:
            - {destination: {host: app-v1}, weight: 60}
            - {destination: {host: app-v2.other.svc.cluster.local}, weight: 40}
          """))
    #expect(reading.state.weights.versions == ["app-v1", "app-v2.other.svc.cluster.local"])
    #expect(reading.host == "www.example.com")
  }

  @Test func `without hosts the host is that of the first destination`() throws {
    let manifest = virtualService(hosts: "[]", http: route(("v1", 100)))
    #expect(try read(manifest).host == "app-backend")
  }

  @Test func `a manifest without a namespace means the default one`() throws {
    let manifest = virtualService(metadata: "{name: app-backend}", http: route(("v1", 100)))
    #expect(
      try read(manifest).virtualService == ObjectName(namespace: "default", name: "app-backend"))
  }

  @Test func `a route is named, else it is the one that splits, else the only one`() throws {
    let manifest = virtualService(
      http: """
        - redirect: {uri: /elsewhere}
        - name: internal
          route: [{destination: {host: app-backend, subset: v3}}]
        - name: primary
          route:
          - {destination: {host: app-backend, subset: v1}, weight: 50}
          - {destination: {host: app-backend, subset: v2}, weight: 50}
        """)
    #expect(try read(manifest).state.route == "primary")
    #expect(try read(manifest).state.weights.versions == ["v1", "v2"])
    #expect(try read(manifest, route: "internal").state.route == "internal")
    #expect(try read(manifest, route: "internal").state.weights.versions == ["v3"])
    let only = virtualService(
      http: "- redirect: {uri: /elsewhere}\n" + route(("v1", 100)))
    #expect(try read(only).state.weights.versions == ["v1"])
  }

  @Test(
    arguments: [
      [("v1", 100)], [("v1", 90), ("v2", 10)], [("v2", 100)],
    ])
  func `before, in and after a rollout the route without a condition is judged`(
    weights: [(String, Int)]
  ) throws {
    let destinations = weights.map {
      "  - {destination: {host: app-backend, subset: \($0.0)}, weight: \($0.1)}\n"
    }
    let manifest = virtualService(
      http: """
        - match: [{headers: {x-canary: {exact: "1"}}}]
          route: [{destination: {host: app-backend, subset: v2}}]
        - route:

        """ + destinations.joined())
    #expect(try read(manifest).state.weights.versions == weights.map(\.0))
  }

  @Test func `the last writer of the routes made the change`() throws {
    let metadata = """

        name: app-backend
        namespace: istio
        uid: 0e302135
        generation: 2
        resourceVersion: "277"
        managedFields:
        - manager: kubectl-client-side-apply
          time: "2026-11-24T02:06:01Z"
          fieldsV1: {"f:spec": {"f:hosts": {}, "f:http": {}}}
        - manager: kubectl-patch
          time: "2026-11-24T02:06:33Z"
          fieldsV1: {"f:spec": {"f:http": {}}}
        - manager: labeller
          time: "2026-11-24T03:00:00Z"
          fieldsV1: {"f:metadata": {"f:labels": {}}, "f:spec": {"f:hosts": {}}}
        - manager: without-a-time
          fieldsV1: {"f:spec": {"f:http": {}}}
      """
    let state = try read(virtualService(metadata: metadata, http: route(("v1", 100)))).state
    #expect(state.changedBy == "kubectl-patch")
    #expect(state.changedAt == Timestamp(rfc3339: "2026-11-24T02:06:33Z"))
    #expect(state.uid == "0e302135")
    #expect(state.generation == 2)
    #expect(state.resourceVersion == "277")
  }
}
