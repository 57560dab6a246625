/// How often, when, and after what a request is sent again.
public struct RetryPolicy: Sendable {
  /// How often the request is sent at most, the first time included; at least 1.
  public var attempts: Int
  /// The longest pause before the second attempt; it doubles with each further one.
  public var baseDelay: Duration
  /// What the doubling stops at.
  public var maximumDelay: Duration
  /// The statuses that may well be gone a little later.
  ///
  /// 500 is not among them: VictoriaMetrics and Kubernetes use it for faults that stay.
  public var statuses: Set<Int>
  /// Gives the share of the longest pause that is waited, 0…1; called once a pause.
  public var jitter: @Sendable () -> Double

  /// Three attempts, the pauses random up to 0.2 s and 0.4 s.
  ///
  /// - Parameters:
  ///   - attempts: How often at most, the first time included.
  ///   - baseDelay: The longest pause before the second attempt.
  ///   - maximumDelay: What its doubling stops at.
  ///   - statuses: The statuses after which to try again.
  ///   - jitter: A random share in 0…1, so that many clients do not come back together.
  public init(
    attempts: Int = 3, baseDelay: Duration = .milliseconds(200),
    maximumDelay: Duration = .seconds(5), statuses: Set<Int> = [429, 502, 503, 504],
    jitter: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
  ) {
    self.attempts = attempts
    self.baseDelay = baseDelay
    self.maximumDelay = maximumDelay
    self.statuses = statuses
    self.jitter = jitter
  }

  /// The pause after an attempt that failed.
  ///
  /// - Parameters:
  ///   - attempt: Which attempt failed, from 1.
  ///   - retryAfter: What the server asked for; it then counts as the least.
  /// - Returns: A length of 0 or more.
  public func delay(afterAttempt attempt: Int, retryAfter: Duration? = nil) -> Duration {
    let doublings = min(max(attempt - 1, 0), 30)
    let longest = min(baseDelay * (1 << doublings), maximumDelay)
    return max(longest * min(max(jitter(), 0), 1), retryAfter ?? .zero)
  }
}
