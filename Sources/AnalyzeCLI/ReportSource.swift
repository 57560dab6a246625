import Analysis
import Configuration
import Foundation
import Reporting
import Reports
import Rollouts
import Store

/// Makes the reports that the options ask for.
struct ReportSource {
  static let timeLimit = Duration.seconds(60)

  let common: CommonOptions
  let file: ConfigurationFile
  let window: TimeWindow
  let generatedAt: Timestamp

  /// Whether there is more to report on than one target.
  var isSeveral: Bool {
    get throws {
      let paths = common.databasePaths(file)
      guard paths.count == 1, common.targetName == nil else { return paths.count > 1 }
      return try read(paths[0]) { try $0.targets().count > 1 }
    }
  }

  /// The report about one target.
  func canaryReport(_ details: ReportMaterial.Details) throws -> CanaryReport {
    try read(common.databasePath(file)) { reader in
      let loaded = try loaded(reader, common.targetName)
      return CanaryReport(
        try ReportMaterial(
          reader, loaded, window: window, generatedAt: generatedAt, details: details))
    }
  }

  /// The queries of another report of `reports/`.
  func tables(of name: String) throws -> TableReport {
    let sections = try read(common.databasePath(file)) { reader in
      let target = try reader.target(named: common.targetName).target.name
      return try Reports.sections(of: name).values.sorted { $0.name < $1.name }.map {
        ReportSection(
          name: $0.name,
          table: try reader.table(
            sql: $0.sql, target: target, window: window, errorResponses: errorResponses(of: target))
        )
      }
    }
    return report(name, sections)
  }

  /// The answer to a query of the user's.
  func answer(toQueryIn path: String, timeLimit: Duration?) throws -> TableReport {
    guard let sql = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw CommandFailure(
        .usage, "cannot read the query \(path): no such file, or no readable text; check --query")
    }
    let databasePath = try common.databasePath(file)
    let database = try open(databasePath)
    let target = try common.targetName.map { name in
      try read(databasePath) { try $0.target(named: name).target.name }
    }
    let query = OwnQuery(sql: sql, timeLimit: timeLimit ?? Self.timeLimit)
    do {
      let table = try query.run(
        on: database,
        .init(target: target, window: window, errorResponses: target.map(errorResponses)))
      let name = URL(filePath: path).deletingPathExtension().lastPathComponent
      return report(name, [ReportSection(name: name, table: table)])
    } catch {
      var status = ExitStatus.usage
      if case .timeLimit = error { status = .failure }
      throw CommandFailure(status, "cannot run the query \(path): \(error)")
    }
  }

  /// What the policy of a target counts as an error, as queries take it.
  private func errorResponses(of target: String) -> String {
    PolicyJSON.words(common.policy(for: target, file).errorResponses).text(indented: false)
  }

  private func report(_ title: String, _ sections: [ReportSection]) -> TableReport {
    TableReport(
      title: title,
      subtitle: (common.targetName.map { "\($0), " } ?? "")
        + "\(window.from.rfc3339) to \(window.to.rfc3339)",
      generatedAt: generatedAt, toolVersion: ToolVersion.current, sections: sections)
  }

  func loaded(_ reader: Reader, _ targetName: String?) throws -> LoadedTarget {
    try LoadedTarget(
      reader, targetName: targetName, policy: { common.policy(for: $0, file) }, asOf: window.to)
  }

  func open(_ path: String) throws(CommandFailure) -> Database {
    do { return try Database(path: path, mode: .readOnly) } catch { throw CommandFailure(error) }
  }

  func read<Value: Sendable>(
    _ path: String, _ body: @Sendable (Reader) throws -> Value
  ) throws(CommandFailure) -> Value {
    do {
      return try Database(path: path, mode: .readOnly).read(to: "read the report", body)
    } catch {
      throw CommandFailure(error)
    }
  }
}
