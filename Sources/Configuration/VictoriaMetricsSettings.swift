/// How VictoriaMetrics is reached, beside its address; secrets are named by file only.
public struct VictoriaMetricsSettings: Sendable, Equatable {
  /// A user, for basic authentication.
  public var username: String?
  /// The file that holds the user's password.
  public var passwordFile: String?
  /// The file that holds a bearer token.
  public var tokenFile: String?
  /// Header fields to send, such as a tenant; not for secrets.
  public var headers: [String: String] = [:]
  /// Header fields whose values are in files.
  public var headerFiles: [String: String] = [:]
  /// The file with the certificates of the authorities to trust.
  public var certificateAuthority: String?
  /// The file with a client certificate.
  public var clientCertificate: String?
  /// The file with its key.
  public var clientKey: String?
  /// The name that the server's certificate must have, where it is not the host's.
  public var serverName: String?

  /// Nothing beside the address.
  public init() {}
}

/// The key `victoriaMetrics`, as it is written: an address, or an address with settings.
struct VictoriaMetricsContent: Decodable {
  let url: String
  var settings = VictoriaMetricsSettings()

  enum CodingKeys: String, CodingKey, CaseIterable {
    case url, username, passwordFile, tokenFile, headers, headerFiles, certificateAuthority
    case clientCertificate, clientKey, serverName
  }

  init(from decoder: any Decoder) throws {
    if let address = try? decoder.singleValueContainer().decode(String.self) {
      url = address
      return
    }
    try decoder.refuseUnknownKeys(CodingKeys.allCases)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func text(_ key: CodingKeys) throws -> String? {
      try container.decodeIfPresent(String.self, forKey: key)
    }
    url = try container.decode(String.self, forKey: .url)
    settings.username = try text(.username)
    settings.passwordFile = try text(.passwordFile)
    settings.tokenFile = try text(.tokenFile)
    settings.headers =
      try container.decodeIfPresent([String: String].self, forKey: .headers) ?? [:]
    settings.headerFiles =
      try container.decodeIfPresent([String: String].self, forKey: .headerFiles) ?? [:]
    settings.certificateAuthority = try text(.certificateAuthority)
    settings.clientCertificate = try text(.clientCertificate)
    settings.clientKey = try text(.clientKey)
    settings.serverName = try text(.serverName)
  }

  func check(path: String) throws(ConfigurationError) {
    let place = "cannot use \(path): victoriaMetrics: "
    guard !holdsPassword else {
      throw ConfigurationError(
        place + "url holds a password, which whoever reads this file reads too; put it in a file "
          + "that passwordFile names, or in ANALYZE_VICTORIA_METRICS_PASSWORD, and the user in "
          + "username")
    }
    guard (settings.clientCertificate == nil) == (settings.clientKey == nil) else {
      throw ConfigurationError(place + "clientCertificate and clientKey go together")
    }
    guard settings.username == nil || settings.tokenFile == nil else {
      throw ConfigurationError(place + "username and tokenFile exclude each other")
    }
    guard settings.passwordFile == nil || settings.username != nil else {
      throw ConfigurationError(place + "passwordFile goes with username")
    }
  }

  /// Whether a user's password stands before the host, one that was not escaped among them.
  private var holdsPassword: Bool {
    let place = url.firstRange(of: "://").map { url[$0.upperBound...] } ?? url[...]
    let authority = place.prefix { !"/?#".contains($0) }
    if let end = authority.lastIndex(of: "@") { return authority[..<end].contains(":") }
    guard place.contains("@") else { return false }
    // The slash belongs to a password, unless a port stands before it.
    let behindAddress = authority.lastIndex(of: "]").map { authority[$0...] } ?? authority
    let port = behindAddress.lastIndex(of: ":").map { behindAddress[$0...].dropFirst() }
    return port.map { !$0.allSatisfy(\.isNumber) } ?? false
  }
}
