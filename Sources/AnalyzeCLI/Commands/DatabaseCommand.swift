import ArgumentParser
import Store

extension Analyze {
  /// Looks after the file.
  struct DatabaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "database", abstract: "Look after the database file.",
      subcommands: [
        Migrate.self, Backup.self, Prune.self, Statistics.self, Recover.self,
      ])

    /// Brings the schema up to date.
    struct Migrate: AsyncParsableCommand {
      static let configuration = CommandConfiguration(
        abstract: "Bring the schema of the database up to date.",
        discussion: """
          Applies the migrations that the file lacks, in one transaction. "collect" and "gate" do \
          so by themselves; "report" only reads and asks for it.
          """)

      @OptionGroup var common: CommonOptions

      func run() async throws {
        let path = try common.databasePath(try common.configuration())
        do {
          let database = try Database(path: path, mode: .readWrite)
          try database.read(to: "check the schema") { try $0.checkSchema() }
        } catch {
          throw CommandFailure(error)
        }
        try Output.write("\(path) is up to date\n", to: nil)
      }
    }
  }
}
