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

  /// What could not be done, why, and what to do.
  public var description: String {
    switch self {
    case .unreachable(let error):
      "cannot query VictoriaMetrics: \(error); check --victoria-metrics and that it is running"
    case .refused(let server, let status, let message):
      "cannot query VictoriaMetrics at \(server): it answered \(status): \(message)"
    case .redirected(let server, let target):
      "cannot query VictoriaMetrics at \(server): it redirects to \(target); give that address "
        + "with --victoria-metrics"
    case .unreadable(let server, let reason):
      "cannot query VictoriaMetrics at \(server): the answer is not one of its query API "
        + "(\(reason)); check --victoria-metrics"
    case .partial(let server):
      "cannot use the answer of VictoriaMetrics at \(server): it is partial (some storage nodes "
        + "did not answer); nothing was stored, try again when all nodes are up"
    }
  }
}
