/// Counts as the walks read them: as floating point, kind after kind, and zeros in intervals that
/// compare nothing.
struct ComparableCounts {
  let kindCount: Int
  let intervalCount: Int
  private(set) var canaryRequests: [Double]
  private(set) var baselineRequests: [Double]
  /// The canary's bad events: kind after kind, interval after interval.
  private(set) var canaryEvents: [Double]
  /// The bad events of both versions, likewise.
  private(set) var events: [Double]

  init(_ counts: LatencyCounts) {
    kindCount = counts.boundCount
    intervalCount = counts.intervalCount
    canaryRequests = Array(repeating: 0, count: intervalCount)
    baselineRequests = Array(repeating: 0, count: intervalCount)
    canaryEvents = Array(repeating: 0, count: kindCount * intervalCount)
    events = Array(repeating: 0, count: kindCount * intervalCount)
    for interval in 0..<intervalCount
    where counts.canaryRequests[interval] > 0 && counts.baselineRequests[interval] > 0 {
      canaryRequests[interval] = Double(counts.canaryRequests[interval])
      baselineRequests[interval] = Double(counts.baselineRequests[interval])
    }
    for kind in 0..<kindCount {
      let first = kind * intervalCount
      for interval in 0..<intervalCount where canaryRequests[interval] > 0 {
        let canary = counts.canarySlow[interval * kindCount + kind]
        let all = canary + counts.baselineSlow[interval * kindCount + kind]
        canaryEvents[first + interval] = Double(canary)
        events[first + interval] = Double(all)
      }
    }
  }

  /// Whether both versions had requests in any interval, and there is a kind to count.
  var hasComparableInterval: Bool {
    kindCount > 0 && canaryRequests.contains { $0 > 0 }
  }
}
