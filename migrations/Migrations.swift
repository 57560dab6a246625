/// The schema of the database, as the numbered scripts of this folder.
public enum Migrations {
  /// One script.
  public struct Migration: Sendable, Equatable {
    /// The file's name without its ending, such as `0001_targets`.
    public let name: String
    /// The script.
    public let sql: String

    /// A script and its name.
    public init(name: String, sql: String) {
      self.name = name
      self.sql = sql
    }
  }

  /// All scripts in the order in which they apply.
  public static let all = EmbeddedText.files.map {
    Migration(name: String($0.path.dropLast(".sql".count)), sql: $0.text)
  }
}
