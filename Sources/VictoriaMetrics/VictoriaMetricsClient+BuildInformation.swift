import Foundation
import HTTP

extension VictoriaMetricsClient {
  /// Which version the server says it is, in the numbering of Prometheus' API.
  ///
  /// Source: https://prometheus.io/docs/prometheus/latest/querying/api/#build-information
  ///
  /// - Returns: The version as the server wrote it; `nil` if it names none, as VictoriaMetrics did
  ///   for long.
  /// - Throws: A `VictoriaMetricsError` if there is no such answer.
  public func buildInformation() async throws(VictoriaMetricsError) -> String? {
    let bytes = try await ask("/api/v1/status/buildinfo", nil) { body async throws(FailedAttempt) in
      try await wholeBody(body)
    }
    let decoded = Result { try JSONDecoder().decode(BuildAnswer.self, from: Data(bytes)) }
    guard case .success(let answer) = decoded, answer.status == "success" else {
      throw .unreadable(server: shownURL, reason: quotedFirstLine(of: bytes))
    }
    return answer.data.version.map(credentials.redacting)?.firstLineShown
  }

  private func wholeBody(_ body: HTTPBodyStream) async throws(FailedAttempt) -> [UInt8] {
    var bytes: [UInt8] = []
    do throws(HTTPError) {
      for try await chunk in body where bytes.count <= Self.maximumErrorBytes { bytes += chunk }
    } catch {
      throw failure(error)
    }
    guard bytes.count <= Self.maximumErrorBytes else {
      throw FailedAttempt(
        .unreadable(server: shownURL, reason: quotedFirstLine(of: bytes)))
    }
    return bytes
  }
}

private struct BuildAnswer: Decodable {
  struct Build: Decodable {
    let version: String?
  }

  let status: String
  let data: Build
}
