import Rollouts

/// The key `profile`, as it is written: the name of a known profile, or one of the user's own.
enum ProfileContent: Decodable {
  case known(String)
  case own(Own)

  struct Own: Decodable {
    let requests: String
    let durations: String?
    let labels: Labels
    let versionLabelValue: String?
    let durationUnit: String?
    let reporter: String?

    enum CodingKeys: String, CodingKey, CaseIterable {
      case requests, durations, labels, versionLabelValue, durationUnit, reporter
    }

    init(from decoder: any Decoder) throws {
      try decoder.refuseUnknownKeys(CodingKeys.allCases)
      let container = try decoder.container(keyedBy: CodingKeys.self)
      requests = try container.decode(String.self, forKey: .requests)
      durations = try container.decodeIfPresent(String.self, forKey: .durations)
      labels = try container.decode(Labels.self, forKey: .labels)
      versionLabelValue = try container.decodeIfPresent(String.self, forKey: .versionLabelValue)
      durationUnit = try container.decodeIfPresent(String.self, forKey: .durationUnit)
      reporter = try container.decodeIfPresent(String.self, forKey: .reporter)
    }
  }

  struct Labels: Decodable {
    let version: String
    let responseCode: String
    let service: String?
    let namespace: String?
    let reporter: String?
    let grpcStatus: String?
    let upperBound: String?

    enum CodingKeys: String, CodingKey, CaseIterable {
      case version, responseCode, service, namespace, reporter, grpcStatus, upperBound
    }

    init(from decoder: any Decoder) throws {
      try decoder.refuseUnknownKeys(CodingKeys.allCases)
      let container = try decoder.container(keyedBy: CodingKeys.self)
      version = try container.decode(String.self, forKey: .version)
      responseCode = try container.decode(String.self, forKey: .responseCode)
      service = try container.decodeIfPresent(String.self, forKey: .service)
      namespace = try container.decodeIfPresent(String.self, forKey: .namespace)
      reporter = try container.decodeIfPresent(String.self, forKey: .reporter)
      grpcStatus = try container.decodeIfPresent(String.self, forKey: .grpcStatus)
      upperBound = try container.decodeIfPresent(String.self, forKey: .upperBound)
    }
  }

  init(from decoder: any Decoder) throws {
    if let name = try? decoder.singleValueContainer().decode(String.self) {
      self = .known(name)
    } else {
      self = .own(try Own(from: decoder))
    }
  }

  func checked(place: String) throws(ConfigurationError) -> MetricsProfile {
    switch self {
    case .known("istio"): return .istio
    case .known("envoy"): return .envoy
    case .known(let name):
      throw ConfigurationError(
        place + "profile is \"\(name)\"; write istio or envoy, or a profile of your own with "
          + "requests and labels")
    case .own(let own): return try Self.checked(own, place: place)
    }
  }

  private static func checked(
    _ own: Own, place: String
  ) throws(ConfigurationError) -> MetricsProfile {
    for (key, query) in [("requests", own.requests), ("durations", own.durations ?? "{{step}}")]
    where !query.contains("{{step}}") {
      throw ConfigurationError(
        place + "profile.\(key) has no {{step}}; write increase(METRIC{…}[{{step}}]), so that it "
          + "counts each interval")
    }
    let units = ["milliseconds": 1.0, "seconds": 1000]
    guard let unit = units[own.durationUnit ?? "milliseconds"] else {
      throw ConfigurationError(
        place + "profile.durationUnit is \"\(own.durationUnit ?? "")\"; write milliseconds or "
          + "seconds")
    }
    guard let reporter = Reporter(rawValue: own.reporter ?? "source") else {
      throw ConfigurationError(
        place + "profile.reporter is \"\(own.reporter ?? "")\"; write source or destination")
    }
    return MetricsProfile(
      name: "custom", requests: own.requests, durations: own.durations,
      labels: MetricsProfile.Labels(
        version: own.labels.version, service: own.labels.service,
        namespace: own.labels.namespace, reporter: own.labels.reporter,
        responseCode: own.labels.responseCode, grpcStatus: own.labels.grpcStatus,
        upperBound: own.labels.upperBound ?? "le"),
      versionLabelValue: own.versionLabelValue, durationUnitMilliseconds: unit,
      reporter: reporter)
  }
}
