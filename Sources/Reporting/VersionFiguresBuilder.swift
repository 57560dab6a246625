import Analysis
import Rollouts

/// Puts a version's counts, quantiles and bounds together.
struct VersionFiguresBuilder {
  private static let quantiles = [("p50", 0.5), ("p90", 0.9), ("p95", 0.95), ("p99", 0.99)]

  private let material: ReportMaterial

  init(_ material: ReportMaterial) {
    self.material = material
  }

  /// The versions that have requests or weight, the baseline first.
  func versions(
    _ tables: ReportMaterial.VersionTables, weights: Weights?
  ) -> [VersionFigures] {
    let errors = rowsByVersion(tables.errors).compactMapValues(\.first)
    let latency = rowsByVersion(tables.latency)
    let durations = Self.histograms(tables.durations)
    let names = Set(errors.keys).union(weights?.versions ?? [])
    return names.map { name in
      figures(
        of: name, errors: errors[name], latency: latency[name] ?? [],
        durations: durations[name] ?? [:], weights: weights)
    }.sorted { sortKey($0) < sortKey($1) }
  }

  private func sortKey(_ figures: VersionFigures) -> (Int, String) {
    let rank =
      switch figures.role {
      case .baseline: 0
      case .canary: 1
      case nil: 2
      }
    return (rank, figures.version)
  }

  private func role(of version: String) -> VersionFigures.Role? {
    guard let rollout = material.rollout else { return nil }
    if version == rollout.baseline { return .baseline }
    return rollout.canaries.contains(version) ? .canary : nil
  }

  private func figures(
    of version: String, errors: TableRow?, latency: [TableRow], durations: [Double: Int],
    weights: Weights?
  ) -> VersionFigures {
    let requests = errors?.integer("requests") ?? 0
    let errorCount = errors?.integer("errors") ?? 0
    return VersionFigures(
      version: version, role: role(of: version),
      weight: weights.map { $0.share(of: version) }, requests: requests,
      errors: errorCount,
      errorRate: .errorRate(
        requests: requests, errors: errorCount, falseBound: material.policy.falseBlockBound),
      responses: ResponseClass.allCases.map {
        ($0, errors?.integer($0.rawValue) ?? 0)
      },
      latencyMilliseconds: Self.quantiles.map { name, rank in
        let row = latency.first { $0.text("quantile") == name }
        return (name, quantile(rank, row: row, durations: durations, version: version))
      },
      firstSeenAt: errors?.moment("first_seen_at"), lastSeenAt: errors?.moment("last_seen_at"))
  }

  /// The estimate of the query, between the buckets between which the quantile has been shown to
  /// lie.
  private func quantile(
    _ rank: Double, row: TableRow?, durations: [Double: Int], version: String
  ) -> Estimate {
    guard let row else { return .missing("no durations were counted") }
    return .quantile(
      rank, inBucketAbove: row.number("lower_milliseconds") ?? 0,
      interpolated: row.number("estimate_milliseconds"), histogram: Histogram(durations),
      bounds: material.durationBounds[version] ?? [], falseBound: material.policy.falseBlockBound)
  }

  private static func histograms(_ table: Table) -> [String: [Double: Int]] {
    TableRow.all(of: table).reduce(into: [:]) { histograms, row in
      guard let version = row.text("version"), let requests = row.integer("requests") else {
        return
      }
      histograms[version, default: [:]][row.number("upper_milliseconds") ?? .infinity] = requests
    }
  }

  private func rowsByVersion(_ table: Table) -> [String: [TableRow]] {
    Dictionary(grouping: TableRow.all(of: table)) { $0.text("version") ?? "" }
  }
}
