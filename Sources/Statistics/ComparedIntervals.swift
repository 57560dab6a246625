/// Which intervals have anything to compare, among all that there are.
///
/// The others carry no evidence. They do not count as intervals that a verdict may rest on, or that
/// the dispersion is estimated from, either: twenty intervals without traffic make nothing of the
/// twenty-first more certain.
struct ComparedIntervals {
  private let isCompared: [Bool]

  init(_ isCompared: [Bool]) {
    self.isCompared = isCompared
  }

  /// Where the compared intervals are among all.
  var places: [Int] { isCompared.indices.filter { isCompared[$0] } }

  /// Returns the evidence after every interval: after one that is not compared, that before it.
  ///
  /// - Parameter running: The evidence after each compared interval.
  /// - Returns: One value an interval and direction; 0 before the second that is compared.
  func spread(_ running: GuardedEvidence.Running) -> GuardedEvidence.Running {
    guard isCompared.contains(false) else { return running }
    return GuardedEvidence.Running(
      toBlock: spread(running.toBlock), toPromote: spread(running.toPromote))
  }

  private func spread(_ values: [Double]) -> [Double] {
    var next = values.makeIterator()
    var present = 0.0
    return isCompared.map { isCompared in
      if isCompared, let value = next.next() { present = value }
      return present
    }
  }
}

extension LatencyCounts {
  /// The intervals in which both versions had requests.
  var comparedIntervals: ComparedIntervals {
    ComparedIntervals(zip(canaryRequests, baselineRequests).map { $0 > 0 && $1 > 0 })
  }
}

extension [Tally] {
  /// The intervals in which the version had requests.
  var comparedIntervals: ComparedIntervals { ComparedIntervals(map { $0.requests > 0 }) }
}
