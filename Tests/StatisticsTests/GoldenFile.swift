import Foundation
import Statistics
import Testing

/// A value of the golden file, in which infinity is the string `inf`.
enum GoldenValue: Decodable, Sendable {
  case null
  case flag(Bool)
  case number(Double)
  case text(String)
  case list([GoldenValue])
  case object([String: GoldenValue])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let flag = try? container.decode(Bool.self) {
      self = .flag(flag)
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let list = try? container.decode([GoldenValue].self) {
      self = .list(list)
    } else {
      self = .object(try container.decode([String: GoldenValue].self))
    }
  }

  /// The value as numbers; a single number is a list of one.
  func numbers() throws -> [Double] {
    switch self {
    case .number(let number): [number]
    case .text("inf"): [.infinity]
    case .text("-inf"): [-.infinity]
    case .list(let list): try list.flatMap { try $0.numbers() }
    default: throw GoldenError.unexpectedValue
    }
  }

  /// The value as one list of whole numbers a row.
  func rows() throws -> [[Int]] {
    guard case .list(let rows) = self else { throw GoldenError.unexpectedValue }
    return try rows.map { try $0.numbers().map { Int($0) } }
  }
}

enum GoldenError: Error {
  case unexpectedValue
  case missing(String)
}

/// The functions of the golden file.
enum GoldenFunction: String, CaseIterable, Sendable {
  case twoSample = "log_e_two_sample"
  case swap = "log_e_swap"
  case ratioEstimate = "mh_ratio"
  case differenceEstimate = "mh_diff"
  case dispersion = "dispersion"
  case dispersionOfHistory = "dispersion_history"
  case ratioBounds = "cs_ratio"
  case differenceBounds = "cs_difference"
  case rateBounds = "cs_bernoulli"
  case limit = "one_sided_log_e"
  case trafficShare = "log_e_srm"
  case multinomialShare = "log_e_srm_dirichlet"
  case trafficShareDispersion = "dispersion_srm"
  case gate = "gate"
  case latency = "log_e_latency"
  case histogramBounds = "select_buckets"
  case quantileBounds = "quantile_bucket_bounds"
  case information = "info_two_sample"
  case informationWithKnownBaseline = "info_known_baseline"
}

/// One input and what the reference implementation made of it.
struct GoldenCase: Sendable, CustomTestStringConvertible {
  let function: GoldenFunction
  let series: String?
  let value: GoldenValue
  let inputs: [String: GoldenValue]
  let arguments: String

  var testDescription: String {
    "\(function.rawValue) \(series ?? "") \(arguments)"
  }

  func input(_ name: String) throws -> GoldenValue {
    guard let value = inputs[name] else { throw GoldenError.missing(name) }
    return value
  }

  func numbers(_ name: String) throws -> [Double] {
    try input(name).numbers()
  }

  func number(_ name: String) throws -> Double {
    guard let number = try numbers(name).first else { throw GoldenError.missing(name) }
    return number
  }

  func counts(_ name: String) throws -> [Int] {
    try numbers(name).map { Int($0) }
  }

  func flag(_ name: String) -> Bool {
    if case .flag(true) = inputs[name] { true } else { false }
  }

  func direction() throws -> Direction {
    switch try input("direction") {
    case .text("worse"): .worse
    case .text("better"): .better
    default: throw GoldenError.unexpectedValue
    }
  }

  func margin() throws -> Margin {
    try Margin(ratio: number("theta0"), points: number("delta"))
  }

  func strata() throws -> [Stratum] {
    let columns = try ["nc", "xc", "nb", "xb"].map { try counts($0) }
    return columns[0].indices.map { index in
      stratum(
        columns[1][index], of: columns[0][index], columns[3][index], of: columns[2][index])
    }
  }

  func shareStrata() throws -> [ShareStratum] {
    try zip(strata(), numbers("w")).map { stratum, weight in
      ShareStratum(
        canaryRequests: stratum.canary.requests, baselineRequests: stratum.baseline.requests,
        canaryWeight: weight)
    }
  }

  func latencyCounts() throws -> LatencyCounts {
    let canaryRequests = try counts("nc")
    let baselineRequests = try counts("nb")
    let canarySlow = try input("slow_c").rows()
    let baselineSlow = try input("slow_b").rows()
    var latencyCounts = LatencyCounts(boundCount: canarySlow.first?.count ?? 0)
    for index in canaryRequests.indices {
      latencyCounts.append(
        canaryRequests: canaryRequests[index], canarySlow: canarySlow[index],
        baselineRequests: baselineRequests[index], baselineSlow: baselineSlow[index])
    }
    return latencyCounts
  }
}

/// The golden file, read once.
enum GoldenFile {
  /// Every case of the file; one with an unknown function, series or shape makes all of them fail.
  static func cases() throws -> [GoldenCase] {
    try loaded.get()
  }

  static func cases(_ function: GoldenFunction) throws -> [GoldenCase] {
    try cases().filter { $0.function == function }
  }

  private struct File: Decodable {
    struct Case: Decodable {
      let fn: String
      let data: String?
      let args: [String: GoldenValue]
      let value: GoldenValue
    }
    let data: [String: [String: GoldenValue]]
    let cases: [Case]
  }

  private static let loaded = Result { try load() }

  private static func load() throws -> [GoldenCase] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
    let content = try Data(contentsOf: folder.appending(path: "Fixtures/golden.json"))
    let file = try JSONDecoder().decode(File.self, from: content)
    return try file.cases.map { entry in
      guard let function = GoldenFunction(rawValue: entry.fn) else {
        throw GoldenError.missing(entry.fn)
      }
      var inputs = entry.args
      if let name = entry.data {
        guard let series = file.data[name] else { throw GoldenError.missing(name) }
        inputs.merge(series) { argument, _ in argument }
      }
      let arguments = entry.args.keys.sorted().map { name in
        switch entry.args[name] {
        case .number(let number): "\(name) \(number)"
        case .text(let text): "\(name) \(text)"
        case .flag(let flag): "\(name) \(flag)"
        default: name
        }
      }
      return GoldenCase(
        function: function, series: entry.data, value: entry.value, inputs: inputs,
        arguments: arguments.joined(separator: ", "))
    }
  }
}
