import Rollouts
import Store

/// Up to where targets are stored, read at once for all those that are collected together.
public struct Watermarks: Sendable {
  /// `nil` stands for a target of which nothing is settled yet.
  private var byTarget: [String: Interval?] = [:]

  /// Of no target.
  public init() {}

  /// Reads up to where targets are stored.
  ///
  /// - Parameters:
  ///   - targets: Their names; those that are not stored yet have no watermark.
  ///   - file: Where they are stored, if it is there yet.
  /// - Throws: `CollectingError.store`.
  public init(of targets: [String], in file: DatabaseFile) throws(CollectingError) {
    do {
      byTarget =
        try file.existing()?.read(to: "find what is missing") { reader in
          var watermarks: [String: Interval?] = [:]
          for name in targets {
            let id = try reader.target(ofName: name)?.id
            watermarks.updateValue(try id.flatMap(reader.watermark), forKey: name)
          }
          return watermarks
        } ?? [:]
    } catch {
      throw .store(error)
    }
  }

  /// The watermark of a target.
  ///
  /// - Parameters:
  ///   - target: Its name.
  ///   - read: Tells it where these do not.
  /// - Returns: The last slot up to which everything is settled; `nil` if there is none.
  /// - Throws: What `read` throws.
  func of(
    _ target: String, else read: () throws(CollectingError) -> Interval? = { nil }
  ) throws(CollectingError) -> Interval? {
    if let watermark = byTarget[target] { return watermark }
    return try read()
  }
}
