import Foundation
import HTTP

/// Asks VictoriaMetrics.
public struct VictoriaMetricsClient: Sendable {
  private let baseURL: String
  private let http: HTTPClient

  /// A client of the server at a base URL, with any path prefix such as `/select/0/prometheus`.
  public init(baseURL: String, http: HTTPClient) {
    self.baseURL = baseURL.hasSuffix("/") ? String(baseURL.dropLast()) : baseURL
    self.http = http
  }

  /// Evaluates a query at the points start, start + step, … up to end, past the server's cache.
  ///
  /// - Parameters:
  ///   - query: MetricsQL.
  ///   - startSeconds: The first point, in seconds since 1970; on the step's grid.
  ///   - endSeconds: The last point, in seconds since 1970.
  ///   - stepSeconds: The distance of two points; at least 1.
  /// - Returns: A series for each set of labels.
  /// - Throws: A `VictoriaMetricsError`; also where the answer is not complete.
  public func queryRange(
    _ query: String, startSeconds: Int64, endSeconds: Int64, stepSeconds: Int
  ) async throws(VictoriaMetricsError) -> [RangeSeries] {
    let form = [
      ("query", query), ("start", "\(startSeconds)"), ("end", "\(endSeconds)"),
      ("step", "\(stepSeconds)s"), ("nocache", "1"),
    ]
    let response: HTTPResponse
    do {
      response = try await http.send(
        HTTPRequest(
          method: "POST", url: baseURL + "/api/v1/query_range",
          headers: ["Content-Type": "application/x-www-form-urlencoded"],
          body: Array(Self.encoded(form).utf8)))
    } catch {
      throw .unreachable(error)
    }
    return try read(response)
  }

  private func read(_ response: HTTPResponse) throws(VictoriaMetricsError) -> [RangeSeries] {
    if let target = response.redirectTarget {
      throw .redirected(server: shownURL, to: target)
    }
    let decoded = Result { try JSONDecoder().decode(RangeAnswer.self, from: Data(response.body)) }
    guard response.status == 200 else {
      let message = (try? decoded.get())?.error?.onOneLine ?? response.firstLine
      throw .refused(server: shownURL, status: response.status, message: message)
    }
    guard case .success(let answer) = decoded else {
      throw .unreadable(server: shownURL, reason: "\"\(response.firstLine)\"")
    }
    if let error = answer.error {
      throw .refused(server: shownURL, status: response.status, message: error.onOneLine)
    }
    guard answer.isPartial != true else { throw .partial(server: shownURL) }
    guard answer.status == "success", let data = answer.data, data.resultType == "matrix" else {
      throw .unreadable(server: shownURL, reason: "no matrix of values")
    }
    return data.result
  }

  private var shownURL: String { HTTPRequest(url: baseURL).shownURL }

  private static func encoded(_ form: [(String, String)]) -> String {
    form.map { name, value in
      // What RFC 3986 calls unreserved stays; everything else is escaped.
      let unreserved = CharacterSet(charactersIn: "-._~").union(.alphanumerics)
        .intersection(CharacterSet(charactersIn: "\u{0}"..."\u{7F}"))
      let escaped = value.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
      return "\(name)=\(escaped)"
    }.joined(separator: "&")
  }
}
