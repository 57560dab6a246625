import Rollouts
import Store

/// What a collector collects, and how.
public struct CollectorSettings: Sendable {
  /// The target's name; `nil`: the VirtualService's.
  public var targetName: String?
  /// Which HTTP route is judged; `nil`: the one that splits, else the one
  /// without a condition.
  public var routeName: String?
  /// Which metrics count requests.
  public var profile: MetricsProfile
  /// The width of an interval, in seconds.
  public var stepSeconds: Int
  /// How long after its end an interval is first read, at least 1 s where `now` is the present:
  /// VictoriaMetrics makes up its last points (`-search.latencyOffset`).
  public var latencyOffset: Duration
  /// How long after its end an interval can no longer change; until then it is read again.
  public var settle: Duration
  /// How far back the first run reaches.
  public var backfill: Duration
  /// How far back settled intervals are read again and corrected; `nil`: not at all.
  public var rereadFor: Duration?
  /// How long a run waits for its sources until it stored something: a chunk of a long stretch.
  public var deadline: Duration
  /// Whether a next run follows soon: then a run ends at its deadline whatever it stored, and leaves
  /// the rest to the next.
  public var isRepeated: Bool
  /// The checks of the policy that count by queries of their own.
  public var customQueries: [CustomQueries]
  /// Who collects, kept with what is stored.
  public var toolVersion: String

  /// What a collector collects, and how.
  public init(
    targetName: String?, routeName: String?, profile: MetricsProfile = .istio, stepSeconds: Int,
    latencyOffset: Duration, settle: Duration, backfill: Duration, rereadFor: Duration? = nil,
    customQueries: [CustomQueries] = [], deadline: Duration = .seconds(120),
    isRepeated: Bool = false, toolVersion: String
  ) {
    self.targetName = targetName
    self.routeName = routeName
    self.profile = profile
    self.stepSeconds = stepSeconds
    self.latencyOffset = latencyOffset
    self.settle = settle
    self.backfill = backfill
    self.rereadFor = rereadFor
    self.customQueries = customQueries
    self.deadline = deadline
    self.isRepeated = isRepeated
    self.toolVersion = toolVersion
  }
}

/// What one run of a collector stored.
public struct CollectorSummary: Sendable, Equatable {
  /// The target's name.
  public let target: String
  /// How many intervals are new.
  public private(set) var intervalsStored = 0
  /// How many requests they count, by the reporter that counted most.
  public private(set) var requestsStored = 0
  /// How many intervals were recorded as gaps.
  public private(set) var gapsRecorded = 0
  /// How many counts of settled intervals were corrected.
  public private(set) var corrections = 0
  /// The end of the newest stored interval; `nil` if there is none.
  public private(set) var storedUpTo: Timestamp?
  /// The weights in force.
  public let weights: Weights
  /// What the user should know although it is no error.
  public private(set) var warnings: [String]

  init(target: String, reading: RouteReading) {
    self.target = target
    weights = reading.state.weights
    warnings = reading.warnings
  }

  mutating func add(_ clocks: ClockComparison) {
    guard !clocks.agree else { return }
    warnings.append("\(clocks); set both by NTP")
  }

  mutating func addStop(after deadline: Duration, done: Int, of all: Int) {
    warnings.append(
      "stopped after \(deadline.text), \(done) of \(all) intervals read; the next run goes on from "
        + "there")
  }

  mutating func add(_ stored: StoredChunk) {
    storedUpTo = stored.upTo
  }

  mutating func add(_ chunk: StoredChunk, of collected: CollectedCounts, warnings: [String]) {
    add(chunk)
    let stored = chunk.counts
    intervalsStored += stored.newIntervals.count
    requestsStored += collected.requests(in: stored.newIntervals)
    gapsRecorded += stored.gaps
    corrections += stored.corrections
    self.warnings += warnings
    if stored.gaps > 0, let reason = collected.untrusted.min(by: { $0.key < $1.key })?.value {
      self.warnings.append("\(stored.gaps) intervals are recorded as gaps: \(reason)")
    }
    if stored.customCorrections > 0 {
      self.warnings.append(
        "\(stored.customCorrections) counts of checks of the policy's own in settled intervals were "
          + "corrected")
    }
    if stored.corrections > 0 {
      self.warnings.append("\(stored.corrections) counts of settled intervals were corrected")
    }
  }
}

extension CollectedCounts {
  /// Requests in the given intervals, by the reporter that counted most: reporters count the same
  /// requests and are not added.
  func requests(in intervals: [Interval]) -> Int {
    let ends = Set(intervals.map(\.end))
    var byReporter: [Reporter: Int] = [:]
    for (key, counts) in counts {
      guard case .response = key.measure else { continue }
      byReporter[key.reporter, default: 0] += counts.reduce(0) {
        ends.contains($1.key) ? $0 + $1.value : $0
      }
    }
    return byReporter.values.max() ?? 0
  }
}
