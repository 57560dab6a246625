import Rollouts
import Testing

@testable import Collecting

struct RouteErrorTests {
  private static let name = ObjectName(namespace: "istio", name: "app-backend")
  private static let twoRoutes = """
    - name: primary
      route: [{destination: {host: a}, weight: 1}, {destination: {host: b}, weight: 1}]
    - route: [{destination: {host: a}, weight: 1}, {destination: {host: b}, weight: 1}]
    """

  struct Refusal: CustomTestStringConvertible {
    let testDescription: String
    var http = "[]"
    var route: String?
    let error: RouteError
    let reason: String
  }

  static let refusals = [
    Refusal(
      testDescription: "no route", http: "  []", error: .noHTTPRoute(name),
      reason: "it has no HTTP route with a destination; name a VirtualService that splits HTTP "
        + "traffic"),
    Refusal(
      testDescription: "only routes without a destination",
      http: "- redirect: {uri: /}\n- route: []\n", error: .noHTTPRoute(name),
      reason: "it has no HTTP route with a destination; name a VirtualService that splits HTTP "
        + "traffic"),
    Refusal(
      testDescription: "no route of the name", http: twoRoutes, route: "third",
      error: .noRouteOfName(
        name, name: "third",
        known: ["primary", "route 2 (no name; give it one in the VirtualService)"]),
      reason: "it has no HTTP route named \"third\" (it has primary, route 2 (no name; give it one "
        + "in the VirtualService)); check --route"),
    Refusal(
      testDescription: "several routes that split", http: twoRoutes,
      error: .severalRoutes(
        name, known: ["primary", "route 2 (no name; give it one in the VirtualService)"]),
      reason: "it is not clear which of its HTTP routes is meant (primary, route 2 (no name; give "
        + "it one in the VirtualService)); name one with --route"),
    Refusal(
      testDescription: "several routes of which none splits, none of them with a condition",
      http: "- {name: a, route: [{destination: {host: a}}]}\n"
        + "- {name: b, route: [{destination: {host: b}}]}\n",
      error: .severalRoutes(name, known: ["a", "b"]),
      reason: "it is not clear which of its HTTP routes is meant (a, b); name one with --route"),
    Refusal(
      testDescription: "no weights",
      http: "- route: [{destination: {host: a}}, {destination: {host: b}}]",
      error: .noWeights(name),
      reason: "its route has several destinations and no weights; give each destination a weight"),
    Refusal(
      testDescription: "a negative weight", http: route(("v1", 50), ("v2", -5)),
      error: .negativeWeight(name, weight: -5),
      reason: "it has the weight -5; weights are not negative"),
    Refusal(
      testDescription: "a negative weight alone", http: route(("v1", -1)),
      error: .negativeWeight(name, weight: -1),
      reason: "it has the weight -1; weights are not negative"),
    Refusal(
      testDescription: "weights that no sum can hold", http: route(("v1", .max), ("v2", .max)),
      error: .weightTooLarge(name, weight: .max),
      reason: "it has the weight 9223372036854775807; weights are at most 2147483647"),
    Refusal(
      testDescription: "weights of 0", http: route(("v1", 0), ("v2", 0)),
      error: .noPositiveWeight(name),
      reason: "the weights of its route add up to 0; give one destination a weight above 0"),
    Refusal(
      testDescription: "a version twice", http: route(("v1", 50), ("v1", 50)),
      error: .sameVersionTwice(name, version: "v1"),
      reason: "two destinations of its route stand for version \"v1\", whose requests cannot be "
        + "told apart; check the labels of the DestinationRule's subsets"),
    Refusal(
      testDescription: "a service and a subset of it",
      http: "- route:\n"
        + "  - {destination: {host: app-backend.istio.svc.cluster.local}, weight: 90}\n"
        + "  - {destination: {host: app-backend, subset: v2}, weight: 10}\n",
      error: .sameServiceTwice(name, host: "app-backend.istio.svc.cluster.local"),
      reason:
        "its destination \"app-backend.istio.svc.cluster.local\" has no subset and stands for "
        + "the whole service, of which another destination is a part; give each a subset"),
  ]

  @Test(arguments: refusals)
  func `a VirtualService that cannot be judged is refused with what to do`(
    refusal: Refusal
  ) throws {
    let manifest = virtualService(http: refusal.http)
    #expect(throws: refusal.error) { try read(manifest, route: refusal.route) }
    #expect(
      refusal.error.description
        == "cannot judge VirtualService istio/app-backend: " + refusal.reason)
    #expect(CollectingError.route(refusal.error).description == refusal.error.description)
  }

  @Test func `a VirtualService without HTTP is refused`() throws {
    let manifest = "kind: VirtualService\nmetadata: {name: a}\nspec: {tcp: []}\n"
    #expect(throws: RouteError.noHTTPRoute(ObjectName(namespace: "default", name: "a"))) {
      try read(manifest)
    }
  }

  @Test func `two subsets with one version label are one version`() throws {
    let rule = """
      kind: DestinationRule
      metadata: {name: x}
      spec:
        host: app-backend
        subsets: [{name: v1, labels: {version: a}}, {name: v2, labels: {version: a}}]

      """
    let manifest = virtualService(http: route(("v1", 50), ("v2", 50))) + "---\n" + rule
    #expect(throws: RouteError.sameVersionTwice(Self.name, version: "a")) { try read(manifest) }
  }

  @Test(
    arguments: [
      (
        .notInManifest(path: "vs.yaml", wanted: nil, found: []),
        "cannot find a VirtualService in vs.yaml; check --virtual-service-file"
      ),
      (
        .notInManifest(path: "vs.yaml", wanted: nil, found: ["istio/a", "istio/b"]),
        "vs.yaml holds several VirtualServices: istio/a, istio/b; name one with --virtual-service"
      ),
      (
        .notInManifest(path: "vs.yaml", wanted: name, found: []),
        "cannot find VirtualService istio/app-backend in vs.yaml: it holds none; check "
          + "--virtual-service and --virtual-service-file"
      ),
      (
        .notInManifest(path: "vs.yaml", wanted: name, found: ["istio/a", "istio/b"]),
        "cannot find VirtualService istio/app-backend in vs.yaml: it holds istio/a, istio/b; check "
          + "--virtual-service and --virtual-service-file"
      ),
      (
        .notInManifest(
          path: "vs.yaml", wanted: name, found: ["istio/app-backend", "istio/app-backend"]),
        "vs.yaml holds VirtualService istio/app-backend more than once; keep one of them"
      ),
    ] as [(RouteError, String)])
  func `a manifest that does not hold the one VirtualService says what it holds`(
    error: RouteError, message: String
  ) {
    #expect(error.description == message)
  }
}
