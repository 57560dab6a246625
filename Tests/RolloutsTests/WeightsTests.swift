import Rollouts
import Testing

struct WeightsTests {
  private func weights(_ entries: (String, Int)...) -> Weights {
    Weights(
      entries.map {
        VersionWeight(
          version: $0.0, weight: $0.1, destination: Destination(host: "app", subset: $0.0))
      })
  }

  @Test func `a share is the weight by the sum of weights`() {
    let split = weights(("v1", 90), ("v2", 10))
    #expect(split.share(of: "v1") == 0.9)
    #expect(split.share(of: "v2") == 0.1)
  }

  @Test func `weights that do not add up to 100 are shares all the same`() {
    let split = weights(("v1", 1), ("v2", 2), ("v3", 1))
    #expect(split.shares == ["v1": 0.25, "v2": 0.5, "v3": 0.25])
  }

  @Test(arguments: [0, 1, 100])
  func `one destination alone has all of it whatever its weight`(weight: Int) {
    #expect(weights(("v1", weight)).share(of: "v1") == 1)
  }

  @Test func `a weight of zero is a share of zero`() {
    #expect(weights(("v1", 100), ("v2", 0)).shares == ["v1": 1, "v2": 0])
  }

  @Test func `where all weights are zero nobody has a share`() {
    #expect(weights(("v1", 0), ("v2", 0)).shares == ["v1": 0, "v2": 0])
  }

  @Test func `a version that the route does not name has no share`() {
    #expect(weights(("v1", 100)).share(of: "v2") == 0)
    #expect(weights().share(of: "v1") == 0)
  }

  @Test func `versions keep the order of the route`() {
    #expect(weights(("v2", 10), ("v1", 90)).versions == ["v2", "v1"])
  }
}

struct WeightStateTests {
  private static func state(
    weight: Int = 10, route: String = "", changedBy: String? = "helm", uid: String? = "u",
    generation: Int? = 3, resourceVersion: String? = "77"
  ) -> WeightState {
    WeightState(
      weights: Weights([
        VersionWeight(
          version: "v2", weight: weight, destination: Destination(host: "app", subset: nil))
      ]), route: route, changedBy: changedBy, uid: uid, generation: generation,
      resourceVersion: resourceVersion)
  }

  @Test func `a new resource version or writer alone is the same state`() {
    #expect(Self.state().isSameState(as: Self.state(resourceVersion: "78")))
    #expect(Self.state().isSameState(as: Self.state(changedBy: nil)))
  }

  @Test(arguments: [
    state(weight: 20), state(route: "canary"), state(uid: "other"), state(uid: nil),
    state(generation: 4), state(generation: nil),
  ])
  func `other weights, route, object or generation are another state`(other: WeightState) {
    #expect(!Self.state().isSameState(as: other))
  }
}

struct ObjectNameTests {
  @Test func `a name is a namespace and a name`() {
    #expect(ObjectName("istio/app") == ObjectName(namespace: "istio", name: "app"))
    #expect(ObjectName(namespace: "istio", name: "app").description == "istio/app")
  }

  @Test(arguments: ["", "app", "/app", "istio/", "a/b/c", "/"])
  func `a text of another shape names no object`(text: String) {
    #expect(ObjectName(text) == nil)
  }
}
