import Kubernetes

extension RouteReading {
  /// What the counts of one route of a VirtualService cannot tell, each in a sentence.
  static func blindSpots(
    of object: VirtualService, judging judged: VirtualService.HTTPRoute
  ) -> [String] {
    let others = (object.spec.http ?? []).enumerated().filter { $0.element != judged }
    var spots = others.map { index, route in otherRoute(route, number: index + 1) }
    let copies = [judged.mirror].compactMap { $0 } + (judged.mirrors ?? []).map(\.destination)
    spots += copies.map {
      "requests are mirrored to \($0.shown): the service's own proxies count the copies too"
    }
    if judged.match?.isEmpty == false, !others.isEmpty {
      spots.append("the judged route is for requests that match a condition, not for all")
    }
    if object.spec.tls?.isEmpty == false || object.spec.tcp?.isEmpty == false {
      spots.append("connections that are routed without being read (TLS, TCP) are not counted")
    }
    return spots
  }

  private static func otherRoute(_ route: VirtualService.HTTPRoute, number: Int) -> String {
    let name = route.name.map { "HTTP route \"\($0)\"" } ?? "HTTP route \(number)"
    if let delegate = route.delegate {
      return "\(name) is decided by VirtualService \(delegate.name ?? "") and not judged"
    }
    guard let destinations = route.route, !destinations.isEmpty else {
      return "\(name) answers by itself (redirect or direct response) and is not judged"
    }
    let targets = destinations.map(\.destination.shown).joined(separator: ", ")
    return "\(name) also sends requests to \(targets); they are counted, but its weights are not "
      + "judged"
  }
}

extension VirtualService.Destination {
  fileprivate var shown: String { subset.map { "\(host) (\($0))" } ?? host }
}
