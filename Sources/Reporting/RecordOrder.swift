import Rollouts

extension [AuditEvent] {
  /// How far the clocks of those who decide may be apart.
  private static var clockTolerance: Duration { .seconds(60) }

  /// The same with a remark on each decision whose entry stands after that of one that says it was
  /// made later: a clock was wrong, or was turned back.
  ///
  /// The order of the ledger cannot be altered, the clock of a machine can.
  func remarkingOnClocks() -> [AuditEvent] {
    var events = self
    var newest: (entry: Int64, decidedAt: Timestamp)?
    for index in indices.sorted(by: { (self[$0].entry ?? 0) < (self[$1].entry ?? 0) }) {
      guard let entry = events[index].entry, let decidedAt = events[index].decidedAt else {
        continue
      }
      if let newest, decidedAt < newest.decidedAt - Self.clockTolerance {
        events[index].text =
          "recorded after entry \(newest.entry), which was decided "
          + "\(newest.decidedAt.shortText): \(events[index].text)"
      }
      if newest.map({ decidedAt > $0.decidedAt }) ?? true { newest = (entry, decidedAt) }
    }
    return events
  }
}
