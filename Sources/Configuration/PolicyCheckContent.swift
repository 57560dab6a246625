import Rollouts

/// An entry of `policy.checks`, as it is written.
struct PolicyCheckContent: Decodable {
  let check: String
  let name: String?
  let required: Bool?
  let atMost: RiseContent?
  let quantile: Double?
  let bound: String?
  let tolerance: Double?
  let errors: Double?
  let latency: String?
  let good: String?
  let bad: String?

  /// The key `atMost`, as it is written.
  struct RiseContent: Decodable {
    let ratio: Double?
    let points: Double?

    enum CodingKeys: String, CodingKey, CaseIterable {
      case ratio, points
    }

    init(from decoder: any Decoder) throws {
      try decoder.refuseUnknownKeys(CodingKeys.allCases)
      let container = try decoder.container(keyedBy: CodingKeys.self)
      ratio = try container.decodeIfPresent(Double.self, forKey: .ratio)
      points = try container.decodeIfPresent(Double.self, forKey: .points)
    }
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case check, name, required, atMost, quantile, bound, tolerance, errors, latency, good, bad
  }

  private static let keysByCheck: [String: Set<CodingKeys>] = [
    "errors": [.atMost],
    "latency": [.atMost, .quantile, .bound],
    "traffic-split": [.tolerance],
    "limit": [.errors, .quantile, .latency],
    "custom": [.atMost, .good, .bad],
  ]

  init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownKeys(CodingKeys.allCases)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    check = try container.decode(String.self, forKey: .check)
    guard let known = Self.keysByCheck[check] else {
      throw DecodingError.dataCorruptedError(
        forKey: .check, in: container,
        debugDescription: "the check \"\(check)\" is not known; the checks are "
          + Self.keysByCheck.keys.sorted().joined(separator: ", "))
    }
    let common: Set<CodingKeys> = [.check, .name, .required]
    if let stray = container.allKeys.first(where: { !known.union(common).contains($0) }) {
      throw DecodingError.dataCorruptedError(
        forKey: stray, in: container,
        debugDescription: "the check \(check) has no key \"\(stray.stringValue)\"; its keys are "
          + known.union(common).map(\.stringValue).sorted().joined(separator: ", "))
    }
    name = try container.decodeIfPresent(String.self, forKey: .name)
    required = try container.decodeIfPresent(Bool.self, forKey: .required)
    atMost = try container.decodeIfPresent(RiseContent.self, forKey: .atMost)
    quantile = try container.decodeIfPresent(Double.self, forKey: .quantile)
    bound = try container.decodeIfPresent(String.self, forKey: .bound)
    tolerance = try container.decodeIfPresent(Double.self, forKey: .tolerance)
    errors = try container.decodeIfPresent(Double.self, forKey: .errors)
    latency = try container.decodeIfPresent(String.self, forKey: .latency)
    good = try container.decodeIfPresent(String.self, forKey: .good)
    bad = try container.decodeIfPresent(String.self, forKey: .bad)
  }

  func checked(place: String) throws(ConfigurationError) -> PolicyCheck {
    let name = name ?? check
    let place = place + "checks, \(name): "
    guard !name.isEmpty else {
      throw ConfigurationError(place + "a name is empty; leave it out or give it one")
    }
    return PolicyCheck(
      name: name, demand: try demand(place: place),
      requirement: required ?? true ? .required : .informative)
  }

  private func demand(place: String) throws(ConfigurationError) -> PolicyCheck.Demand {
    switch check {
    case "errors": .errors(try rise(over: .errors, place: place))
    case "latency":
      .latency(
        LatencyDemand(
          atMost: try rise(over: .latency, place: place), at: try slowness(place: place)))
    case "traffic-split": .trafficSplit(oddsTolerance: try oddsTolerance(place: place))
    case "limit": .limit(try limit(place: place))
    default: .custom(try custom(place: place))
    }
  }

  private func rise(
    over standard: ToleratedRise, place: String
  ) throws(ConfigurationError) -> ToleratedRise {
    let rise = ToleratedRise(
      ratio: atMost?.ratio ?? standard.ratio, points: atMost?.points ?? standard.points)
    guard rise.ratio > 0, rise.ratio.isFinite else {
      throw ConfigurationError(
        place + "atMost.ratio is \(rise.ratio); write a factor above 0, such as 1.25")
    }
    guard rise.points >= 0, rise.points < 1 else {
      throw ConfigurationError(
        place + "atMost.points is \(rise.points); write a fraction of 1, such as 0.001 for 0.1 "
          + "percentage points")
    }
    return rise
  }

  private func slowness(place: String) throws(ConfigurationError) -> LatencyDemand.Slowness {
    switch (quantile, bound) {
    case (nil, nil): return .everyBound
    case (let quantile?, nil): return .quantile(try Self.quantile(quantile, place: place))
    case (nil, let bound?):
      return .milliseconds(try Self.milliseconds(bound, "bound", place: place))
    default: throw ConfigurationError(place + "quantile and bound exclude each other")
    }
  }

  private func oddsTolerance(place: String) throws(ConfigurationError) -> Double {
    let tolerance = tolerance ?? 0.05
    guard tolerance >= 0, tolerance.isFinite else {
      throw ConfigurationError(
        place + "tolerance is \(tolerance); write 0 or more, such as 0.05 for 5 % of the odds")
    }
    return tolerance
  }

  private func limit(place: String) throws(ConfigurationError) -> Limit {
    switch (errors, quantile, latency) {
    case (let rate?, nil, nil):
      guard rate > 0, rate < 1 else {
        throw ConfigurationError(
          place + "errors is \(rate); write a fraction between 0 and 1, such as 0.01")
      }
      return .errorRate(rate)
    case (nil, let quantile?, let latency?):
      return .latency(
        quantile: try Self.quantile(quantile, place: place),
        milliseconds: try Self.milliseconds(latency, "latency", place: place))
    default:
      throw ConfigurationError(
        place + "write either errors: 0.01, or quantile: 0.99 and latency: 500ms")
    }
  }

  private func custom(place: String) throws(ConfigurationError) -> CustomCounts {
    guard let good, let bad else {
      throw ConfigurationError(place + "good and bad are missing; write a query for each")
    }
    for (key, query) in [("good", good), ("bad", bad)] where !query.contains("{{step}}") {
      throw ConfigurationError(
        place + "\(key) has no {{step}}; write increase(METRIC{…}[{{step}}]), so that it counts "
          + "each interval")
    }
    return CustomCounts(good: good, bad: bad, atMost: try rise(over: .errors, place: place))
  }

  private static func quantile(
    _ value: Double, place: String
  ) throws(ConfigurationError) -> Double {
    guard value > 0, value < 1 else {
      throw ConfigurationError(
        place + "quantile is \(value); write a fraction between 0 and 1, such as 0.99")
    }
    return value
  }

  private static func milliseconds(
    _ text: String, _ key: String, place: String
  ) throws(ConfigurationError) -> Double {
    guard let duration = Duration(text: text), duration > .zero else {
      throw ConfigurationError(
        place + "\(key) is \"\(text)\"; write a duration such as 250ms or 2s")
    }
    return Double(duration.wholeMilliseconds)
  }
}
