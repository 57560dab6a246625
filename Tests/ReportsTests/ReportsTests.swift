import Foundation
import Reports
import TestSupport
import Testing

@Suite struct ReportsTests {
  static let folder = Checkout.root.appending(path: "reports")

  /// The queries of the folder, as `report/section`.
  static func files() throws -> [String: String] {
    let paths = FileManager.default.enumerator(atPath: folder.path)?.allObjects as? [String] ?? []
    var files: [String: String] = [:]
    for path in paths where path.hasSuffix(".sql") {
      files[String(path.dropLast(".sql".count))] = try String(
        contentsOf: folder.appending(path: path), encoding: .utf8)
    }
    return files
  }

  @Test func `what is embedded is what the folder holds`() throws {
    let embedded = Reports.names.flatMap { report in
      Reports.sections(of: report).values.map { ("\(report)/\($0.name)", $0.sql) }
    }
    #expect(try Dictionary(uniqueKeysWithValues: embedded) == Self.files())
    #expect(Reports.names == ["canary"])
  }

  @Test func `a report that does not exist has no section`() {
    #expect(Reports.sections(of: "") == [:])
    #expect(Reports.sections(of: "can") == [:])
    #expect(Reports.sections(of: "canary/errors") == [:])
  }

  @Test func `each query says what it answers and what it takes`() throws {
    for (name, sql) in try Self.files() {
      #expect(sql.hasPrefix("-- "), "\(name)")
      for parameter in [":target", ":from, :to"] {
        #expect(sql.contains("\n-- \(parameter) "), "\(name)")
      }
    }
  }
}
