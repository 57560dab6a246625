import Foundation
import HTTP

/// The address of a server, apart from the user and password that may be written into it.
struct BaseURL {
  /// The address without user info and without a slash at its end.
  let text: String
  /// What was written into the address.
  let authorization: VictoriaMetricsAuthorization?

  /// Reads an address.
  ///
  /// - Parameter address: `http` or `https`, with any path, without query.
  /// - Throws: `VictoriaMetricsError.unusableSetting`.
  init(_ address: String) throws(VictoriaMetricsError) {
    let name = "the address \(HTTPRequest(url: address).shownURL)"
    guard var parts = URLComponents(string: address, encodingInvalidCharacters: false) else {
      throw .unusableSetting(name: name, reason: "it is not a URL")
    }
    guard ["http", "https"].contains(parts.scheme?.lowercased()), let host = parts.host,
      !host.isEmpty
    else {
      throw .unusableSetting(name: name, reason: "it has to begin with http:// or https://")
    }
    guard parts.query == nil, parts.fragment == nil else {
      throw .unusableSetting(
        name: name, reason: "it has a query (?) or a fragment (#); give the address without it")
    }
    let (user, password) = (parts.user, parts.password)
    (parts.user, parts.password) = (nil, nil)
    guard let text = parts.string else {
      throw .unusableSetting(name: name, reason: "it is not a URL")
    }
    self.text = Self.withoutSlashesAtEnd(text)
    authorization =
      user == nil && password == nil
      ? nil : .basic(user: user ?? "", password: .text(Secret(password ?? "")))
  }

  /// An address to which a path can be added.
  static func withoutSlashesAtEnd(_ text: String) -> String {
    var text = Substring(text)
    while text.hasSuffix("/") { text.removeLast() }
    return String(text)
  }
}
