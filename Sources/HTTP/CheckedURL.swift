internal import CCurl

/// An absolute `http` or `https` address, read by libcurl itself, so that what is shown and checked
/// here is what it connects to.
struct CheckedURL: Sendable, Equatable {
  /// The address as libcurl gets it, user info and query included.
  let text: String
  /// The host; IPv6 addresses in brackets.
  let host: String
  /// The port, by default that of the scheme.
  let port: String
  /// Scheme, host, and the port where it was given.
  let origin: String
  /// The origin and the path.
  let shown: String
  /// Whether it is reached over TLS.
  var isSecure: Bool { origin.hasPrefix("https:") }
  /// Host, and the port where it was given, as the `Host` field has it.
  let authority: String

  /// Reads an address.
  ///
  /// - Parameter text: The address, percent-encoded.
  /// - Throws: `HTTPError.invalidURL` if it cannot be read or has another scheme.
  init(_ text: String) throws(HTTPError) {
    let parts = URLParts()
    if let problem = parts.set(CURLUPART_URL, text) {
      throw .invalidURL(url: CheckedURL.withoutSecrets(text), reason: problem)
    }
    let scheme = parts[CURLUPART_SCHEME] ?? ""
    guard scheme == "http" || scheme == "https", let host = parts[CURLUPART_HOST] else {
      throw .invalidURL(
        url: CheckedURL.withoutSecrets(text), reason: "it has to begin with http:// or https://")
    }
    self.text = text
    self.host = host
    port = parts[CURLUPART_PORT] ?? (scheme == "https" ? "443" : "80")
    authority = parts[CURLUPART_PORT].map { "\(host):\($0)" } ?? host
    origin = "\(scheme)://\(authority)"
    let path = parts[CURLUPART_PATH] ?? "/"
    shown = path == "/" ? origin : origin + path
  }

  /// The same address with another host.
  func replacingHost(with name: String) throws(HTTPError) -> CheckedURL {
    let parts = URLParts()
    let problem = parts.set(CURLUPART_URL, text) ?? parts.set(CURLUPART_HOST, name)
    guard problem == nil, let replaced = parts[CURLUPART_URL] else {
      throw .invalidURL(url: shown, reason: "the server name \(name) is not a host name")
    }
    return try CheckedURL(replaced)
  }

  /// Where a reference found in an answer from this address points; `nil` if it is no address.
  func resolving(_ reference: String) -> String? {
    let parts = URLParts()
    guard parts.set(CURLUPART_URL, text) == nil, parts.set(CURLUPART_URL, reference) == nil,
      let absolute = parts[CURLUPART_URL]
    else { return nil }
    return CheckedURL.shown(absolute)
  }

  /// An address as messages may show it.
  static func shown(_ text: String) -> String {
    do { return try CheckedURL(text).shown } catch { return withoutSecrets(text) }
  }

  /// An address that could not be read, less what might be a password or a token in it.
  private static func withoutSecrets(_ text: String) -> String {
    guard !text.contains("@") else { return "<redacted>" }
    let visible = text.prefix { $0 != "?" && $0 != "#" }
    return "\"" + String(visible.unicodeScalars.map { $0.value < 32 ? " " : Character($0) }) + "\""
  }
}

/// The parts of an address, as libcurl's own parser sees them.
private final class URLParts {
  private let handle = curl_url()

  deinit { curl_url_cleanup(handle) }

  /// Sets a part and returns what is wrong with it, if anything.
  func set(_ part: CURLUPart, _ text: String) -> String? {
    guard !text.utf8.contains(0) else { return "it has a zero byte" }
    let code = curl_url_set(handle, part, text, 0)
    guard code != CURLUE_OK else { return nil }
    if code == CURLUE_UNSUPPORTED_SCHEME || code == CURLUE_BAD_SCHEME {
      return "it has to begin with http:// or https://"
    }
    return String(cString: curl_url_strerror(code)).withLowercaseStart
  }

  subscript(part: CURLUPart) -> String? {
    var text: UnsafeMutablePointer<CChar>?
    guard curl_url_get(handle, part, &text, 0) == CURLUE_OK, let text else { return nil }
    defer { curl_free(text) }
    return String(cString: text)
  }
}

extension String {
  /// The text on one line, as a part of a message: no control characters, no capital to begin with
  /// unless the word is written in capitals.
  var withLowercaseStart: String {
    let line = String(unicodeScalars.prefix(300).map { $0.value < 32 ? " " : Character($0) })
    guard let first = line.first, let second = line.dropFirst().first, second.isLowercase else {
      return line
    }
    return first.lowercased() + line.dropFirst()
  }
}
