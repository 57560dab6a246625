import Configuration
import Foundation
import HTTP
import VictoriaMetrics

/// Makes the client of VictoriaMetrics of the address and the settings.
enum VictoriaMetricsAccess {
  /// The client.
  ///
  /// A password or token of the environment goes before a file of the configuration.
  static func client(
    url: String, _ settings: VictoriaMetricsSettings
  ) throws(CommandFailure) -> VictoriaMetricsClient {
    do {
      var connection = try VictoriaMetricsConnection(
        baseURL: url, authorization: authorization(settings),
        headers: settings.headers.mapValues { .text(Secret($0)) }
          .merging(settings.headerFiles.mapValues(SecretSource.file)) { _, file in file })
      connection.security = TransportSecurity(
        certificateAuthorities: settings.certificateAuthority.map(PEMSource.file),
        clientCertificate: clientCertificate(settings), serverName: settings.serverName)
      connection.now = { Date.now }
      return VictoriaMetricsClient(
        connection: connection, userAgent: "analyze/\(ToolVersion.current)")
    } catch {
      throw CommandFailure(.configuration, error.description)
    }
  }

  /// Refuses an address with a password that stands among the arguments of the program.
  ///
  /// - Parameters:
  ///   - url: The address.
  ///   - option: The option that gave it.
  /// - Throws: A `CommandFailure` that says where the password belongs.
  static func refusePassword(in url: String?, of option: String) throws(CommandFailure) {
    guard let url, URLComponents(string: url)?.password != nil else { return }
    throw CommandFailure(
      .configuration,
      "cannot take a password from \(option): whoever lists the processes of this machine reads it; "
        + "put it in a file that ANALYZE_VICTORIA_METRICS_PASSWORD_FILE names, and the user in "
        + "ANALYZE_VICTORIA_METRICS_USERNAME")
  }

  private static func authorization(
    _ settings: VictoriaMetricsSettings
  ) -> VictoriaMetricsAuthorization? {
    if let token = Environment["ANALYZE_VICTORIA_METRICS_TOKEN"] {
      return .bearer(.text(Secret(token)))
    }
    if let path = Environment["ANALYZE_VICTORIA_METRICS_TOKEN_FILE"] ?? settings.tokenFile {
      return .bearer(.file(path: path))
    }
    guard let user = Environment["ANALYZE_VICTORIA_METRICS_USERNAME"] ?? settings.username else {
      return nil
    }
    if let password = Environment["ANALYZE_VICTORIA_METRICS_PASSWORD"] {
      return .basic(user: user, password: .text(Secret(password)))
    }
    let file = Environment["ANALYZE_VICTORIA_METRICS_PASSWORD_FILE"] ?? settings.passwordFile
    return .basic(user: user, password: file.map(SecretSource.file) ?? .text(Secret("")))
  }

  private static func clientCertificate(
    _ settings: VictoriaMetricsSettings
  ) -> ClientCertificate? {
    guard let certificate = settings.clientCertificate, let key = settings.clientKey else {
      return nil
    }
    return ClientCertificate(certificate: .file(certificate), key: .file(key))
  }
}
