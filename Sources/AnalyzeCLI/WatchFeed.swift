import Reporting
import Rollouts
import Store

/// The rollout as the database has it, read again when data arrive.
struct WatchFeed {
  /// Data also grow stale, and overrides end, where nothing is written.
  private static let longestLook = Duration.seconds(10)

  private let path: String
  private let look: WatchLook
  private var database: Database
  private var seen: Int64?
  private var lookedAt: Timestamp?
  private(set) var watched: WatchedRollout

  /// Opens the database and looks for the first time.
  init(path: String, look: WatchLook, now: Timestamp) throws(StoreError) {
    self.path = path
    self.look = look
    let database = try Database(path: path, mode: .readOnly)
    self.database = database
    seen = try database.read(to: "look for new data") { try $0.dataVersion() }
    watched = try database.read(to: "watch the rollout") { try look($0, at: now) }
    lookedAt = now
  }

  /// Looks again if there is reason to.
  ///
  /// - Returns: Whether anything was written since.
  mutating func refresh(now: Timestamp) throws(StoreError) -> Bool {
    do {
      let version = try database.read(to: "look for new data") { try $0.dataVersion() }
      let isNew = version != seen
      if isNew || lookedAt.map({ now - $0 >= Self.longestLook || now < $0 }) ?? true {
        let look = look
        watched = try database.read(to: "watch the rollout") { try look($0, at: now) }
        (seen, lookedAt) = (version, now)
      }
      return isNew
    } catch .changedMeanwhile {
      // A file that cannot be locked is read as it was when it was opened.
      database = try Database(path: path, mode: .readOnly)
      (seen, lookedAt) = (nil, nil)
      return false
    }
  }
}
