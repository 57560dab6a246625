import Rollouts

/// The configured share of each version over time.
struct WeightSamples {
  /// The weight states, in the order of time.
  let spans: [WeightSpan]

  /// Adds the shares at each change and at the ends of intervals, where they are known.
  ///
  /// - Parameters:
  ///   - start: What was at this moment or before is written already; `nil`: nothing is.
  ///   - ends: The ends of intervals, in order.
  ///   - lines: What the shares are added to.
  func add(after start: Timestamp?, at ends: [Timestamp], to lines: inout SampleLines) {
    guard let last = ends.last else { return }
    let changes = spans.map(\.validFrom).filter { moment in
      moment <= last && start.map { $0 < moment } ?? true
    }
    for moment in Set(changes + ends).sorted() {
      guard
        let index = spans.lastIndex(where: { $0.validFrom <= moment && moment <= $0.validUntil })
      else { continue }
      // A version that the route no longer names has nothing.
      for version in Set(spans[...index].flatMap(\.weights.versions)).sorted() {
        lines.add(
          .weightShare, ["version": version], spans[index].weights.share(of: version), at: moment)
      }
    }
  }
}
