internal import CCurl
import Glibc

/// What the driver's thread does: take commands, let libcurl work, run tasks, sleep until something
/// happens.
final class DriverLoop {
  private static let longestSleepMilliseconds = 60_000
  /// How long tasks run before the sockets are looked at again: a server should not have to wait.
  private static let longestRun = Duration.microseconds(200)

  private let driver: CurlDriver
  private let multi: UnsafeMutableRawPointer
  private let clock = ContinuousClock()
  private var transfers: [CurlDriver.Identifier: Transfer] = [:]
  private var identifiers: [UnsafeMutableRawPointer: CurlDriver.Identifier] = [:]
  private let arrivals = Arrivals()
  private var line: WaitingLine
  private let handles = EasyHandles()
  /// No transfer has an earlier deadline; `nil` if there is none.
  private var nextDeadline: ContinuousClock.Instant?
  /// Parts of tasks that are still to be run.
  private var jobs: ArraySlice<UnownedJob> = []
  /// When libcurl wants to be called although no socket is ready; `nil` if it does not.
  private var nextTimeout: ContinuousClock.Instant?

  init(driver: CurlDriver) {
    self.driver = driver
    multi = driver.multi
    line = WaitingLine(placesPerOrigin: driver.maximumConnectionsPerHost)
  }

  func run() {
    ignoreBrokenPipes()
    setCallbacks()
    while true {
      let (commands, isClosing) = driver.takeCommands()
      for command in commands { obey(command) }
      guard !isClosing else { break }
      // Those that take the places of completed ones are sent before anything else is done.
      repeat {
        actOnTimeout()
        finishCompleted()
      } while isTimeoutDue
      wakeReaders()
      finishLate()
      runJobs()
      for event in driver.poller.wait(milliseconds: sleepMilliseconds()) {
        act(on: event.socket, event.readiness)
      }
    }
    for identifier in Array(transfers.keys) { cancel(identifier) }
    for job in jobs + driver.takeJobs() { globalConcurrentExecutor.enqueue(job) }
    curl_multi_cleanup(multi)
  }

  /// Lets libcurl say what it waits for: so it only looks at the transfers that go on, not at all of
  /// them, many of which wait for a connection.
  ///
  /// Source: https://curl.se/libcurl/c/libcurl-multi.html, "multi_socket"
  private func setCallbacks() {
    let context = Unmanaged.passUnretained(self).toOpaque()
    ccurl_multi_set_pointer(multi, CURLMOPT_SOCKETDATA, context)
    ccurl_multi_set_pointer(multi, CURLMOPT_TIMERDATA, context)
    ccurl_multi_set_socket_function(multi) { _, socket, need, context, _ in
      guard let context else { return -1 }
      let loop = Unmanaged<DriverLoop>.fromOpaque(context).takeUnretainedValue()
      loop.driver.poller.watch(socket, for: need)
      return 0
    }
    ccurl_multi_set_timer_function(multi) { _, milliseconds, context in
      guard let context else { return -1 }
      let loop = Unmanaged<DriverLoop>.fromOpaque(context).takeUnretainedValue()
      loop.nextTimeout =
        milliseconds < 0 ? nil : loop.clock.now + .milliseconds(milliseconds)
      return 0
    }
  }

  private var isTimeoutDue: Bool { nextTimeout.map { $0 <= clock.now } ?? false }

  private func actOnTimeout() {
    guard isTimeoutDue else { return }
    nextTimeout = nil
    act(on: CURL_SOCKET_TIMEOUT)
  }

  private func act(on socket: Int32, _ readiness: Int32 = 0) {
    var runningCount: Int32 = 0
    curl_multi_socket_action(multi, socket, readiness, &runningCount)
  }

  /// TLS writes to sockets that the other side may have closed; libcurl, told not to touch signals,
  /// leaves it to us that this does not end the process.
  private func ignoreBrokenPipes() {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
  }

  private func runJobs() {
    let end = clock.now + Self.longestRun
    repeat {
      if jobs.isEmpty { jobs = driver.takeJobs()[...] }
      guard let job = jobs.popFirst() else { return }
      job.runSynchronously(on: driver.asUnownedTaskExecutor())
    } while clock.now < end
  }

  private func obey(_ command: CurlDriver.Command) {
    switch command {
    case .start(let identifier, let plan): start(identifier, plan)
    case .resume(let identifier):
      guard let transfer = transfers[identifier] else { return }
      curl_easy_pause(transfer.handle, CURLPAUSE_CONT)
    case .cancel(let identifier): cancel(identifier)
    }
  }

  private func start(_ identifier: CurlDriver.Identifier, _ plan: TransferPlan) {
    do throws(HTTPError) {
      let transfer = try Transfer(plan, handles: handles, arrivals: arrivals)
      transfers[identifier] = transfer
      nextDeadline = min(nextDeadline ?? plan.deadline, plan.deadline)
      identifiers[transfer.handle] = identifier
      if line.mayBegin(identifier, plan.url) { curl_multi_add_handle(multi, transfer.handle) }
    } catch {
      plan.sink.finish(.failure(error))
    }
  }

  private func cancel(_ identifier: CurlDriver.Identifier) {
    guard let transfer = remove(identifier) else { return }
    transfer.plan.sink.finish(.failure(.cancelled(url: transfer.plan.url.shown)))
  }

  private func finishCompleted() {
    var remaining: Int32 = 0
    while let message = curl_multi_info_read(multi, &remaining) {
      guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle else {
        continue
      }
      let code = message.pointee.data.result
      guard let identifier = identifiers[handle], let transfer = transfers[identifier] else {
        continue
      }
      transfer.finish(with: code)
      remove(identifier)
    }
  }

  private func wakeReaders() {
    for transfer in arrivals.transfers { transfer.wakeReader() }
    arrivals.transfers.removeAll(keepingCapacity: true)
  }

  private func finishLate() {
    let now = clock.now
    guard let nextDeadline, nextDeadline <= now else { return }
    for (identifier, transfer) in transfers where transfer.plan.deadline <= now {
      remove(identifier)
      transfer.plan.sink.finish(
        .failure(
          .timedOut(url: transfer.plan.url.shown, after: transfer.plan.request.deadline)))
    }
    self.nextDeadline = transfers.values.lazy.map(\.plan.deadline).min()
  }

  @discardableResult
  private func remove(_ identifier: CurlDriver.Identifier) -> Transfer? {
    guard let transfer = transfers.removeValue(forKey: identifier) else { return nil }
    identifiers[transfer.handle] = nil
    curl_multi_remove_handle(multi, transfer.handle)
    if let next = line.next(after: identifier, transfer.plan.url).flatMap({ transfers[$0] }) {
      curl_multi_add_handle(multi, next.handle)
    }
    return transfer
  }

  /// Until the next deadline, or until libcurl wants to be called; 0 where there is something to do.
  private func sleepMilliseconds() -> Int {
    guard jobs.isEmpty, driver.fallAsleep() else { return 0 }
    guard let next = [nextDeadline, nextTimeout].compactMap(\.self).min() else {
      return DriverLoop.longestSleepMilliseconds
    }
    return min((next - clock.now).wholeMilliseconds, DriverLoop.longestSleepMilliseconds)
  }
}
