/// What a gate demands of a canary.
public struct Policy: Hashable, Sendable {
  /// The version that canaries are compared with; `nil`: the one that held most of the weight
  /// when the rollout began.
  public var baseline: String?
  /// The versions that are judged; `nil`: every other version that receives weight.
  public var canaries: [String]?
  /// Bound on the probability that the gate ever blocks a canary that is within its margins, over
  /// all looks, checks and canaries of a rollout together.
  public var falseBlockBound: Double
  /// Bound on the probability that a check ever passes a canary that is outside its margin.
  public var falsePromoteBound: Double
  /// Whose counts are judged; `nil`: the callers' proxies where they report, else the service's own.
  public var reporter: Reporter?
  /// Which responses are errors.
  public var errorResponses: ErrorResponses
  /// How long after a weight change is left out, besides the interval that contains it; `nil`: one
  /// interval, because the first sample after a change still counts requests from before.
  public var warmUp: Duration?
  /// How long after a canary first receives weight is left out, if that is longer: while it fills its
  /// caches and opens its connections it is not what it will be.
  public var canaryWarmUp: Duration
  /// How many requests a canary must have had before it may be promoted.
  public var minimumRequests: Int
  /// How old the newest stored interval may be when the gate is asked.
  public var maximumDataAge: Duration
  /// Whether a canary is blocked only if the swap process agrees.
  public var isStrict: Bool
  /// How often a caller sends a failed request again, where every attempt is counted; `nil` if that
  /// is not known.
  public var retries: Int?
  /// What is demanded, one check each.
  public var checks: [PolicyCheck]

  /// A policy.
  public init(
    baseline: String? = nil, canaries: [String]? = nil, falseBlockBound: Double = 0.05,
    falsePromoteBound: Double = 0.05, reporter: Reporter? = nil,
    errorResponses: ErrorResponses = .standard, warmUp: Duration? = nil,
    canaryWarmUp: Duration = .seconds(60), minimumRequests: Int = 0,
    maximumDataAge: Duration = .seconds(300), isStrict: Bool = false, retries: Int? = nil,
    checks: [PolicyCheck] = PolicyCheck.standard
  ) {
    self.baseline = baseline
    self.canaries = canaries
    self.falseBlockBound = falseBlockBound
    self.falsePromoteBound = falsePromoteBound
    self.reporter = reporter
    self.errorResponses = errorResponses
    self.warmUp = warmUp
    self.canaryWarmUp = canaryWarmUp
    self.minimumRequests = minimumRequests
    self.maximumDataAge = maximumDataAge
    self.isStrict = isStrict
    self.retries = retries
    self.checks = checks
  }

  /// The policy of a target that states none.
  public static let standard = Policy()

  /// How much of the bound on false blocks each check that can block gets: error rates half of it,
  /// latency three parts of ten, limits and custom counts two, divided where there are several.
  ///
  /// - Parameter checks: All checks of a policy, also those that there is nothing to measure by yet.
  /// - Returns: One share a check, in their order; 0 for those that cannot block. They add up to 1
  ///   where any can.
  public static func blockShares(of checks: [PolicyCheck]) -> [Double] {
    let weights = checks.map(\.blockWeight)
    let total = weights.reduce(0, +)
    return weights.map { total > 0 ? $0 / total : 0 }
  }
}

/// Which responses count against a version.
public struct ErrorResponses: Hashable, Sendable {
  /// Classes of HTTP status codes; a gRPC status belongs to that of the code that it stands for.
  public var classes: Set<ResponseClass>
  /// HTTP status codes, as a proxy labels them.
  public var codes: Set<String>
  /// gRPC statuses as numbers in decimal.
  public var grpcStatuses: Set<String>

  /// Responses of these classes, codes and gRPC statuses.
  public init(
    classes: Set<ResponseClass>, codes: Set<String> = [], grpcStatuses: Set<String> = []
  ) {
    self.classes = classes
    self.codes = codes
    self.grpcStatuses = grpcStatuses
  }

  /// What some words of `analyze.yaml` name: a class, a gRPC status as `grpc-8`, else a code.
  ///
  /// - Parameter words: The words, as `words` gives them.
  public init(words: [String]) {
    self.init(classes: [])
    for word in words {
      if let responseClass = ResponseClass(rawValue: word) {
        classes.insert(responseClass)
      } else if word.hasPrefix("grpc-") {
        grpcStatuses.insert(String(word.dropFirst("grpc-".count)))
      } else {
        codes.insert(word)
      }
    }
  }

  /// The server's errors, and requests without a response.
  public static let standard = ErrorResponses(classes: [.serverError, .noResponse])

  /// Classes, codes and gRPC statuses (`grpc-8`) in the words of `analyze.yaml`, in order.
  public var words: [String] {
    classes.map(\.rawValue).sorted() + codes.sorted() + grpcStatuses.map { "grpc-\($0)" }.sorted()
  }

  /// Whether the response counts against the version that gave it.
  public func contains(_ status: ResponseStatus) -> Bool {
    if classes.contains(status.responseClass) { return true }
    guard let grpcStatus = status.grpcStatus else { return codes.contains(status.code) }
    return grpcStatuses.contains(grpcStatus)
  }
}
