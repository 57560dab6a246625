import Foundation
import TestSupport
import Testing

/// Names from outside that mean something to a format, in every format.
@Suite struct HostileNameTests {
  static let names = [
    "<script>alert(1)</script>", "\"'><img src=x onerror=alert(1)>", "\"\u{301} onload=\"alert(1)",
    "right\u{202E}left\u{2066}", String(repeating: "long", count: 2500), "🚀👩‍👩‍👧 漢字",
    "a|b`c``d\n# heading", "=1+cmd|' /C calc'!A0", "@everyone", "{{{name}}} {{> page}}",
    "</style></title>&lt;b&gt;", "\u{1B}[2J\u{7}",
  ]

  let folder: TemporaryFolder
  let program: AnalyzeProgram

  init() throws {
    folder = try TemporaryFolder()
    program = AnalyzeProgram(in: folder.url)
  }

  private func report(_ name: String, _ format: String) async throws -> String {
    let file = UUID().uuidString + ".db"
    try await PicturesDatabase(
      target: "target " + name, baseline: "baseline " + name, canary: name, writer: name
    ).write(to: folder.path(file))
    // JSON is YAML, and JSON can write any name.
    let policy = ["policy": ["checks": [["check": "errors", "name": name]]]]
    try folder.write(
      String(decoding: JSONEncoder().encode(policy), as: UTF8.self), to: "analyze.yaml")
    let outcome = try await program.run(
      "report", "--database", file, "--now", PicturesDatabase.now, "--format", format)
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    return outcome.output
  }

  /// The elements of a page, each with the names of its attributes.
  private func structure(_ page: String) -> Set<String> {
    Set(
      page.matches(of: #/<(/?[a-zA-Z!][^\s>/]*)((?:\s+[^\s=>"]+(?:="[^"]*")?)*)\s*/?>/#).map {
        match in
        let attributes = match.2.matches(of: #/([^\s=>"]+)(?:="[^"]*")?/#).map { String($0.1) }
        return "\(match.1) \(attributes.sorted().joined(separator: " "))"
      })
  }

  @Test(arguments: names)
  func `a name adds nothing to the structure of a page`(name: String) async throws {
    let page = try await report(name, "html")
    #expect(structure(page).isSubset(of: structure(try await report("v2", "html"))))
    let parts = page.unicodeScalars.split(separator: "<").map { String($0.prefix(7)) }
    #expect(!parts.contains { $0.hasPrefix("script") || $0.hasPrefix("img") || $0.hasPrefix("b>") })
    #expect(!page.unicodeScalars.contains { $0.value == 0x202E || $0.value == 0x1B })
  }

  @Test(arguments: names)
  func `a name keeps the lines of a text report short and its cursor in place`(name: String)
    async throws
  {
    let text = try await report(name, "text")
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
    #expect(!text.unicodeScalars.contains { $0.properties.generalCategory == .format })
    #expect(
      text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control || $0 == "\n" })
  }

  @Test(arguments: names)
  func `a name is what it was in JSON`(name: String) async throws {
    struct Report: Decodable {
      struct Version: Decodable { let version: String }
      let versions: [Version]
    }
    let json = Data(try await report(name, "json").utf8)
    let versions = try JSONDecoder().decode(Report.self, from: json).versions.map(\.version)
    #expect(Set(versions) == [name, "baseline " + name])
  }

  @Test(arguments: names)
  func `a name stays within its cell in CSV`(name: String) async throws {
    let records = CSVText.records(try await report(name, "csv"))
    var width = 0
    for record in records where record != [""] {
      if record[0] == "section" { width = record.count }
      #expect(record.count == width)
    }
    let errors = records.filter { $0[0] == "errors" }
    let shown = ["=", "@", "\""].contains(String(name.prefix(1))) ? "" : name
    #expect(errors.contains { $0[2].hasSuffix(shown) })
    #expect(!records.joined().contains { $0.hasPrefix("=") || $0.hasPrefix("@") })
  }

  @Test(arguments: names)
  func `a name stays within its cell in Markdown`(name: String) async throws {
    let text = try await report(name, "markdown")
    // Within code everything stands for itself.
    let prose = text.replacing(#/(`+).+?\1(?!`)/#, with: "")
    #expect(!prose.contains("<script") && !prose.contains("<img") && !prose.contains("@everyone"))
    var columns = 0
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      guard line.hasPrefix("|") else {
        columns = 0
        #expect(!line.hasPrefix("# "))
        continue
      }
      let bars = line.count { $0 == "|" }
      if columns == 0 { columns = bars }
      #expect(bars == columns, "\(line)")
    }
  }
}

/// Comma-separated values as RFC 4180 has them.
enum CSVText {
  static func records(_ text: String) -> [[String]] {
    var records: [[String]] = []
    var record: [String] = []
    var field = ""
    var isQuoted = false
    var scalars = Array(text.unicodeScalars)[...]
    while let scalar = scalars.popFirst() {
      switch scalar {
      case "\"" where isQuoted && scalars.first == "\"":
        field += "\""
        scalars.removeFirst()
      case "\"": isQuoted.toggle()
      case "," where !isQuoted:
        record.append(field)
        field = ""
      case "\r" where !isQuoted: break
      case "\n" where !isQuoted:
        records.append(record + [field])
        (record, field) = ([], "")
      default: field.unicodeScalars.append(scalar)
      }
    }
    return records
  }
}
