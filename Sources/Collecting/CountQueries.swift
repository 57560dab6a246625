import Rollouts
import VictoriaMetrics

/// What to ask for the requests to the versions of a route, by a profile.
struct CountQueries: Sendable {
  /// Increases of requests.
  let requests: String
  /// Increases of cumulative duration buckets; `nil` if the profile has none.
  let durations: String?

  init(_ profile: MetricsProfile, labels: VersionLabels, stepSeconds: Int) {
    let values = Self.values(labels, stepSeconds: stepSeconds)
    requests = Self.filled(profile.requests, values)
    durations = profile.durations.map { Self.filled($0, values) }
  }

  fileprivate static func values(_ labels: VersionLabels, stepSeconds: Int) -> [String: String] {
    let namespaces = labels.services.map(\.namespace)
    return [
      "step": "\(stepSeconds)s",
      "services": MetricsQL.alternatives(labels.services.map(\.name)),
      "namespaces": namespaces.contains(nil)
        ? #"".*""# : MetricsQL.alternatives(namespaces.compactMap(\.self)),
      "versions": MetricsQL.alternatives(labels.labelValues),
    ]
  }

  /// Puts values in the place of `{{name}}`, in one pass: none is searched for names in its turn.
  fileprivate static func filled(_ template: String, _ values: [String: String]) -> String {
    var text = ""
    var rest = template.utf8[...]
    while let brace = rest.firstIndex(of: UInt8(ascii: "{")) {
      text += Substring(rest[..<brace])
      rest = rest[brace...]
      let name = rest.dropFirst(2).prefix { $0 != UInt8(ascii: "}") }
      let behind = rest[name.endIndex...]
      if rest.starts(with: "{{".utf8), behind.starts(with: "}}".utf8),
        let value = values[String(Substring(name))]
      {
        text += value
        rest = behind.dropFirst(2)
      } else {
        text += "{"
        rest.removeFirst()
      }
    }
    return text + Substring(rest)
  }
}

/// What to ask for a check of the user's own.
struct CustomCountQueries: Sendable {
  /// Increases of good events.
  let good: String
  /// Increases of bad events.
  let bad: String

  init(_ counts: CustomCounts, labels: VersionLabels, stepSeconds: Int) {
    let values = CountQueries.values(labels, stepSeconds: stepSeconds)
    good = CountQueries.filled(counts.good, values)
    bad = CountQueries.filled(counts.bad, values)
  }
}
