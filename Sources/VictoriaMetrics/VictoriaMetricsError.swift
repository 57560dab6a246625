import HTTP

/// Why VictoriaMetrics gave no answer that can be used.
public enum VictoriaMetricsError: Error, Equatable, CustomStringConvertible {
  /// The server could not be reached, or broke off.
  case unreachable(HTTPError)
  /// The server refused the query.
  case refused(server: String, status: Int, message: String)
  /// The server points elsewhere.
  case redirected(server: String, to: String)
  /// The answer is not what VictoriaMetrics sends.
  case unreadable(server: String, reason: String)
  /// Some of the storage nodes did not answer.
  case partial(server: String)
  /// The server warns that the answer may not be complete.
  case warned(server: String, warnings: [String])
  /// The answer has more bytes than allowed.
  case tooLarge(server: String, limitBytes: Int)
  /// The answer has more series than allowed.
  case tooManySeries(server: String, limit: Int)
  /// A setting of the connection cannot be used.
  case unusableSetting(name: String, reason: String)

  private static let credentialsHint =
    "; check the user (ANALYZE_VICTORIA_METRICS_USERNAME and ANALYZE_VICTORIA_METRICS_PASSWORD_FILE) "
    + "or the token (ANALYZE_VICTORIA_METRICS_TOKEN_FILE), or the same under victoriaMetrics in "
    + "analyze.yaml"

  /// What is done with the server.
  public enum Use: Sendable {
    /// It is asked.
    case query
    /// Samples are written to it.
    case write

    var verb: String { self == .query ? "query" : "write to" }
    var option: String { self == .query ? "--victoria-metrics" : "--to-victoria-metrics" }
    var interface: String { self == .query ? "query API" : "import API" }
  }

  /// What could not be asked, why, and what to do.
  public var description: String { description(of: .query) }

  /// What could not be done, why, and what to do.
  ///
  /// - Parameter use: What was done with the server.
  /// - Returns: One line.
  public func description(of use: Use) -> String {
    switch self {
    case .unreachable(let error) where error.concernsProxy:
      "cannot \(use.verb) VictoriaMetrics: \(error); check http_proxy, https_proxy and no_proxy in the "
        + "environment"
    case .unreachable(let error):
      "cannot \(use.verb) VictoriaMetrics: \(error); check \(use.option) and that it is running"
    case .refused(let server, let status, let message):
      "cannot \(use.verb) VictoriaMetrics at \(server): it answered \(status): \(message)"
        + ([401, 403].contains(status) ? Self.credentialsHint : "")
    case .redirected(let server, let target):
      "cannot \(use.verb) VictoriaMetrics at \(server): it redirects to \(target); give that address "
        + "with \(use.option)"
    case .unreadable(let server, let reason):
      "cannot \(use.verb) VictoriaMetrics at \(server): the answer is not one of its \(use.interface) "
        + "(\(reason)); check \(use.option)"
    case .partial(let server):
      "cannot use the answer of VictoriaMetrics at \(server): it is partial (some storage nodes "
        + "did not answer); nothing was stored, try again when all nodes are up"
    case .warned(let server, let warnings):
      "cannot use the answer of VictoriaMetrics at \(server): it comes with a warning "
        + "(\(warnings.map(\.onOneLine).joined(separator: "; "))); nothing was stored, try "
        + "again when the cause is gone"
    case .tooLarge(let server, let limitBytes):
      "cannot use the answer of VictoriaMetrics at \(server): it is larger than \(limitBytes) "
        + "bytes; ask for a shorter time or a longer step, or for fewer series"
    case .tooManySeries(let server, let limit):
      "cannot use the answer of VictoriaMetrics at \(server): it has more than \(limit) series; "
        + "narrow the selector, or sum by fewer labels"
    case .unusableSetting(let name, let reason):
      "cannot connect to VictoriaMetrics: \(name) cannot be used: \(reason)"
    }
  }
}
