import Collecting
import Configuration
import Kubernetes
import Rollouts
import Store
import VictoriaMetrics

/// What a collector counts about its own work since it was started.
///
/// Figures that are not known yet, such as how far a target is behind that was never collected, are
/// left out rather than written as 0.
actor Telemetry {
  /// Why a collection failed.
  enum FailureReason: String, CaseIterable {
    /// VictoriaMetrics or the Kubernetes API gave no answer that can be used.
    case source
    /// The database could not be used.
    case store
    /// The VirtualService, its manifest, or a name in the configuration is wrong.
    case configuration
    /// A count cannot be trusted.
    case count
    /// Anything else.
    case other
  }

  /// What one successful collection of a target stored.
  struct Stored: Equatable {
    var intervals = 0
    var requests = 0
    var gaps = 0
    var corrections = 0
    /// The end of the newest stored interval; `nil` if there is none.
    var upTo: Timestamp?
  }

  private struct TargetState {
    var total = Stored()
    var lastSuccessAt: Timestamp?
  }

  private var ticks = 0
  private var lastTickDuration: Duration?
  /// Failures by target, those of whole ticks by `nil`.
  private var failures: [String?: [FailureReason: Int]]
  private var targets: [String: TargetState] = [:]

  /// Nothing was counted yet.
  ///
  /// - Parameter names: The targets that are collected.
  init(targets names: [String] = []) {
    failures = Dictionary(uniqueKeysWithValues: Set([nil] + names).map { ($0, [:]) })
  }

  /// Counts a tick, which is one pass over all targets, however they fared.
  func recordTick(lasting duration: Duration) {
    ticks += 1
    lastTickDuration = duration
  }

  /// Counts what a successful collection of a target stored.
  func recordSuccess(of target: String, _ stored: Stored, at moment: Timestamp) {
    var state = targets[target] ?? TargetState()
    state.total.intervals += stored.intervals
    state.total.requests += stored.requests
    state.total.gaps += stored.gaps
    state.total.corrections += stored.corrections
    state.total.upTo = stored.upTo ?? state.total.upTo
    state.lastSuccessAt = moment
    targets[target] = state
  }

  /// Counts a failed collection of one target, or, without a target, a tick that came to none.
  func recordFailure(_ reason: FailureReason, of target: String?) {
    failures[target, default: [:]][reason, default: 0] += 1
  }

  /// All figures in Prometheus' text format.
  ///
  /// **Source:** prometheus.io, "Exposition formats", text-based format 0.0.4.
  func text(at now: Timestamp) -> String {
    var text = PrometheusText()
    text.counter("ticks_total", "Passes over all targets.", [([:], ticks)])
    text.counter(
      "failures_total",
      "Collections that failed, by reason; without a target: ticks that came to none.",
      failures.sorted { $0.key ?? "" < $1.key ?? "" }.flatMap { target, counts in
        FailureReason.allCases.map { reason in
          let labels = ["reason": reason.rawValue, "target": target]
          return (labels.compactMapValues { $0 }, counts[reason] ?? 0)
        }
      })
    text.gauge(
      "last_tick_duration_seconds", "How long the last pass over all targets took.",
      lastTickDuration.map { [([:], $0 / .seconds(1))] } ?? [])
    addTargets(to: &text, at: now)
    return text.text
  }

  /// Replaces the file by one that holds all figures, whole or not at all.
  func write(to path: String, at now: Timestamp) throws(CommandFailure) {
    try TelemetryFile.replace(path, with: text(at: now))
  }

  private func addTargets(to text: inout PrometheusText, at now: Timestamp) {
    let targets = targets.sorted { $0.key < $1.key }
    func counts(_ figure: KeyPath<Stored, Int>) -> [PrometheusText.Sample<Int>] {
      targets.map { (["target": $0.key], $0.value.total[keyPath: figure]) }
    }
    func seconds(_ figure: (TargetState) -> Int64?) -> [PrometheusText.Sample<Double>] {
      targets.compactMap { name, state in
        figure(state).map { (["target": name], Double($0) / 1000) }
      }
    }
    text.counter("intervals_stored_total", "New intervals stored.", counts(\.intervals))
    text.counter(
      "requests_stored_total", "Requests in new intervals, by the reporter that counted most.",
      counts(\.requests))
    text.counter("gaps_recorded_total", "Intervals recorded as gaps.", counts(\.gaps))
    text.counter(
      "corrections_total", "Counts of settled intervals that were corrected.",
      counts(\.corrections))
    text.gauge(
      "lag_seconds", "Time from the end of the newest stored interval to this writing.",
      seconds { state in
        state.total.upTo.map { max(0, (now - $0).wholeMilliseconds) }
      })
    text.gauge(
      "last_success_timestamp_seconds", "When the target was last collected, in Unix time.",
      seconds { $0.lastSuccessAt?.millisecondsSince1970 })
  }
}

extension Telemetry {
  /// Counts what a collector stored.
  func recordSuccess(_ summary: CollectorSummary, at moment: Timestamp) {
    let stored = Stored(
      intervals: summary.intervalsStored, requests: summary.requestsStored,
      gaps: summary.gapsRecorded, corrections: summary.corrections, upTo: summary.storedUpTo)
    recordSuccess(of: summary.target, stored, at: moment)
  }
}

extension Telemetry.FailureReason {
  /// The reason that an error of a collection counts under.
  init(_ error: any Error) {
    self =
      switch error {
      case let error as CollectingError: Self(error)
      case is StoreError: .store
      case is ConfigurationError: .configuration
      default: .other
      }
  }

  private init(_ error: CollectingError) {
    self =
      switch error {
      case .metrics(.unusableSetting), .kubernetes(.notFound), .route, .manifest: .configuration
      case .kubernetes(let error) where error.isConfigurationMistake: .configuration
      case .metrics, .kubernetes, .tooSlow: .source
      case .store: .store
      case .count, .customCount: .count
      }
  }
}
