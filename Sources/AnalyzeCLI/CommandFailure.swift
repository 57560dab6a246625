import Collecting
import Configuration
import Kubernetes
import Store
import VictoriaMetrics

/// Why a command ends: its exit status and its words.
struct CommandFailure: Error {
  let status: ExitStatus
  /// What to say on standard error; `nil` if everything was said.
  let message: String?

  init(_ status: ExitStatus, _ message: String?) {
    self.status = status
    self.message = message
  }

  /// Says on standard error what failed.
  func say(in format: LogFormat = .text) {
    if let message { format.sayFailure("analyze: \(message)", message: message) }
  }

  init(_ error: StoreError) {
    let status: ExitStatus =
      switch error {
      case .noTarget(_, .some, _): .configuration
      case .noTarget(_, nil, let known): known.isEmpty ? .unreachable : .usage
      case .contradiction: .configuration
      case .noDecision: .usage
      case .failed, .damagedEvidence, .unsoundCopy, .exists, .backupOntoItself, .unrecoverable:
        .failure
      default: .unreachable
      }
    self.init(status, error.description)
  }

  init(_ error: ConfigurationError) {
    self.init(.configuration, error.description)
  }

  init(_ error: CollectingError) {
    switch error {
    case .store(let error): self.init(error)
    case .route, .manifest, .metrics(.unusableSetting):
      self.init(.configuration, error.description)
    case .kubernetes(let kubernetes):
      self.init(
        kubernetes.isConfigurationMistake ? .configuration : .unreachable, error.description)
    case .customCount: self.init(.configuration, error.description)
    case .metrics, .count, .tooSlow:
      self.init(.unreachable, error.description)
    }
  }
}
