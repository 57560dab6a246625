import Rollouts
import VictoriaMetrics

/// What to ask for the requests to the versions of a route, by a profile.
struct CountQueries: Sendable {
  /// Increases of requests.
  let requests: String
  /// Increases of cumulative duration buckets; `nil` if the profile has none.
  let durations: String?

  init(_ profile: MetricsProfile, labels: VersionLabels, stepSeconds: Int) {
    let namespaces = labels.services.map(\.namespace)
    let values = [
      "{{step}}": "\(stepSeconds)s",
      "{{services}}": MetricsQL.alternatives(labels.services.map(\.name)),
      "{{namespaces}}": namespaces.contains(nil)
        ? #"".*""# : MetricsQL.alternatives(namespaces.compactMap(\.self)),
      "{{versions}}": MetricsQL.alternatives(labels.labelValues),
    ]
    func filled(_ template: String) -> String {
      values.reduce(template) { $0.replacing($1.key, with: $1.value) }
    }
    requests = filled(profile.requests)
    durations = profile.durations.map(filled)
  }
}
