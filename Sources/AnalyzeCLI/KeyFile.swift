import Foundation
import Ledger

/// Keys that are kept in files.
enum KeyFile {
  /// The key that signs decisions: of the option, else of the environment; `nil` if none is named.
  static func signingKey(_ option: String?) throws(CommandFailure) -> SigningKey? {
    guard let path = option ?? Environment["ANALYZE_SIGNING_KEY_FILE"] else { return nil }
    let content = try content(of: path, "signing key")
    do {
      return try SigningKey(content: content)
    } catch {
      throw CommandFailure(.configuration, "cannot use the signing key \(path): \(error)")
    }
  }

  /// The keys that verify signatures.
  static func verifyingKeys(_ paths: [String]) throws(CommandFailure) -> [VerifyingKey] {
    try paths.map { path throws(CommandFailure) in
      let content = try content(of: path, "public key")
      do {
        return try VerifyingKey(content: content)
      } catch {
        throw CommandFailure(.configuration, "cannot use the public key \(path): \(error)")
      }
    }
  }

  private static func content(of path: String, _ name: String) throws(CommandFailure) -> Data {
    guard let content = FileManager.default.contents(atPath: path) else {
      throw CommandFailure(
        .configuration, "cannot read the \(name) \(path): no such file, or you may not read it")
    }
    return content
  }
}
