import Rollouts

/// The key `policy`, as it is written; what is left out is as in the policy of all targets, or else
/// as in the standard one.
struct PolicyContent: Decodable {
  let baseline: String?
  let canaries: [String]?
  let falseBlockBound: Double?
  let falsePromoteBound: Double?
  let reporter: String?
  let errorResponses: [String]?
  let warmUp: String?
  let canaryWarmUp: String?
  let minimumRequests: Int?
  let maximumDataAge: String?
  let strict: Bool?
  let retries: Int?
  let checks: [PolicyCheckContent]?

  enum CodingKeys: String, CodingKey, CaseIterable {
    case baseline, canaries, falseBlockBound, falsePromoteBound, reporter, errorResponses, warmUp,
      canaryWarmUp
    case minimumRequests, maximumDataAge, strict, retries, checks
  }

  init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownKeys(CodingKeys.allCases)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    baseline = try container.decodeIfPresent(String.self, forKey: .baseline)
    canaries = try container.decodeIfPresent([String].self, forKey: .canaries)
    falseBlockBound = try container.decodeIfPresent(Double.self, forKey: .falseBlockBound)
    falsePromoteBound = try container.decodeIfPresent(Double.self, forKey: .falsePromoteBound)
    reporter = try container.decodeIfPresent(String.self, forKey: .reporter)
    errorResponses = try container.decodeIfPresent([String].self, forKey: .errorResponses)
    warmUp = try container.decodeIfPresent(String.self, forKey: .warmUp)
    canaryWarmUp = try container.decodeIfPresent(String.self, forKey: .canaryWarmUp)
    minimumRequests = try container.decodeIfPresent(Int.self, forKey: .minimumRequests)
    maximumDataAge = try container.decodeIfPresent(String.self, forKey: .maximumDataAge)
    strict = try container.decodeIfPresent(Bool.self, forKey: .strict)
    retries = try container.decodeIfPresent(Int.self, forKey: .retries)
    checks = try container.decodeIfPresent([PolicyCheckContent].self, forKey: .checks)
  }

  /// The policy, with what is left out taken from another.
  ///
  /// - Parameters:
  ///   - general: The policy to begin with.
  ///   - place: Where the key stands, for error messages.
  /// - Returns: The policy.
  /// - Throws: A `ConfigurationError` that names the key that is wrong.
  func checked(over general: Policy, place: String) throws(ConfigurationError) -> Policy {
    let place = place + "policy."
    var policy = general
    policy.baseline = baseline ?? general.baseline
    policy.canaries = canaries ?? general.canaries
    policy.isStrict = strict ?? general.isStrict
    if let falseBlockBound {
      policy.falseBlockBound = try Self.bound(falseBlockBound, "falseBlockBound", place)
    }
    if let falsePromoteBound {
      policy.falsePromoteBound = try Self.bound(falsePromoteBound, "falsePromoteBound", place)
    }
    if let reporter {
      guard let known = Reporter(rawValue: reporter) else {
        throw ConfigurationError(
          place + "reporter is \"\(reporter)\"; write source or destination")
      }
      policy.reporter = known
    }
    if let errorResponses {
      policy.errorResponses = try Self.errorResponses(errorResponses, place: place)
    }
    if let warmUp { policy.warmUp = try Self.duration(warmUp, "warmUp", place) }
    if let canaryWarmUp {
      policy.canaryWarmUp = try Self.duration(canaryWarmUp, "canaryWarmUp", place)
    }
    if let maximumDataAge {
      policy.maximumDataAge = try Self.duration(maximumDataAge, "maximumDataAge", place)
    }
    if let minimumRequests {
      policy.minimumRequests = try Self.count(minimumRequests, "minimumRequests", place)
    }
    if let retries { policy.retries = try Self.count(retries, "retries", place) }
    if let checks { policy.checks = try Self.checks(checks, place: place) }
    if let baseline = policy.baseline, policy.canaries?.contains(baseline) == true {
      throw ConfigurationError(
        place + "canaries has the baseline \(baseline); a version is one or the other")
    }
    return policy
  }

  private static func checks(
    _ contents: [PolicyCheckContent], place: String
  ) throws(ConfigurationError) -> [PolicyCheck] {
    guard !contents.isEmpty else {
      throw ConfigurationError(
        place + "checks is empty; leave the key out for the standard checks, or name one")
    }
    var checks: [PolicyCheck] = []
    for content in contents {
      let check = try content.checked(place: place)
      guard !checks.contains(where: { $0.name == check.name }) else {
        throw ConfigurationError(
          place + "checks: two have the name \"\(check.name)\"; give one another with name:")
      }
      checks.append(check)
    }
    guard checks.contains(where: \.isRequiredOfCanary) else {
      throw ConfigurationError(
        place + "checks: none that judges the canary is required, so that every canary would pass; "
          + "require errors, latency, limit or custom")
    }
    return checks
  }

  private static func errorResponses(
    _ texts: [String], place: String
  ) throws(ConfigurationError) -> ErrorResponses {
    let responses = ErrorResponses(words: texts)
    let wrongCodes = responses.codes.filter {
      $0.count != 3 || Int($0).map((100...599).contains) != true
    }
    let wrongStatuses = responses.grpcStatuses.filter { UInt8($0).map(String.init) != $0 }
    let wrong = wrongCodes + wrongStatuses.map { "grpc-\($0)" }
    guard let first = wrong.min() else { return responses }
    throw ConfigurationError(
      place + "errorResponses has \"\(first)\"; write a class (4xx, 5xx, noResponse), a status "
        + "code (429) or a gRPC status (grpc-8)")
  }

  private static func bound(
    _ value: Double, _ key: String, _ place: String
  ) throws(ConfigurationError) -> Double {
    guard value > 0, value <= 0.5 else {
      throw ConfigurationError(
        place + "\(key) is \(value); write a probability above 0 and at most 0.5, such as 0.05")
    }
    return value
  }

  private static func count(
    _ value: Int, _ key: String, _ place: String
  ) throws(ConfigurationError) -> Int {
    guard value >= 0 else {
      throw ConfigurationError(place + "\(key) is \(value); write 0 or more")
    }
    return value
  }

  private static func duration(
    _ text: String, _ key: String, _ place: String
  ) throws(ConfigurationError) -> Duration {
    guard let duration = Duration(text: text) else {
      throw ConfigurationError(
        place + "\(key) is \"\(text)\"; write a duration such as 15s or 5m")
    }
    return duration
  }
}

extension PolicyCheck {
  /// Whether a canary must meet it; the traffic split is a demand on the data.
  fileprivate var isRequiredOfCanary: Bool {
    if case .trafficSplit = demand { return false }
    return requirement != .informative
  }
}
