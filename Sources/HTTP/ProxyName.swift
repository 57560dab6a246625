import Glibc

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
    // HTTP_PROXY in capitals can be set by whoever asks a CGI program; libcurl ignores it.
    let names =
      url.origin.hasPrefix("https:") ? ["https_proxy", "HTTPS_PROXY"] : ["http_proxy"]
    for name in names + ["all_proxy", "ALL_PROXY"] {
      if let value = getenv(name) { return shown(String(cString: value)) }
    }
    return nil
  }

  static func shown(_ proxy: String) -> String? {
    let scheme = proxy.firstRange(of: "://").map { proxy[..<$0.upperBound] } ?? ""
    // Whatever stands before the last @ may be a part of a password.
    let place = proxy.dropFirst(scheme.count).split(separator: "@").last ?? ""
    let authority = place.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    return authority.isEmpty ? nil : String(scheme + authority)
  }
}
