import Testing

@Suite struct TidyTests {
  /// Each outside library, and the only targets that may import it.
  static let owners: [String: Set<String>] = [
    "GRDB": ["Store"],
    "GRDBSQLite": ["Store"],
    "CCurl": ["HTTP"],
    "CZlib": ["Compression"],
    "Crypto": ["Ledger"],
    "Yams": ["YAML"],
    "Mustache": ["Reporting"],
    "Subprocess": ["Kubernetes"],
    "SystemPackage": ["Kubernetes"],
    "ArgumentParser": ["AnalyzeCLI"],
    "Logging": ["AnalyzeCLI"],
    "UnixSignals": ["AnalyzeCLI"],
    "PackagePlugin": ["EmbedTextPlugin"],
  ]

  let sources: [SourceFile]

  init() throws {
    sources = try SourceFile.all(in: ["Sources", "migrations", "reports"])
  }

  @Test func `each outside library is imported by its own target only`() {
    let violations = sources.flatMap { file in
      file.imports.filter { Self.owners[$0].map { !$0.contains(file.target) } ?? false }
        .map { "\(file.path): imports \($0)" }
    }
    #expect(violations == [])
    #expect(sources.contains { $0.imports.contains("GRDB") })
  }

  @Test func `statistics do without Foundation`() {
    let violations = sources.filter {
      $0.target == "Statistics" && $0.imports.contains { $0.hasPrefix("Foundation") }
    }
    #expect(violations.map(\.path) == [])
  }

  @Test func `only the command line knows the time and prints`() {
    let violations = places { file, line in
      file.target != "AnalyzeCLI" && !file.target.hasPrefix("EmbedText")
        && ["Date()", "Date.now", " print("].contains { line.contains($0) }
    }
    #expect(violations == [])
  }

  @Test func `nothing is left to do`() {
    let violations = places { _, line in
      ["TODO", "FIXME", "XXX"].contains { line.contains($0) }
    }
    #expect(violations == [])
  }

  @Test func `files can be read in one sitting`() {
    #expect(sources.filter { $0.lines.count > 300 }.map(\.path) == [])
  }

  @Test func `functions fit on a screen`() {
    let long = sources.flatMap { file in
      file.functions.filter { $0.lineCount > 60 }.map { "\(file.path): \($0.name)" }
    }
    #expect(long == [])
  }

  private func places(_ isViolation: (SourceFile, String) -> Bool) -> [String] {
    sources.flatMap { file in
      file.lines.enumerated().filter { isViolation(file, $0.element) }
        .map { "\(file.path):\($0.offset + 1)" }
    }
  }
}

extension SourceFile {
  /// The functions of the file with their length, found by the indentation of their last brace.
  var functions: [(name: String, lineCount: Int)] {
    lines.enumerated().compactMap { index, line in
      let indentation = line.prefix { $0 == " " }
      let code = line.dropFirst(indentation.count)
      let isFunction =
        code.contains("func ") || code.hasPrefix("init(")
        || code.hasPrefix("public init(")
      guard isFunction, !code.hasPrefix("//") else { return nil }
      let end = lines[index...].firstIndex { $0 == indentation + "}" } ?? index
      return (String(code), end - index + 1)
    }
  }
}
