import HTTP

/// What a watch tells of one VirtualService.
public enum VirtualServiceEvent: Sendable, Equatable {
  /// The object as it is at this resource version; after an interruption it may be the known one.
  case observed(VirtualService, resourceVersion: String)
  /// The object does not exist, or does no longer.
  case deleted
  /// Changes may have been missed; the state now follows as the next `observed` or `deleted`.
  case interrupted(reason: String)
  /// The server does not answer for now; what happens meanwhile is told later, unless
  /// `interrupted` says otherwise.
  case waiting(reason: String)
}

/// How a watch is kept up.
public struct WatchSettings: Sendable {
  /// After how many seconds the server is asked anew, which also bounds how long a connection that
  /// died without a sign goes unnoticed.
  public var timeoutSeconds: Int
  /// The largest event that is accepted, in bytes; etcd holds objects up to 1.5 MiB.
  public var maximumLineBytes: Int
  /// The pauses after failures; attempts do not end.
  public var backoff: RetryPolicy

  /// Four minutes a request, 8 MiB an event, pauses of up to 0.5 s that double up to 30 s.
  public init(
    timeoutSeconds: Int = 240, maximumLineBytes: Int = 8 * 1024 * 1024,
    backoff: RetryPolicy = RetryPolicy(
      baseDelay: .milliseconds(500), maximumDelay: .seconds(30))
  ) {
    self.timeoutSeconds = timeoutSeconds
    self.maximumLineBytes = maximumLineBytes
    self.backoff = backoff
  }
  /// The pause after so many failures one after another, by the backoff.
  ///
  /// - Parameter failure: Which failure it was, from 1.
  /// - Returns: A length of 0 or more.
  public func pause(afterFailure failure: Int) -> Duration {
    backoff.delay(afterAttempt: failure)
  }
}
