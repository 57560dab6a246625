import Foundation
import Rollouts
import Store
import TestSupport

/// The database of `Fixtures/pictures.sql`: everything that a report can show, in one hour.
struct PicturesDatabase {
  /// The moment at which its reports are made.
  static let now = "2026-11-24T09:00:00Z"

  var target = "app-backend"
  var baseline = "v1"
  var canary = "v2"
  /// Who made the first step.
  var writer = "kubectl-patch"

  func write(to path: String) async throws {
    _ = try Database(path: path, mode: .create)
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/pictures.sql")
    var sql = try String(contentsOf: file, encoding: .utf8)
    for (place, name) in [
      ("@target", target), ("@baseline", baseline), ("@canary", canary), ("@writer", writer),
    ] {
      // As hexadecimal digits: the shell reads lines, and names may hold anything.
      let digits = name.utf8.map { String($0 / 16, radix: 16) + String($0 % 16, radix: 16) }
      sql = sql.replacing(place, with: "CAST(x'\(digits.joined())' AS TEXT)")
    }
    _ = try await Shell.run("sqlite3", "-bail", path, input: sql)
  }
}
