internal import CCurl
import Foundation
import Synchronization

/// The one thread on which libcurl works for a client, and the way to talk to it.
///
/// It also runs the tasks that prefer it: what they wait for arrives there, and no other thread has
/// to be woken for it.
final class CurlDriver: TaskExecutor {
  typealias Identifier = UInt64

  enum Command: Sendable {
    case start(Identifier, TransferPlan)
    case resume(Identifier)
    case cancel(Identifier)
  }

  private struct Inbox {
    var commands: [Command] = []
    var jobs: [UnownedJob] = []
    var lastIdentifier: Identifier = 0
    var isClosing = false
    /// Whether the thread has to be woken to see what is new.
    var isAsleep = false

    /// Whether the thread has to be woken, which one does for all.
    mutating func needsToWake() -> Bool {
      defer { isAsleep = false }
      return isAsleep
    }
  }

  private static let isLibraryReady: Bool = ccurl_global_init() == CURLE_OK

  private let inbox = Mutex(Inbox())
  let poller = SocketPoller()
  let maximumConnectionsPerHost: Int
  // Of libcurl's functions none is called from other threads, once the thread has begun.
  nonisolated(unsafe) let multi: UnsafeMutableRawPointer

  init(maximumConnectionsPerHost: Int) {
    precondition(CurlDriver.isLibraryReady, "libcurl cannot be initialized")
    guard let multi = curl_multi_init() else { preconditionFailure("libcurl is out of memory") }
    self.multi = multi
    let connections = max(1, maximumConnectionsPerHost)
    self.maximumConnectionsPerHost = connections
    ccurl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, connections)
    // Else libcurl closes all but a few as soon as fewer requests are under way.
    ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, connections)
    let thread = Thread { [self] in
      DriverLoop(driver: self).run()
    }
    thread.name = "http"
    thread.start()
  }

  /// Begins an exchange; its result goes to the plan's sink.
  func start(_ plan: TransferPlan) -> Identifier {
    let identifier = inbox.withLock { inbox in
      inbox.lastIdentifier += 1
      return inbox.lastIdentifier
    }
    guard post(.start(identifier, plan)) else {
      plan.sink.finish(.failure(.cancelled(url: plan.url.shown)))
      return identifier
    }
    return identifier
  }

  /// Goes on with an exchange that had to pause.
  func resume(_ identifier: Identifier) {
    _ = post(.resume(identifier))
  }

  /// Ends an exchange, if it has not ended yet.
  func cancel(_ identifier: Identifier) {
    _ = post(.cancel(identifier))
  }

  /// Ends all exchanges and the thread.
  func shutDown() {
    inbox.withLock { $0.isClosing = true }
    poller.wake()
  }

  /// Runs a part of a task; one that outlives the thread goes on where others do.
  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let isTaken = change { $0.jobs.append(job) }
    if !isTaken { globalConcurrentExecutor.enqueue(job) }
  }

  private func post(_ command: Command) -> Bool {
    change { $0.commands.append(command) }
  }

  /// Changes the inbox, if there is still somebody to look into it.
  private func change(_ change: (inout Inbox) -> Void) -> Bool {
    let (isTaken, needsToWake) = inbox.withLock { inbox in
      guard !inbox.isClosing else { return (false, false) }
      change(&inbox)
      return (true, inbox.needsToWake())
    }
    if needsToWake { poller.wake() }
    return isTaken
  }

  // MARK: For the thread

  /// What has to be done, and whether to end afterwards.
  func takeCommands() -> (commands: [Command], isClosing: Bool) {
    inbox.withLock { inbox in
      defer { inbox.commands = [] }
      inbox.isAsleep = false
      return (inbox.commands, inbox.isClosing)
    }
  }

  /// The parts of tasks that are to be run, in order.
  func takeJobs() -> [UnownedJob] {
    inbox.withLock { inbox in
      defer { inbox.jobs = [] }
      return inbox.jobs
    }
  }

  /// Whether there is nothing to do until the thread is woken.
  func fallAsleep() -> Bool {
    inbox.withLock { inbox in
      inbox.isAsleep = inbox.commands.isEmpty && inbox.jobs.isEmpty && !inbox.isClosing
      return inbox.isAsleep
    }
  }
}
