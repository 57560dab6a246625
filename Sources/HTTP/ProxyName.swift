import Foundation

/// The proxy through which libcurl goes to an address, as messages may name it: without a user, a
/// password, or a path.
enum ProxyName {
  /// Finds the proxy; whether the host is exempt from it (`no_proxy`) is left to libcurl.
  ///
  /// **Source:** https://curl.se/libcurl/c/CURLOPT_PROXY.html, "Environment variables"
  ///
  /// - Parameters:
  ///   - url: Where the request goes.
  ///   - configured: What the client was given, which the environment does not change.
  /// - Returns: Such as `http://proxy:3128`; `nil` if there is no proxy.
  static func of(_ url: CheckedURL, configured: Secret?) -> String? {
    if let configured { return shown(configured.revealed) }
    let names = (url.isSecure ? encryptedNames : plainNames) + anyNames
    return fromEnvironment(names).first.flatMap(shown)
  }

  // HTTP_PROXY in capitals can be set by whoever asks a CGI program; libcurl ignores it.
  private static let plainNames = ["http_proxy"]
  private static let encryptedNames = ["https_proxy", "HTTPS_PROXY"]
  private static let anyNames = ["all_proxy", "ALL_PROXY"]

  private static func fromEnvironment(_ names: [String]) -> [String] {
    names.compactMap { name in getenv(name).map { String(cString: $0) } }
  }

  /// The passwords in the addresses of all proxies that may be used, as they are written and sent.
  ///
  /// - Parameter configured: What the client was given, which the environment does not change.
  /// - Returns: None where no proxy wants one.
  static func credentials(configured: Secret?) -> [Secret] {
    let proxies =
      configured.map { [$0.revealed] } ?? fromEnvironment(plainNames + encryptedNames + anyNames)
    return proxies.flatMap { proxy -> [Secret] in
      let place = proxy.firstRange(of: "://").map { proxy[$0.upperBound...] } ?? proxy[...]
      guard let end = place.lastIndex(of: "@") else { return [] }
      let parts = place[..<end].split(
        separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { return [] }
      let (user, password) = (parts[0].percentDecoded, parts[1].percentDecoded)
      return [
        Secret(String(parts[1])), Secret(password),
        HTTPAuthorization.basicCredentials(user: user, password: Secret(password)),
      ]
    }
  }

  static func shown(_ proxy: String) -> String? {
    let scheme = proxy.firstRange(of: "://").map { proxy[..<$0.upperBound] } ?? ""
    // Whatever stands before the last @ may be a part of a password.
    let place = proxy.dropFirst(scheme.count).split(separator: "@").last ?? ""
    let authority = place.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    return authority.isEmpty ? nil : String(scheme + authority)
  }
}

extension Substring {
  fileprivate var percentDecoded: String { removingPercentEncoding ?? String(self) }
}
