import Foundation
import Testing

/// Compares a text with the one that is kept in `Snapshots` beside the test.
///
/// With `UPDATE_SNAPSHOTS=1` in the environment the text is recorded instead, and the test fails all
/// the same, so that nothing is ever recorded unseen.
///
/// - Parameters:
///   - text: The text.
///   - name: The name of the file.
///   - testFile: The test's file.
///   - sourceLocation: The place of the expectation.
/// - Throws: If a file cannot be read or written.
public func expect(
  _ text: String, matchesSnapshot name: String, testFile: String = #filePath,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let folder = URL(filePath: testFile).deletingLastPathComponent().appending(path: "Snapshots")
  let file = folder.appending(path: name)
  if ProcessInfo.processInfo.environment["UPDATE_SNAPSHOTS"] == "1" {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
    Issue.record("recorded \(name); read it before you commit it", sourceLocation: sourceLocation)
    return
  }
  guard let recorded = try? String(contentsOf: file, encoding: .utf8) else {
    Issue.record(
      "there is no Snapshots/\(name); record it with \"make snapshots\"",
      sourceLocation: sourceLocation)
    return
  }
  guard text != recorded else { return }
  Issue.record("\(name): \(firstDifference(text, recorded))", sourceLocation: sourceLocation)
}

private func firstDifference(_ text: String, _ recorded: String) -> Comment {
  let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
  let recordedLines = recorded.split(separator: "\n", omittingEmptySubsequences: false)
  let index = zip(lines, recordedLines).enumerated().first { $0.element.0 != $0.element.1 }?.offset
  let place = index ?? min(lines.count, recordedLines.count)
  let found = place < lines.count ? "\"\(lines[place])\"" : "nothing"
  let wanted = place < recordedLines.count ? "\"\(recordedLines[place])\"" : "nothing"
  return "line \(place + 1) is \(found) where \(wanted) was recorded"
}
