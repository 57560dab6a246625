import ArgumentParser
import Reporting
import Rollouts
import Store

extension Analyze {
  /// Shows the running rollout as it goes on.
  struct Watch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Watch the running rollout in the terminal, redrawn as data arrives.",
      discussion: """
        Shows what the gate would say, the evidence of each check, the weights, requests and error \
        rates, as large as the terminal is. It only reads the database: it collects nothing and \
        stores no decision. It goes on until q or Ctrl-C, whatever the verdict is; without a \
        terminal it writes a line for each change. A pipeline that waits for a verdict wants \
        "analyze gate --wait".
        """)

    @OptionGroup var common: CommonOptions

    @Option(
      help: ArgumentHelp(
        "From when on figures and picture are: a duration before now (90s, 15m, 1h, 7d) or an "
          + "RFC 3339 time. (default: the rollout's beginning)",
        valueName: "when"),
      transform: MomentArgument.parse)
    var since: MomentArgument?

    func run() async throws {
      let file = try common.configuration()
      let look = WatchLook(
        targetName: common.targetName, policy: { common.policy(for: $0, file) }, since: since)
      let clock = common.clock
      do {
        let path = try common.databasePath(file)
        let feed = try WatchFeed(path: path, look: look, now: clock())
        if Terminal.canBeRedrawn {
          try await draw(feed, clock)
        } else {
          try await log(feed, clock)
        }
      } catch let error as StoreError {
        throw CommandFailure(error)
      }
    }

    private func draw(_ feed: WatchFeed, _ clock: () -> Timestamp) async throws {
      var feed = feed
      let screen = TerminalScreen()
      // Listening first: a signal that came before would leave the terminal taken.
      let events = WatchEvents.stream(readsKeys: true)
      try screen.enter()
      do {
        try Self.draw(feed, on: screen, at: clock())
        events: for await event in events {
          switch event {
          case .quit: break events
          case .resized: break
          case .second: _ = try feed.refresh(now: clock())
          case .signal(let number):
            try screen.leave()
            WatchEvents.takeEffect(of: number)
            try screen.enter()
          }
          try Self.draw(feed, on: screen, at: clock())
        }
      } catch {
        try screen.leave()
        throw error
      }
      try screen.leave()
    }

    private static func draw(
      _ feed: WatchFeed, on screen: TerminalScreen, at moment: Timestamp
    ) throws(CommandFailure) {
      let size = Terminal.size
      let frame = WatchFrame(
        feed.watched, at: moment, columns: size.columns, rows: size.rows,
        isColoured: Terminal.isColoured)
      try screen.draw(frame.lines, in: size)
    }

    /// A line at first, one for each change that data bring, and one where the verdict changes
    /// because none arrive.
    private func log(_ feed: WatchFeed, _ clock: () -> Timestamp) async throws {
      var feed = feed
      var told = ""
      var verdict: Verdict?
      var isNew = true
      func tell() throws {
        let now = clock()
        let line = feed.watched.logLine(at: now)
        let state = String(line.dropFirst(now.rfc3339.count))
        guard state != told, isNew || feed.watched.judgement.verdict != verdict else { return }
        (told, verdict) = (state, feed.watched.judgement.verdict)
        try Output.write(line + "\n", to: nil)
      }
      try tell()
      for await _ in WatchEvents.stream(readsKeys: false) {
        isNew = try feed.refresh(now: clock())
        try tell()
      }
    }
  }
}
