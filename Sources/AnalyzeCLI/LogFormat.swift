import ArgumentParser
import Logging

/// The form of what a collector says on standard error.
enum LogFormat: String, CaseIterable, ExpressibleByArgument {
  case text, json

  private static let option = "--log-format"

  /// The form that the arguments ask for, also where they cannot be read otherwise.
  init(in arguments: [String]) {
    let known = arguments.prefix { $0 != "--" }
    let isJSON = zip(known, known.dropFirst()).contains { $0 == Self.option && $1 == "json" }
    self = isJSON || known.contains(Self.option + "=json") ? .json : .text
  }

  /// Writes log lines to standard error.
  func logger(_ label: String) -> Logger {
    switch self {
    case .text: Logger(label: label) { StreamLogHandler.standardError(label: $0) }
    case .json: Logger(label: label, factory: JSONLogHandler.standardError)
    }
  }

  /// Says why the program ends.
  ///
  /// - Parameters:
  ///   - text: What to say to people.
  ///   - message: The same in one sentence, for an object on a line.
  func sayFailure(_ text: String, message: String) {
    switch self {
    case .text: Output.error(text)
    case .json:
      logger("analyze").error("\(message)")
    }
  }
}
