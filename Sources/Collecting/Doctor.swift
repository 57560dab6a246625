import Rollouts
import Store
import VictoriaMetrics

/// One line of an examination.
public struct Finding: Sendable, Equatable {
  /// How it stands with what was looked at.
  public enum State: String, Sendable {
    /// As it should be.
    case good
    /// Collecting works, but something is not seen.
    case weak
    /// Collecting or judging does not work like this.
    case broken
  }

  /// How it stands.
  public let state: State
  /// What was found.
  public let text: String
  /// What to do; `nil` where nothing is to be done.
  public let remedy: String?

  /// A finding.
  public init(_ state: State, _ text: String, remedy: String? = nil) {
    self.state = state
    self.text = text
    self.remedy = remedy
  }
}

/// Looks at everything that a collector needs, in the order in which to set it right.
public struct Doctor: Sendable {
  private static let lookBack = Duration.seconds(900)

  private let collector: Collector

  /// A doctor for a collector.
  public init(_ collector: Collector) {
    self.collector = collector
  }

  /// Looks at everything; what cannot be looked at, because something before it is broken, is left
  /// out.
  ///
  /// - Parameters:
  ///   - now: The present time.
  ///   - requestsNeeded: About how many requests a gate needs, by the canary's share of them and
  ///     the share of errors; `nil` if no number suffices.
  /// - Returns: The findings, in order.
  public func examine(
    now: Timestamp, requestsNeeded: @Sendable (_ share: Double, _ errorRate: Double) -> Int?
  ) async -> [Finding] {
    var findings = [database()]
    findings += await server(now: now)
    let reading: RouteReading
    do throws(CollectingError) {
      reading = try await collector.virtualService.read(routeName: collector.settings.routeName)
    } catch {
      return findings + [Finding(.broken, error.description)]
    }
    if !findings.contains(where: { $0.state == .broken }) {
      findings += await counts(reading, now: now, requestsNeeded: requestsNeeded)
    }
    return findings + route(reading, now: now)
  }

  private func database() -> Finding {
    let path = collector.database.path
    do {
      guard let database = try collector.database.existing() else {
        return Finding(.good, "there is no database \(path) yet; the first run makes it")
      }
      try database.write(to: "try to write") { _ in }
      return Finding(.good, "the database \(path) can be written")
    } catch {
      return Finding(.broken, error.description)
    }
  }

  /// Whether VictoriaMetrics answers, and whether its clock agrees with ours.
  private func server(now: Timestamp) async -> [Finding] {
    do {
      let time = try await collector.metrics.instantQuery("time()", atSeconds: nil).first
      var findings = [Finding(.good, "VictoriaMetrics answers")]
      if let seconds = time.flatMap({ Double($0.value) }) {
        let difference = Double(now.millisecondsSince1970) / 1000 - seconds
        // The server may answer for some time ago (-search.latencyOffset).
        findings.append(
          difference < -5 || difference > 65
            ? Finding(
              .broken, "its clock differs from ours by \(Int(difference)) s",
              remedy: "set both clocks by NTP")
            : Finding(.good, "its clock agrees with ours"))
      }
      return findings
    } catch {
      return [Finding(.broken, error.description)]
    }
  }

  /// What is counted for the route: series, versions, reporters, how much and how recent.
  private func counts(
    _ reading: RouteReading, now: Timestamp,
    requestsNeeded: @Sendable (_ share: Double, _ errorRate: Double) -> Int?
  ) async -> [Finding] {
    let settings = collector.settings
    let until = now - settings.latencyOffset
    let plan = SamplingPlan(
      after: nil, firstRunFrom: until - Self.lookBack, until: until,
      stepSeconds: settings.stepSeconds)
    var collected = CollectedCounts(intervals: [], counts: [:])
    do throws(CollectingError) {
      for chunk in plan.chunks {
        collected = try await collector.fetch(chunk, reading: reading).counts
      }
    } catch {
      return [Finding(.broken, error.description)]
    }
    guard !collected.counts.isEmpty else {
      return [
        Finding(
          .broken, "no series of the last \(Self.lookBack.text) counts requests to the route",
          remedy: "check that sidecars are injected and scraped, and the target's profile")
      ]
    }
    let figures = RouteFigures(collected)
    return [figures.freshness(now: now), figures.versions(of: reading)]
      + [figures.reporters, figures.enough(for: reading, requestsNeeded)]
  }

  private func route(_ reading: RouteReading, now: Timestamp) -> [Finding] {
    let shares = reading.state.weights.versions.map {
      "\($0) \(reading.state.weights.share(of: $0).percentText)"
    }
    var findings = [
      Finding(
        .good,
        "VirtualService \(reading.virtualService) is read; its weights are "
          + shares.joined(separator: ", ")),
      reading.undefinedSubsets.isEmpty
        ? Finding(.good, "its subsets are defined, and no two versions count the same requests")
        : Finding(
          .broken,
          "no DestinationRule defines the subset \(reading.undefinedSubsets.joined(separator: ", "))",
          remedy: "apply a DestinationRule with these subsets; without it Istio answers 503"),
    ]
    if let changedAt = reading.state.changedAt, changedAt > now + .seconds(5) {
      findings.append(
        Finding(
          .broken, "the weights were changed at \(changedAt.rfc3339), which is yet to come",
          remedy: "set the clocks of this machine and of the cluster by NTP"))
    }
    return findings + reading.warnings.map { Finding(.weak, $0) }
      + reading.blindSpots.map { Finding(.weak, $0) }
  }
}
