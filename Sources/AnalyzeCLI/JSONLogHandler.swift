import Foundation
import Logging
import Reporting
import Rollouts
import Synchronization

/// Writes each log message as one JSON object on a line of its own.
///
/// The members are `time` (RFC 3339 in UTC, with milliseconds), `level`, `label`, `message`, `error`
/// where the message has one, and the metadata in the order of their keys. A key of the metadata
/// that is the name of another member is written after `metadata.`, so that no name occurs twice.
struct JSONLogHandler: LogHandler {
  /// Takes one finished line, which ends in a line end.
  typealias WriteLine = @Sendable (_ line: String) -> Void

  private let label: String
  private let presentTime: @Sendable () -> Timestamp
  private let writeLine: WriteLine

  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?
  var logLevel = Logger.Level.info

  /// A handler that writes to standard error, unless told otherwise.
  init(
    label: String, metadataProvider: Logger.MetadataProvider? = nil,
    presentTime: @escaping @Sendable () -> Timestamp = { .systemTime },
    writeLine: @escaping WriteLine = Self.writeToStandardError
  ) {
    self.label = label
    self.metadataProvider = metadataProvider
    self.presentTime = presentTime
    self.writeLine = writeLine
  }

  /// A handler that writes to standard error, in the shape that a `Logger` takes.
  static func standardError(label: String) -> JSONLogHandler {
    JSONLogHandler(label: label)
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var members: [(key: String, value: JSONValue)] = [
      ("time", .string(Self.text(of: presentTime()))),
      ("level", .string(event.level.rawValue)),
      ("label", .string(label)),
      ("message", .string(event.message.description)),
    ]
    if let error = event.error { members.append(("error", .string("\(error)"))) }
    var names = Set(members.map(\.key))
    for (key, value) in metadata(of: event).sorted(by: { $0.key < $1.key }) {
      var name = key
      while !names.insert(name).inserted { name = "metadata." + name }
      members.append((name, Self.json(value)))
    }
    writeLine(JSONValue.object(members).text(indented: false) + "\n")
  }

  /// What was said nearest to the message counts.
  private func metadata(of event: LogEvent) -> Logger.Metadata {
    metadata
      .merging(metadataProvider?.get() ?? [:]) { _, nearer in nearer }
      .merging(event.metadata ?? [:]) { _, nearer in nearer }
  }

  private static func json(_ value: Logger.MetadataValue) -> JSONValue {
    switch value {
    case .string(let text): .string(text)
    case .stringConvertible(let value): json(convertible: value)
    case .array(let values): .array(values.map(json))
    case .dictionary(let members):
      .object(members.sorted { $0.key < $1.key }.map { ($0.key, json($0.value)) })
    }
  }

  private static func json(convertible value: any CustomStringConvertible) -> JSONValue {
    switch value {
    case let value as Bool: .bool(value)
    case let value as Int: .integer(Int64(value))
    case let value as Int64: .integer(value)
    case let value as Double where value.isFinite: .number(value)
    default: .string(value.description)
    }
  }

  /// The moment with its milliseconds even where they are zero, so that lines sort as text.
  private static func text(of moment: Timestamp) -> String {
    let text = moment.rfc3339
    return text.contains(".") ? text : text.dropLast() + ".000Z"
  }

  private static let standardError = Mutex(FileHandle.standardError)

  private static func writeToStandardError(_ line: String) {
    standardError.withLock { handle in
      // Where standard error is closed, no place is left to say so.
      try? handle.write(contentsOf: Data(line.utf8))
    }
  }
}
