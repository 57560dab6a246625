import Foundation
import HTTP
import TestSupport
import VictoriaMetrics

/// A VictoriaMetrics that counted 9 answers of v1 and 1 of v2 in every second, of which one of v2
/// in every 15 s was an error.
enum SteadyTraffic {
  static let versions = [("v1", 9), ("v2", 1)]

  /// The answer to a query.
  static func answer(to request: FaultServer.Request) -> [FaultServer.Step] {
    let form = form(of: request)
    guard let query = form["query"], let start = form["start"].flatMap(Int.init),
      let end = form["end"].flatMap(Int.init),
      let step = form["step"].flatMap({ Int($0.dropLast()) })
    else { return [.respond(400, text: "not a query")] }
    let ends = Array(stride(from: start, through: end, by: step))
    let series =
      query.contains("istio_requests_total")
      ? versions.flatMap { requests($0, perSecond: $1, step: step, ends: ends) }
      : versions.flatMap { durations($0, perSecond: $1, step: step, ends: ends) }
    return [.respond(text: matrix(series))]
  }

  /// The fields of the form that a query came in.
  static func form(of request: FaultServer.Request) -> [String: String] {
    let fields = String(decoding: request.body, as: UTF8.self).split(separator: "&").map {
      $0.split(separator: "=", maxSplits: 1).map(String.init)
    }
    return Dictionary(
      uniqueKeysWithValues: fields.map { ($0[0], $0.last?.removingPercentEncoding ?? "") })
  }

  /// A whole answer with these series.
  static func matrix(_ series: [String]) -> String {
    #"{"status":"success","data":{"resultType":"matrix","result":[\#(series.joined(separator: ","))]}}"#
  }

  /// One series in JSON: the same value at every end.
  static func series(
    _ version: String, _ label: String, _ value: (Int) -> Int, ends: [Int]
  ) -> String {
    let values = ends.map { "[\($0),\"\(value($0))\"]" }.joined(separator: ",")
    return """
      {"metric":{"reporter":"source","destination_service_name":"app-backend",\
      "destination_service_namespace":"istio","destination_version":"\(version)",\(label)},\
      "values":[\(values)]}
      """
  }

  private static func requests(
    _ version: String, perSecond: Int, step: Int, ends: [Int]
  ) -> [String] {
    let all = perSecond * step
    func errors(_ end: Int) -> Int { version == "v2" ? end / 15 - (end - step) / 15 : 0 }
    return [
      series(version, #""response_code":"200""#, { all - errors($0) }, ends: ends),
      series(version, #""response_code":"503""#, errors, ends: ends),
    ]
  }

  private static func durations(
    _ version: String, perSecond: Int, step: Int, ends: [Int]
  ) -> [String] {
    let all = perSecond * step
    return [("5", all / 3), ("10", all), ("+Inf", all)].map { bound, count in
      series(version, #""le":"\#(bound)""#, { _ in count }, ends: ends)
    }
  }
}

extension HTTPClient {
  /// A client that uses no proxy, whatever the environment says.
  static func direct() -> HTTPClient {
    HTTPClient(configuration: HTTPClientConfiguration(proxyURL: Secret("")))
  }
}
