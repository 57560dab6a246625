import Foundation
import Rollouts

/// The record for a terminal.
public enum AuditText {
  /// The timeline.
  ///
  /// - Parameter timeline: What happened.
  /// - Returns: Lines of text with a line end each.
  public static func text(_ timeline: AuditTimeline) -> String {
    var lines = [
      "\(timeline.target.name.terminalSafe): VirtualService "
        + "\("\(timeline.target.virtualService)".terminalSafe)"
    ]
    guard !timeline.events.isEmpty else { return lines[0] + "\n  nothing is on record\n" }
    lines += timeline.events.flatMap(Self.lines)
    return lines.joined(separator: "\n") + "\n"
  }
}

extension AuditText {
  private static func lines(_ event: AuditEvent) -> [String] {
    let by = event.by.map { " by \($0)" } ?? ""
    let until = event.until.map { " until \($0.shortText)" } ?? ""
    let entry = event.entry.map { " [\($0)]" } ?? ""
    return "\(event.at.shortText)\(entry) \(event.what)\(by)\(until): \(event.text)"
      .listed(width: TextStyle.plain.width)
  }
}

/// The record as JSON.
public enum AuditJSON {
  /// The timeline.
  ///
  /// - Parameter timeline: What happened.
  /// - Returns: The value; its keys are public.
  public static func value(_ timeline: AuditTimeline) -> JSONValue {
    .object([
      ("schemaVersion", .integer(1)), ("target", .string(timeline.target.name)),
      ("events", .array(timeline.events.map(event))),
    ])
  }

  private static func event(_ event: AuditEvent) -> JSONValue {
    .object([
      ("at", .string(event.at.rfc3339)), ("until", .string(event.until?.rfc3339)),
      ("kind", .string(event.kind.rawValue)),
      ("entry", event.entry.map(JSONValue.integer) ?? .null),
      ("rollout", event.rolloutID.map(JSONValue.integer) ?? .null),
      ("verdict", .string(event.verdict?.rawValue)), ("by", .string(event.by)),
      ("text", .string(event.text)), ("decidedAt", .string(event.decidedAt?.rfc3339)),
    ])
  }
}
