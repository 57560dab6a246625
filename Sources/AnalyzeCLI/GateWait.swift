import Reporting
import Rollouts
import Store

/// Looks at a rollout again whenever data arrives, until it is decided or the time is up.
struct GateWait: Sendable {
  /// How often the database is asked whether anything was written.
  private static let pollInterval = Duration.seconds(1)

  let targetName: String?
  let policy: @Sendable (String) -> Policy
  let patience: Duration
  let clock: @Sendable () -> Timestamp

  /// Returns when the verdict is promote or block, when an override lets the rollout pass, or when
  /// the time is up.
  ///
  /// - Parameter database: The database; it is only read.
  /// - Throws: A `StoreError`, or a `CancellationError`.
  func untilDecided(_ database: Database) async throws {
    let deadline = ContinuousClock.now + patience
    var seen: Int64?
    var told = ""
    while true {
      let version = try database.read(to: "look for new data") { try $0.dataVersion() }
      // Data grow stale even where nothing is written, but that decides nothing.
      if version != seen {
        seen = version
        let (look, override) = try database.read(to: "evaluate the rollout") { reader in
          let now = clock()
          let look = try GateLook(reader, targetName: targetName, policy: policy, asOf: now)
          return (
            look,
            try reader.overrideInForce(of: look.rollout?.id, targetID: look.targetID, at: [now])
          )
        }
        if look.judgement.isFinal || override != nil { return }
        let line = TextVerdict.progress(look.judgement, of: look.target)
        if line != told { Output.error("analyze: \(line)") }
        told = line
      }
      let next = ContinuousClock.now + Self.pollInterval
      guard next <= deadline else { return }
      try await Task.sleep(until: next, clock: .continuous)
    }
  }
}
