/// One demand of a policy on a canary.
public struct PolicyCheck: Hashable, Sendable {
  /// What users call it; no two of a policy share a name.
  public var name: String
  /// What it demands.
  public var demand: Demand
  /// Whether the verdict depends on it.
  public var requirement: Requirement

  /// What a check demands.
  public enum Demand: Hashable, Sendable {
    /// The canary's error rate beside the baseline's.
    case errors(ToleratedRise)
    /// The canary's latency beside the baseline's.
    case latency(LatencyDemand)
    /// The canary's share of the requests, which must be as configured.
    case trafficSplit(oddsTolerance: Double)
    /// The canary's error rate or latency, whatever the baseline does.
    case limit(Limit)
    /// Counts of the user's own, beside the baseline's.
    case custom(CustomCounts)
  }

  /// Whether the verdict of the gate depends on a check.
  public enum Requirement: String, Hashable, Sendable {
    /// It must be met.
    case required
    /// It must be met where there is anything to measure it by.
    case requiredWhereCounted
    /// It is shown, and changes nothing.
    case informative
  }

  /// One demand of a policy.
  public init(name: String, demand: Demand, requirement: Requirement = .required) {
    self.name = name
    self.demand = demand
    self.requirement = requirement
  }

  /// What is demanded where a policy does not say.
  ///
  /// The limit keeps a canary that is no worse than a broken baseline from being promoted.
  public static let standard = [
    PolicyCheck(name: "errors", demand: .errors(.errors)),
    PolicyCheck(
      name: "latency", demand: .latency(LatencyDemand(atMost: .latency, at: .everyBound)),
      requirement: .requiredWhereCounted),
    PolicyCheck(name: "limit", demand: .limit(.errorRate(0.05))),
    PolicyCheck(name: "traffic-split", demand: .trafficSplit(oddsTolerance: 0.05)),
  ]

  /// How much of the bound on false blocks it gets beside others.
  var blockWeight: Double {
    guard requirement != .informative else { return 0 }
    return switch demand {
    case .errors: 0.5
    case .latency: 0.3
    case .limit, .custom: 0.2
    case .trafficSplit: 0
    }
  }
}

/// A tolerated rate of bad events: `canary ≤ ratio × baseline + points`.
public struct ToleratedRise: Hashable, Sendable {
  /// Factor on the baseline's rate; above 0.
  public var ratio: Double
  /// Added to it, a fraction of 1; 0 or more and below 1.
  public var points: Double

  /// A tolerated rate.
  public init(ratio: Double, points: Double) {
    self.ratio = ratio
    self.points = points
  }

  /// What is tolerated of error rates where a policy does not say.
  public static let errors = ToleratedRise(ratio: 1.25, points: 0.001)
  /// What is tolerated of the share of slow requests where a policy does not say.
  public static let latency = ToleratedRise(ratio: 1.25, points: 0.002)
}

/// How much larger a canary's share of slow requests may be than the baseline's.
public struct LatencyDemand: Hashable, Sendable {
  /// What is tolerated of the share of slow requests.
  public var atMost: ToleratedRise
  /// Which requests are slow.
  public var at: Slowness

  /// Which requests are slow.
  public enum Slowness: Hashable, Sendable {
    /// Those beyond a bucket bound, tested at each bound that between 0.05 % and half of the
    /// baseline's requests exceed, and at the next one, which hardly any exceed.
    case everyBound
    /// Those beyond the bucket bound next to this quantile of the baseline, between 0 and 1.
    case quantile(Double)
    /// Those beyond this duration, which must be a bucket bound.
    case milliseconds(Double)
  }

  /// How much larger a canary's share of slow requests may be.
  public init(atMost: ToleratedRise, at: Slowness) {
    self.atMost = atMost
    self.at = at
  }
}

/// A demand on the canary alone.
public enum Limit: Hashable, Sendable {
  /// The error rate is at most this fraction of 1.
  case errorRate(Double)
  /// This quantile of latency, between 0 and 1, is at most so many milliseconds.
  case latency(quantile: Double, milliseconds: Double)
}

/// Counts that the user's own queries yield for each version.
public struct CustomCounts: Hashable, Sendable {
  /// MetricsQL for events that were good, by version, with the placeholders of a profile.
  public var good: String
  /// MetricsQL for events that were bad, likewise.
  public var bad: String
  /// What is tolerated of the share of bad events.
  public var atMost: ToleratedRise

  /// Counts of the user's own.
  public init(good: String, bad: String, atMost: ToleratedRise = .errors) {
    self.good = good
    self.bad = bad
    self.atMost = atMost
  }
}
