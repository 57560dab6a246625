import Testing

@testable import Analysis

@Suite struct BoundPlacesTests {
  @Test(arguments: [0, 1, 2, 7, 20, 300])
  func `every bound is found where it is, and no other`(count: Int) {
    let bounds = (0..<count).map { Double($0 * $0) / 4 } + [.infinity]
    let places = BoundPlaces(bounds)
    #expect(bounds.map { places[$0] } == Array(bounds.indices))
    for other in [-1, 0.1, 1e9, 0.25.nextUp] { #expect(places[other] == nil) }
  }

  @Test func `zero is one bound, whatever its sign`() {
    #expect(BoundPlaces([0, 1])[-0.0] == 0)
  }
}
