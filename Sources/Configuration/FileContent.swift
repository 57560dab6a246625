import Rollouts

/// The keys of `analyze.yaml`, as they are written.
struct FileContent: Decodable {
  let database: String?
  let victoriaMetrics: String?
  let kubernetes: String?
  let targets: [Target]?

  struct Target: Decodable {
    let name: String
    let virtualService: String?
    let route: String?
    let step: String?
    let settle: String?
    let baseline: String?

    enum CodingKeys: String, CodingKey, CaseIterable {
      case name, virtualService, route, step, settle, baseline
    }

    init(from decoder: any Decoder) throws {
      try decoder.refuseUnknownKeys(CodingKeys.allCases)
      let container = try decoder.container(keyedBy: CodingKeys.self)
      name = try container.decode(String.self, forKey: .name)
      virtualService = try container.decodeIfPresent(String.self, forKey: .virtualService)
      route = try container.decodeIfPresent(String.self, forKey: .route)
      step = try container.decodeIfPresent(String.self, forKey: .step)
      settle = try container.decodeIfPresent(String.self, forKey: .settle)
      baseline = try container.decodeIfPresent(String.self, forKey: .baseline)
    }
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case database, victoriaMetrics, kubernetes, targets
  }

  init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownKeys(CodingKeys.allCases)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    database = try container.decodeIfPresent(String.self, forKey: .database)
    victoriaMetrics = try container.decodeIfPresent(String.self, forKey: .victoriaMetrics)
    kubernetes = try container.decodeIfPresent(String.self, forKey: .kubernetes)
    targets = try container.decodeIfPresent([Target].self, forKey: .targets)
  }

  func checked(path: String) throws(ConfigurationError) -> ConfigurationFile {
    var checkedTargets: [ConfigurationFile.ConfiguredTarget] = []
    for target in targets ?? [] {
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
          step: try Self.duration(target.step, key: "step", place: place),
          settle: try Self.duration(target.settle, key: "settle", place: place),
          baseline: target.baseline))
    }
    return ConfigurationFile(
      database: database, victoriaMetrics: victoriaMetrics, kubernetes: kubernetes,
      targets: checkedTargets)
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

private struct AnyKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init?(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

extension Decoder {
  /// A key that nobody reads is most likely a mistyped one.
  fileprivate func refuseUnknownKeys<Key: CodingKey>(_ known: [Key]) throws {
    let keys = try container(keyedBy: AnyKey.self).allKeys.map(\.stringValue)
    let names = known.map(\.stringValue)
    guard let unknown = keys.first(where: { !names.contains($0) }) else { return }
    throw DecodingError.dataCorrupted(
      DecodingError.Context(
        codingPath: codingPath,
        debugDescription: "the key \"\(unknown)\" is not known; the keys are "
          + names.joined(separator: ", ")))
  }
}
