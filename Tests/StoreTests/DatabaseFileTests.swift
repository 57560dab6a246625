import Foundation
import Store
import TestSupport
import Testing

@Suite struct DatabaseFileTests {
  @Test func `looking for a file does not make one`() throws {
    let folder = try TemporaryFolder()
    let file = DatabaseFile(path: folder.path("analyze.db"))
    let database = try file.existing()
    #expect(database == nil)
    #expect(!FileManager.default.fileExists(atPath: file.path))
  }

  @Test func `the file is made when it is needed, and opened once`() throws {
    let folder = try TemporaryFolder()
    let file = DatabaseFile(path: folder.path("analyze.db"))
    let made = try file.existingOrNew()
    #expect(try file.existing() === made)
    #expect(try file.existingOrNew() === made)
  }

  @Test func `a file that cannot be used is reported each time`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(String(repeating: "no database\n", count: 100), to: "notes.txt")
    let file = DatabaseFile(path: path)
    for _ in 1...2 {
      #expect(throws: StoreError.notSQLite(path: path)) { _ = try file.existing() }
      #expect(throws: StoreError.notSQLite(path: path)) { _ = try file.existingOrNew() }
    }
  }
}
