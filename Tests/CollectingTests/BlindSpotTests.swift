import Rollouts
import Testing

@testable import Collecting

/// What the counts of the judged route cannot tell.
struct BlindSpotTests {
  private let split = route(("v1", 90), ("v2", 10))

  @Test func `a route alone has none`() throws {
    #expect(try read(virtualService(http: split)).blindSpots.isEmpty)
  }

  @Test func `other routes are named with where they go`() throws {
    let http = """
      - name: beta
        match: [{headers: {x-beta: {exact: "1"}}}]
        route: [{destination: {host: app-backend, subset: v2}}]
      - match: [{uri: {prefix: /old}}]
        redirect: {uri: /new}
      - name: shop
        delegate: {name: shop}

      """
    #expect(
      try read(virtualService(http: http + split)).blindSpots.map(\.description) == [
        "HTTP route \"beta\" also sends requests to app-backend (v2); they are counted, but its "
          + "weights are not judged",
        "HTTP route 2 answers by itself (redirect or direct response) and is not judged",
        "HTTP route \"shop\" is decided by VirtualService shop and not judged",
      ])
  }

  @Test func `copies of requests are named`() throws {
    let mirrored =
      split + """
          mirror: {host: shadow}
          mirrors: [{destination: {host: app-backend, subset: v3}, percentage: {value: 10}}]

        """
    #expect(
      try read(virtualService(http: mirrored)).blindSpots.map(\.description) == [
        "requests are mirrored to shadow: the service's own proxies count the copies too",
        "requests are mirrored to app-backend (v3): the service's own proxies count the copies too",
      ])
  }

  @Test func `a judged route with a condition is not all of the traffic`() throws {
    let http = """
      - name: canary
        match: [{headers: {x-canary: {exact: "1"}}}]
        route:
        - {destination: {host: app-backend, subset: v1}, weight: 50}
        - {destination: {host: app-backend, subset: v2}, weight: 50}
      - name: rest
        route: [{destination: {host: app-backend, subset: v1}}]

      """
    #expect(
      try read(virtualService(http: http)).blindSpots.last?.description
        == "the judged route is for requests that match a condition, not for all")
  }

  private static let conditional = """
    - name: beta
      match: [{headers: {x-beta: {exact: "1"}}}]
      route: [{destination: {host: app-backend, subset: v2}}]
    - name: canary
      match: [{headers: {x-canary: {exact: "1"}}}]
      route: [{destination: {host: app-backend, subset: v1}}]

    """

  @Test func `where it is not clear which route is meant, the one judged before is`() throws {
    let manifest = virtualService(http: Self.conditional)
    let reading = try read(manifest, judgedBefore: "canary")
    #expect(reading.state.route == "canary")
    #expect(
      reading.blindSpots.last?.description
        == "no HTTP route splits, and not one of them alone is without a condition: \"canary\", "
        + "which was judged before, is judged on")
    #expect(reading.blindSpots.last?.remedy == "name the route that is meant with --route")
    let named = try read(manifest, route: "beta", judgedBefore: "canary")
    #expect(named.state.route == "beta")
    #expect(!named.blindSpots.contains { $0.description.contains("judged before") })
  }

  @Test(arguments: [nil, "gone", ""])
  func `a route that was not judged before or has no name is not guessed`(route: String?) throws {
    let name = ObjectName(namespace: "istio", name: "app-backend")
    let http = Self.conditional.replacing("- name: beta\n  match", with: "- match")
    #expect(
      throws: RouteError.severalRoutes(
        name, known: ["route 1 (no name; give it one in the VirtualService)", "canary"])
    ) { try read(virtualService(http: http), judgedBefore: route) }
  }

  @Test func `a route that splits or alone has no condition goes first`() throws {
    for http in [
      Self.conditional + split,
      Self.conditional + "- {name: rest, route: [{destination: {host: a}}]}\n",
    ] {
      let reading = try read(virtualService(http: http), judgedBefore: "canary")
      #expect(reading.state.route != "canary")
      #expect(!reading.blindSpots.contains { $0.description.contains("judged before") })
    }
  }

  @Test func `several routes that split are not told apart by which was judged before`() throws {
    let http = "- name: a\n  " + split.dropFirst(2) + "- name: b\n  " + split.dropFirst(2)
    #expect(throws: RouteError.self) { try read(virtualService(http: http), judgedBefore: "a") }
  }

  @Test func `connections that nobody reads are named`() throws {
    let manifest =
      virtualService(http: split) + """
          tcp:
          - route: [{destination: {host: app-backend, subset: v1}}]

        """
    #expect(
      try read(manifest).blindSpots.map(\.description) == [
        "connections that are routed without being read (TLS, TCP) are not counted"
      ])
  }

  @Test func `a VirtualService that only delegates names the one to judge`() {
    let name = ObjectName(namespace: "istio", name: "app-backend")
    let delegate = ObjectName(namespace: "shop", name: "routes")
    let error = RouteError.delegates(name, to: delegate)
    #expect(throws: error) {
      try read(virtualService(http: "- delegate: {name: routes, namespace: shop}\n"))
    }
    #expect(
      error.description
        == "cannot judge VirtualService istio/app-backend: it delegates to VirtualService "
        + "shop/routes; name that one with --virtual-service")
  }

  @Test func `three versions and a weight of 0 are shares like others`() throws {
    let reading = try read(virtualService(http: route(("v1", 70), ("v2", 0), ("v3", 30))))
    #expect(reading.state.weights.shares == ["v1": 0.7, "v2": 0, "v3": 0.3])
  }
}
