import Kubernetes

/// What the counts of one route of a VirtualService cannot tell.
struct BlindSpot: Equatable, CustomStringConvertible {
  /// What it is, in a sentence.
  let description: String
  /// What to do where it matters.
  let remedy: String

  fileprivate init(_ description: String, remedy: String) {
    self.description = description
    self.remedy = remedy
  }

  /// That a route is judged for no other reason than that it was before.
  static func judgedBefore(_ name: String) -> BlindSpot {
    BlindSpot(
      "no HTTP route splits, and not one of them alone is without a condition: \"\(name)\", which was "
        + "judged before, is judged on",
      remedy: "name the route that is meant with --route")
  }
}

extension RouteReading {
  /// What the counts of one route of a VirtualService cannot tell.
  static func blindSpots(
    of object: VirtualService, judging judged: VirtualService.HTTPRoute
  ) -> [BlindSpot] {
    let others = (object.spec.http ?? []).enumerated().filter { $0.element != judged }
    var spots = others.map { index, route in otherRoute(route, number: index + 1) }
    let copies = [judged.mirror].compactMap { $0 } + (judged.mirrors ?? []).map(\.destination)
    spots += copies.map {
      BlindSpot(
        "requests are mirrored to \($0.shown): the service's own proxies count the copies too",
        remedy: "have the policy go by the reporter source, which does not count copies")
    }
    if judged.match?.isEmpty == false, !others.isEmpty {
      spots.append(
        BlindSpot(
          "the judged route is for requests that match a condition, not for all",
          remedy: "name the route that is meant with --route"))
    }
    if object.spec.tls?.isEmpty == false || object.spec.tcp?.isEmpty == false {
      spots.append(
        BlindSpot(
          "connections that are routed without being read (TLS, TCP) are not counted",
          remedy: "route as HTTP what is to be judged"))
    }
    return spots
  }

  private static func otherRoute(_ route: VirtualService.HTTPRoute, number: Int) -> BlindSpot {
    let name = route.name.map { "HTTP route \"\($0)\"" } ?? "HTTP route \(number)"
    if let delegate = route.delegate {
      return BlindSpot(
        "\(name) is decided by VirtualService \(delegate.name ?? "") and not judged",
        remedy: "make that VirtualService a target of its own, if it splits")
    }
    guard let destinations = route.route, !destinations.isEmpty else {
      return BlindSpot(
        "\(name) answers by itself (redirect or direct response) and is not judged",
        remedy: "nothing, if that is what it is for")
    }
    let targets = destinations.map(\.destination.shown).joined(separator: ", ")
    return BlindSpot(
      "\(name) also sends requests to \(targets); they are counted, but its weights are not "
        + "judged",
      remedy: "name the route that is meant with --route")
  }
}

extension VirtualService.Destination {
  fileprivate var shown: String { subset.map { "\(host) (\($0))" } ?? host }
}
