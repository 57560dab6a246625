import Logging

/// What collectors say beside their results: log lines of a service, else lines on standard error.
struct CollectingLog {
  /// Where log lines go; `nil`: the collectors run once, and what they say is for people.
  let logger: Logger?
  /// Whether a line has to say which target it is about.
  let hasSeveralTargets: Bool

  /// Says something that is no error.
  func warning(_ text: String, of target: String? = nil) {
    guard let logger else {
      return Output.error("analyze: warning: \(self.text(text, of: target))")
    }
    logger.warning("\(text)", metadata: Self.metadata(target))
  }

  /// Says what failed.
  func error(_ text: String, of target: String? = nil) {
    guard let logger else { return Output.error("analyze: \(self.text(text, of: target))") }
    logger.error("\(text)", metadata: Self.metadata(target))
  }

  /// Says what a service has done.
  func info(_ text: String, of target: String?) {
    logger?.info("\(text)", metadata: Self.metadata(target))
  }

  /// A text that says which target it is about, where there are several.
  func text(_ text: String, of target: String?) -> String {
    guard hasSeveralTargets, let target else { return text }
    return "\(target): \(text)"
  }

  private static func metadata(_ target: String?) -> Logger.Metadata {
    target.map { ["target": "\($0)"] } ?? [:]
  }
}
