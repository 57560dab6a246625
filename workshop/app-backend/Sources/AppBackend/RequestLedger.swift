import Synchronization

/// Counts the requests for `/`: those that came, those that are open, and the answers by code.
final class RequestLedger: Sendable {
  private struct Counts {
    var started = 0
    var open = 0
    var answeredByCode = [200: 0, 500: 0]
  }

  private let counts = Mutex(Counts())

  /// How many requests came so far.
  var started: Int { counts.withLock { $0.started } }

  /// How many requests came and were not answered yet.
  var open: Int { counts.withLock { $0.open } }

  /// Counts a request that came, and returns its number, from 1.
  func start() -> Int {
    counts.withLock { counts in
      counts.started += 1
      counts.open += 1
      return counts.started
    }
  }

  /// Counts the answer to a request that was started.
  func answer(code: Int) {
    counts.withLock { counts in
      counts.open -= 1
      counts.answeredByCode[code, default: 0] += 1
    }
  }

  /// The counts in the text format of Prometheus.
  ///
  /// Source: https://prometheus.io/docs/instrumenting/exposition_formats/
  func metrics(version: String) -> String {
    let counts = counts.withLock { $0 }
    let answered = counts.answeredByCode.sorted { $0.key < $1.key }.map { code, count in
      "app_backend_requests_total{version=\"\(version)\",code=\"\(code)\"} \(count)\n"
    }
    return """
      # HELP app_backend_requests_total Requests for / that were answered, by response code.
      # TYPE app_backend_requests_total counter

      """ + answered.joined() + """
        # HELP app_backend_requests_open Requests for / that were not answered yet.
        # TYPE app_backend_requests_open gauge
        app_backend_requests_open{version="\(version)"} \(counts.open)

        """
  }
}
