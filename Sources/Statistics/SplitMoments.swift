/// The counts of each block of intervals, summed by how the requests were split: what the exponents of
/// both directions are made of.
struct SplitMoments {
  private static let nodeCount = SplitInterpolation.nodeCount
  static let blockLength = 64

  /// The intervals of each block: the first two, then sixty-four each.
  let blocks: [Range<Int>]
  private let kindCount: Int
  /// The cells that occur in each block, as a range of `cells`.
  private(set) var partsOfBlock: [Range<Int>] = []
  private(set) var cells: [Int] = []
  /// Σ x ℓ_j for every part, node after node: of the baseline's requests, then of the bad events of
  /// every kind.
  private(set) var sums: [Double] = []
  /// The canary's bad events; block after block, kind after kind.
  private var canaryEvents: [Double]

  init(_ counts: LatencyCounts) {
    kindCount = counts.boundCount
    let first = min(GuardedEvidence.fewestIntervals, counts.intervalCount)
    let rest = stride(from: first, to: counts.intervalCount, by: Self.blockLength).map {
      $0..<min($0 + Self.blockLength, counts.intervalCount)
    }
    blocks = (first > 0 ? [0..<first] : []) + rest
    canaryEvents = Array(repeating: 0, count: blocks.count * kindCount)
    var shares = Array(repeating: 0.0, count: Self.nodeCount)
    for (block, intervals) in blocks.enumerated() {
      let firstPart = cells.count
      for interval in intervals
      where counts.canaryRequests[interval] > 0 && counts.baselineRequests[interval] > 0 {
        let cell = SplitInterpolation.locate(
          canaryRequests: Double(counts.canaryRequests[interval]),
          baselineRequests: Double(counts.baselineRequests[interval]), shares: &shares)
        let part = part(cell: cell, firstPart: firstPart)
        add(counts, interval: interval, shares: shares, block: block, part: part)
      }
      partsOfBlock.append(firstPart..<cells.count)
    }
  }

  /// Returns the part of a cell among those from the first, a new one where there is none.
  private mutating func part(cell: Int, firstPart: Int) -> Int {
    if let part = cells[firstPart...].firstIndex(of: cell) { return part }
    cells.append(cell)
    sums.append(contentsOf: repeatElement(0, count: (1 + kindCount) * Self.nodeCount))
    return cells.count - 1
  }

  private mutating func add(
    _ counts: LatencyCounts, interval: Int, shares: [Double], block: Int, part: Int
  ) {
    let first = firstOfRequests(part: part)
    shares.withUnsafeBufferPointer { shares in
      sums.withUnsafeMutableBufferPointer { sums in
        guard let shares = shares.baseAddress,
          var target = sums.baseAddress.map({ $0 + first })
        else { return }
        func add(_ count: Int) {
          let count = Double(count)
          for node in 0..<Self.nodeCount { target[node] += count * shares[node] }
          target += Self.nodeCount
        }
        add(counts.baselineRequests[interval])
        for kind in 0..<kindCount {
          let index = interval * kindCount + kind
          let canary = counts.canarySlow[index]
          canaryEvents[block * kindCount + kind] += Double(canary)
          add(canary + counts.baselineSlow[index])
        }
      }
    }
  }
}

extension SplitMoments {
  func canaryEvents(block: Int, kind: Int) -> Double { canaryEvents[block * kindCount + kind] }

  /// Where Σ n_b ℓ_j of a part begins in the sums.
  func firstOfRequests(part: Int) -> Int { part * (1 + kindCount) * Self.nodeCount }

  /// Where Σ m ℓ_j of a part begins in the sums, m the bad events of a kind.
  func firstOfEvents(part: Int, kind: Int) -> Int {
    firstOfRequests(part: part) + (1 + kind) * Self.nodeCount
  }
}
