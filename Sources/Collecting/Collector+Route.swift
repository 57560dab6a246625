import Store

extension Collector {
  /// Reads the VirtualService; where it does not say which route is meant, the one that was judged
  /// last is judged on.
  func readRoute() async throws(CollectingError) -> RouteReading {
    try await route { judgedBefore async throws(CollectingError) in
      try await virtualService.read(routeName: settings.routeName, judgedBefore: judgedBefore)
    }
  }

  /// What is read of a VirtualService, again with the name of the route that was judged last where
  /// it does not say which is meant.
  func route(
    _ read: (_ judgedBefore: String?) async throws(CollectingError) -> RouteReading
  ) async throws(CollectingError) -> RouteReading {
    do throws(CollectingError) {
      return try await read(nil)
    } catch .route(.severalRoutes(let name, let known)) {
      // Only here the database is asked, for this is rare and a tick is not.
      guard let judgedBefore = try judgedBefore() else {
        throw .route(.severalRoutes(name, known: known))
      }
      return try await read(judgedBefore)
    }
  }

  /// The name of the route that was judged last; `nil` if none was, or if it has no name.
  private func judgedBefore() throws(CollectingError) -> String? {
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
