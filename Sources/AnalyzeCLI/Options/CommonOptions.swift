import ArgumentParser
import Configuration
import Foundation
import Rollouts

/// What every command needs to know.
struct CommonOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Configuration: targets and connections. (env: ANALYZE_CONFIG; default: analyze.yaml, where "
        + "there is one)",
      valueName: "file"))
  var config: String?

  @Option(
    help: ArgumentHelp(
      "The SQLite file; a report takes several. (env: ANALYZE_DATABASE; default: analyze.db)",
      valueName: "file"))
  var database: [String] = []

  @Option(
    help: ArgumentHelp(
      "Which target, where there are several. (env: ANALYZE_TARGET)", valueName: "name"))
  var target: String?

  @Option(help: .hidden, transform: MomentArgument.moment)
  var now: Timestamp?

  /// The present time, but in tests.
  var presentTime: Timestamp {
    now ?? .systemTime
  }

  /// Tells the present time; in tests it runs on from another one.
  var clock: @Sendable () -> Timestamp {
    guard let now else { return { .systemTime } }
    let ahead = now - .systemTime
    return { .systemTime + ahead }
  }

  /// What the configuration file says; nothing where there is none.
  func configuration() throws(CommandFailure) -> ConfigurationFile {
    let standard = "analyze.yaml"
    do {
      if let path = config ?? Environment["ANALYZE_CONFIG"] {
        return try ConfigurationFile.read(at: path)
      }
      guard FileManager.default.fileExists(atPath: standard) else { return .empty }
      return try ConfigurationFile.read(at: standard)
    } catch {
      throw CommandFailure(error)
    }
  }

  /// The path of the one database.
  func databasePath(_ file: ConfigurationFile) throws(CommandFailure) -> String {
    let paths = databasePaths(file)
    guard paths.count == 1 else {
      throw CommandFailure(.usage, "--database is given \(paths.count) times; name one file")
    }
    return paths[0]
  }

  /// The paths of the databases; at least one.
  func databasePaths(_ file: ConfigurationFile) -> [String] {
    guard database.isEmpty else { return database }
    return [Environment["ANALYZE_DATABASE"] ?? file.database ?? "analyze.db"]
  }

  /// The name of the target, if one is named.
  var targetName: String? { target ?? Environment["ANALYZE_TARGET"] }

  /// The policy by which the target is judged.
  func policy(for target: String, _ file: ConfigurationFile) -> Policy {
    file.targets.first { $0.name == target }?.policy ?? file.policy
  }
}

/// Settings from the environment; an empty one counts as absent.
enum Environment {
  static subscript(name: String) -> String? {
    let value = ProcessInfo.processInfo.environment[name]
    return value?.isEmpty == true ? nil : value
  }
}
