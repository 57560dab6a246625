/// Why a configuration cannot be used.
public struct ConfigurationError: Error, Equatable, CustomStringConvertible {
  /// What is wrong, and what to do, on one line.
  public let description: String

  /// An error with its words.
  public init(_ description: String) {
    self.description = description
  }
}
