/// A token or password that shows itself to nobody who does not ask for it by name.
public struct Secret: Sendable, Equatable {
  /// The text itself; for the place that sends it, never for messages or logs.
  public let revealed: String

  /// Wraps a text; line ends around it are not taken off.
  public init(_ text: String) {
    revealed = text
  }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Always `<redacted>`.
  public var description: String { "<redacted>" }
  /// Always `<redacted>`.
  public var debugDescription: String { description }
  /// No children, so that `dump` shows nothing either.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
