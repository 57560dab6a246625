/// Which requests have to wait until another to the same origin has ended.
///
/// libcurl limits the connections itself, but sets up each request that has to wait twice. Over TLS
/// it decides alone, since there one connection may serve many requests at a time.
struct WaitingLine {
  private struct Place {
    var begun: Set<CurlDriver.Identifier> = []
    var waiting: [CurlDriver.Identifier] = []
  }

  let placesPerOrigin: Int
  private var places: [String: Place] = [:]

  init(placesPerOrigin: Int) {
    self.placesPerOrigin = placesPerOrigin
  }

  /// Whether a request may begin now; else it is one of those that wait.
  mutating func mayBegin(_ identifier: CurlDriver.Identifier, _ url: CheckedURL) -> Bool {
    guard !url.isSecure else { return true }
    var place = places[url.origin] ?? Place()
    defer { places[url.origin] = place }
    guard place.begun.count < placesPerOrigin else {
      place.waiting.append(identifier)
      return false
    }
    place.begun.insert(identifier)
    return true
  }

  /// Takes note that a request has ended, begun or not.
  ///
  /// - Returns: The request that may begin in its place; `nil` if there is none.
  mutating func next(
    after identifier: CurlDriver.Identifier, _ url: CheckedURL
  ) -> CurlDriver.Identifier? {
    guard var place = places[url.origin] else { return nil }
    guard place.begun.remove(identifier) != nil else {
      place.waiting.removeAll { $0 == identifier }
      places[url.origin] = place
      return nil
    }
    guard !place.waiting.isEmpty else {
      places[url.origin] = place.begun.isEmpty ? nil : place
      return nil
    }
    let next = place.waiting.removeFirst()
    place.begun.insert(next)
    places[url.origin] = place
    return next
  }
}
