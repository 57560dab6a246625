import Store

extension Collector {
  /// Reads the VirtualService; where it does not say which route is meant, the one that was judged
  /// last is judged on.
  func readRoute() async throws(CollectingError) -> RouteReading {
    try await virtualService.read(
      routeName: settings.routeName, judgedBefore: try judgedBefore())
  }

  /// The name of the route that was judged last; `nil` if none was, or if it has no name.
  func judgedBefore() throws(CollectingError) -> String? {
    guard settings.routeName == nil, let name = targetName else { return nil }
    do {
      return try database.existing()?.read(to: "look for the route that was judged") { reader in
        try reader.target(ofName: name).flatMap { try reader.lastRoute(of: $0.id) }
      }
    } catch {
      throw .store(error)
    }
  }
}
