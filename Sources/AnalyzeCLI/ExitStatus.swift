import Rollouts

/// What a command's exit status says.
enum ExitStatus: Int32 {
  /// Done; of the gate: promote.
  case success = 0
  /// It failed, and said why; of the gate: block.
  case failure = 1
  /// Of the gate: not enough evidence yet.
  case hold = 2
  /// Source or store out of reach; of the gate: it could not be evaluated.
  case unreachable = 3
  /// An option is wrong.
  case usage = 64
  /// The configuration, the policy, or a name in it is wrong.
  case configuration = 78
  /// Interrupted (SIGINT).
  case interrupted = 130
  /// Terminated (SIGTERM).
  case terminated = 143

  /// The gate's status for a verdict.
  init(_ verdict: Verdict) {
    self =
      switch verdict {
      case .promote: .success
      case .block: .failure
      case .hold: .hold
      case .unknown: .unreachable
      }
  }
}
