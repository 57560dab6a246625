import Synchronization

/// The credentials that a client uses, which no error and no log line may repeat although a server
/// does.
///
/// A file of credentials is replaced while answers to the old ones are still under way: those that
/// were used before count too.
public final class CredentialsInUse: Sendable {
  private let known = Mutex(Redaction())

  /// None yet.
  public init() {}

  /// Takes out all that was added.
  public var redaction: Redaction { known.withLock { $0 } }

  /// Adds who asks; `nil` adds nothing.
  public func add(_ authorization: HTTPAuthorization?) {
    guard let authorization else { return }
    known.withLock { $0.add(authorization) }
  }

  /// Adds texts that are secret.
  public func add(_ secrets: [Secret]) {
    known.withLock { redaction in
      for secret in secrets { redaction.add(secret) }
    }
  }

  /// What somebody said, without the credentials in it.
  ///
  /// - Parameter text: The text as it came, not shortened yet.
  /// - Returns: The text without credentials.
  public func redacting(_ text: String) -> String { redaction.redacting(text) }
}
