import Rollouts

/// The keys of `analyze.yaml`, as they are written.
struct FileContent: Decodable {
  let database: String?
  let victoriaMetrics: VictoriaMetricsContent?
  let kubernetes: String?
  let kubeconfig: String?
  let context: String?
  let policy: PolicyContent?
  let targets: [Target]?

  struct Target: Decodable {
    let name: String
    let virtualService: String?
    let route: String?
    let profile: ProfileContent?
    let step: String?
    let latencyOffset: String?
    let settle: String?
    let policy: PolicyContent?

    enum CodingKeys: String, CodingKey, CaseIterable {
      case name, virtualService, route, profile, step, latencyOffset, settle, policy
    }

    init(from decoder: any Decoder) throws {
      try decoder.refuseUnknownKeys(CodingKeys.allCases)
      let container = try decoder.container(keyedBy: CodingKeys.self)
      name = try container.decode(String.self, forKey: .name)
      virtualService = try container.decodeIfPresent(String.self, forKey: .virtualService)
      route = try container.decodeIfPresent(String.self, forKey: .route)
      profile = try container.decodeIfPresent(ProfileContent.self, forKey: .profile)
      step = try container.decodeIfPresent(String.self, forKey: .step)
      latencyOffset = try container.decodeIfPresent(String.self, forKey: .latencyOffset)
      settle = try container.decodeIfPresent(String.self, forKey: .settle)
      policy = try container.decodeIfPresent(PolicyContent.self, forKey: .policy)
    }
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case database, victoriaMetrics, kubernetes, kubeconfig, context, policy, targets
  }

  init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownKeys(CodingKeys.allCases)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    database = try container.decodeIfPresent(String.self, forKey: .database)
    victoriaMetrics = try container.decodeIfPresent(
      VictoriaMetricsContent.self, forKey: .victoriaMetrics)
    kubernetes = try container.decodeIfPresent(String.self, forKey: .kubernetes)
    kubeconfig = try container.decodeIfPresent(String.self, forKey: .kubeconfig)
    context = try container.decodeIfPresent(String.self, forKey: .context)
    policy = try container.decodeIfPresent(PolicyContent.self, forKey: .policy)
    targets = try container.decodeIfPresent([Target].self, forKey: .targets)
  }

  func checked(path: String) throws(ConfigurationError) -> ConfigurationFile {
    try victoriaMetrics?.check(path: path)
    let general =
      try policy?.checked(over: .standard, place: "cannot use \(path): ") ?? .standard
    var checkedTargets: [ConfigurationFile.ConfiguredTarget] = []
    for target in targets ?? [] {
      guard !target.name.isEmpty else {
        throw ConfigurationError("cannot use \(path): targets: a name is empty; give it one")
      }
      let place = "cannot use \(path): targets, \(target.name): "
      guard !checkedTargets.contains(where: { $0.name == target.name }) else {
        throw ConfigurationError(place + "the name stands twice")
      }
      var virtualService: ObjectName?
      if let text = target.virtualService {
        virtualService = ObjectName(text)
        guard virtualService != nil else {
          throw ConfigurationError(
            place + "virtualService is \"\(text)\"; write it as NAMESPACE/NAME")
        }
      }
      checkedTargets.append(
        ConfigurationFile.ConfiguredTarget(
          name: target.name, virtualService: virtualService, route: target.route,
          step: try Self.step(target.step, place: place),
          latencyOffset: try Self.duration(
            target.latencyOffset, key: "latencyOffset", place: place
          ).map { max($0, ConfigurationFile.leastLatencyOffset) },
          settle: try Self.duration(target.settle, key: "settle", place: place),
          profile: try target.profile?.checked(place: place),
          policy: try target.policy?.checked(over: general, place: place) ?? general))
    }
    return ConfigurationFile(
      database: database, victoriaMetrics: victoriaMetrics?.url,
      victoriaMetricsSettings: victoriaMetrics?.settings ?? VictoriaMetricsSettings(),
      kubernetes: kubernetes, kubeconfig: kubeconfig, context: context, policy: general,
      targets: checkedTargets)
  }

  private static func step(_ text: String?, place: String) throws(ConfigurationError) -> Duration? {
    guard let text, let step = try duration(text, key: "step", place: place) else { return nil }
    guard step >= .seconds(1), step <= .seconds(3600), step.wholeMilliseconds % 1000 == 0 else {
      throw ConfigurationError(
        place + "step is \"\(text)\"; write whole seconds, at least 1s and at most 1h")
    }
    return step
  }

  private static func duration(
    _ text: String?, key: String, place: String
  ) throws(ConfigurationError) -> Duration? {
    guard let text else { return nil }
    guard let duration = Duration(text: text) else {
      throw ConfigurationError(
        place + "\(key) is \"\(text)\"; write a duration such as 15s or 1m")
    }
    return duration
  }
}
