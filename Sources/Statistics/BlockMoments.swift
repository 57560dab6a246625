/// The counts of a block of intervals, summed by how the requests were split: what the exponents of
/// both directions are made of.
struct BlockMoments {
  private static let nodeCount = SplitInterpolation.nodeCount

  /// The cells that the intervals fall in, each the index of a part.
  private(set) var cells: [Int] = []
  /// Σ x ℓ_j of every part, node after node: of the baseline's requests, then of the bad events of
  /// every kind.
  private(set) var sums: [Double] = []
  private let kindCount: Int
  /// The part of each interval that compares anything, and the shares of its nodes, one after the
  /// other.
  private var places: [(interval: Int, part: Int)] = []
  private var shares: [Double]

  init(_ counts: ComparableCounts, intervals: Range<Int>) {
    kindCount = counts.kindCount
    shares = Array(repeating: 0, count: intervals.count * Self.nodeCount)
    for interval in intervals where counts.canaryRequests[interval] > 0 {
      let cell = SplitInterpolation.locate(
        canaryRequests: counts.canaryRequests[interval],
        baselineRequests: counts.baselineRequests[interval], shares: &shares,
        at: places.count * Self.nodeCount)
      places.append((interval, part(cell: cell)))
    }
    sums = Array(repeating: 0, count: cells.count * (1 + kindCount) * Self.nodeCount)
    add(counts.baselineRequests, from: 0, to: 0)
    for kind in 0..<kindCount {
      add(
        counts.events, from: kind * counts.intervalCount, to: (1 + kind) * Self.nodeCount)
    }
  }

  /// Where Σ n_b ℓ_j of a part begins in the sums.
  func firstOfRequests(part: Int) -> Int { part * (1 + kindCount) * Self.nodeCount }

  /// Where Σ m ℓ_j of a part begins in the sums, m the bad events of a kind.
  func firstOfEvents(part: Int, kind: Int) -> Int {
    firstOfRequests(part: part) + (1 + kind) * Self.nodeCount
  }

  private mutating func part(cell: Int) -> Int {
    if let part = cells.firstIndex(of: cell) { return part }
    cells.append(cell)
    return cells.count - 1
  }

  /// Adds one kind of count, given where it begins, to the sums from a place in every part on.
  private mutating func add(_ counts: [Double], from firstCount: Int, to firstSum: Int) {
    let stride = (1 + kindCount) * Self.nodeCount
    counts.withUnsafeBufferPointer { counts in
      shares.withUnsafeBufferPointer { shares in
        sums.withUnsafeMutableBufferPointer { sums in
          guard var shares = shares.baseAddress,
            let sums = sums.baseAddress.map({ $0 + firstSum })
          else { return }
          for (interval, part) in places {
            let count = counts[firstCount + interval]
            let target = sums + part * stride
            for node in 0..<Self.nodeCount { target[node] += count * shares[node] }
            shares += Self.nodeCount
          }
        }
      }
    }
  }
}
