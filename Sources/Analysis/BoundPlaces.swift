/// Where the bounds of duration buckets are among all of them, by value.
///
/// A day of histograms asks half a million times, of a few bounds that stay the same, and each time in
/// another order: a table that mostly tells at once is far quicker than a search.
struct BoundPlaces: Sendable {
  /// Ascending, none twice.
  let bounds: [Double]
  /// The place of a bound at or soon after the slot that its bits give; −1 where there is none.
  private let places: [Int]
  private let shift: UInt64

  /// Places of bounds that are ascending, none twice.
  init(_ bounds: [Double]) {
    self.bounds = bounds
    let logarithm = 3 + (UInt64.bitWidth - UInt64(bounds.count).leadingZeroBitCount)
    shift = UInt64(UInt64.bitWidth - logarithm)
    var places = Array(repeating: -1, count: 1 << logarithm)
    for (place, bound) in bounds.enumerated() {
      var slot = Self.slot(bound, shift: shift)
      while places[slot] >= 0 { slot = (slot + 1) & (places.count - 1) }
      places[slot] = place
    }
    self.places = places
  }

  /// The place of a bound; `nil` where it is none of them.
  subscript(bound: Double) -> Int? {
    var slot = Self.slot(bound, shift: shift)
    while places[slot] >= 0 {
      if bounds[places[slot]] == bound { return places[slot] }
      slot = (slot + 1) & (places.count - 1)
    }
    return nil
  }

  /// Source: Knuth, The Art of Computer Programming, volume 3, 6.4: multiplicative hashing.
  private static func slot(_ bound: Double, shift: UInt64) -> Int {
    // −0 has other bits than 0.
    Int(((bound + 0).bitPattern &* 0x9E37_79B9_7F4A_7C15) >> shift)
  }
}
