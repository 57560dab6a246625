import Synchronization

/// Where the thread that receives and the task that reads meet.
///
/// The thread fills it and asks whether it has to pause; the task waits and takes out.
final class ResponseSink: Sendable {
  /// What a task may wait for; the end of the exchange ends each wait.
  private enum Moment {
    case head, bytes, end
  }

  private struct Waiter {
    let moment: Moment
    let continuation: CheckedContinuation<Void, Never>
  }

  private struct State {
    var head: ResponseHead?
    var buffer: [UInt8] = []
    var isPaused = false
    var outcome: Result<Void, HTTPError>?
    var waiters: [Waiter] = []
    var largestBufferBytes = 0

    func isReached(_ moment: Moment) -> Bool {
      guard outcome == nil else { return true }
      return switch moment {
      case .head: head != nil
      case .bytes: !buffer.isEmpty
      case .end: false
      }
    }
  }

  /// How full the buffer may be before the server has to wait, in bytes.
  let bufferLimitBytes: Int
  private let state = Mutex(State())

  init(bufferLimitBytes: Int) {
    self.bufferLimitBytes = bufferLimitBytes
  }

  // MARK: The side of the thread

  /// Whether what comes next has to wait, until `takeChunk` says when to go on.
  func hasToPause() -> Bool {
    state.withLock { state in
      if state.buffer.count >= bufferLimitBytes { state.isPaused = true }
      return state.isPaused
    }
  }

  /// Keeps the head; the task sees it once it is woken.
  func receive(_ head: ResponseHead) {
    state.withLock { $0.head = head }
  }

  /// Keeps some of the body; the task sees it once it is woken.
  func receive(_ bytes: UnsafeBufferPointer<UInt8>) {
    state.withLock { state in
      guard state.outcome == nil else { return }
      state.buffer.append(contentsOf: bytes)
      state.largestBufferBytes = max(state.largestBufferBytes, state.buffer.count)
    }
  }

  /// Ends the exchange; only the first call counts.
  func finish(_ outcome: Result<Void, HTTPError>) {
    state.withLock { state in
      guard state.outcome == nil else { return }
      state.outcome = outcome
      if case .failure(.cancelled) = outcome { state.buffer = [] }
    }
    wake()
  }

  /// Wakes the task if what it waits for is there.
  ///
  /// Not with each piece: a short answer, which comes whole, wakes its task once.
  func wake() {
    let ready = state.withLock { state in
      let waiters = state.waiters
      guard !waiters.isEmpty else { return waiters }
      state.waiters = waiters.filter { !state.isReached($0.moment) }
      return waiters.filter { state.isReached($0.moment) }
    }
    for waiter in ready { waiter.continuation.resume() }
  }

  // MARK: The side of the task

  /// Whether nothing more will come.
  var isFinished: Bool { state.withLock { $0.outcome != nil } }
  /// Whether the server has to wait for the reader.
  var isPaused: Bool { state.withLock { $0.isPaused } }
  /// The most that was ever kept, in bytes.
  var largestBufferBytes: Int { state.withLock { $0.largestBufferBytes } }

  func head() async throws(HTTPError) -> ResponseHead {
    await wait(for: .head)
    let (head, outcome) = state.withLock { ($0.head, $0.outcome) }
    if case .failure(.cancelled(let url)) = outcome { throw .cancelled(url: url) }
    // A failure within the body is for whoever reads the body.
    if let head { return head }
    try outcome?.get()
    preconditionFailure("an exchange without a head ended well")
  }

  func wholeBody() async throws(HTTPError) -> [UInt8] {
    await wait(for: .end)
    let (body, outcome) = state.withLock { ($0.buffer, $0.outcome) }
    try outcome?.get()
    return body
  }

  /// The bytes received since the last call, or `nil` at the end; and whether to go on receiving.
  func takeChunk() async throws(HTTPError) -> (chunk: [UInt8]?, wasPaused: Bool) {
    while true {
      await wait(for: .bytes)
      let (chunk, wasPaused, outcome) = state.withLock { state in
        let taken = (state.buffer, state.isPaused, state.outcome)
        state.buffer = []
        state.isPaused = false
        return taken
      }
      if !chunk.isEmpty { return (chunk, wasPaused) }
      guard let outcome else { continue }
      try outcome.get()
      return (nil, false)
    }
  }

  private func wait(for moment: Moment) async {
    await withCheckedContinuation { continuation in
      let isReached = state.withLock { state in
        guard !state.isReached(moment) else { return true }
        state.waiters.append(Waiter(moment: moment, continuation: continuation))
        return false
      }
      if isReached { continuation.resume() }
    }
  }
}
