import Foundation
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

  /// Looks at everything; what cannot be looked at because of what is broken is named.
  ///
  /// - Parameters:
  ///   - now: The present time.
  ///   - requestsNeeded: About how many requests a gate needs, by the canary's share of them and
  ///     the share of errors; `nil` if no number suffices.
  /// - Returns: The findings, in order.
  public func examine(
    now: Timestamp, requestsNeeded: @Sendable (_ share: Double, _ errorRate: Double) -> Int?
  ) async -> [Finding] {
    let server = await server()
    let findings = [database()] + server.answer
    let answers = server.answer.allSatisfy { $0.state != .broken }
    let reading: RouteReading
    do throws(CollectingError) {
      reading = try await collector.readRoute()
    } catch {
      let notSeen = ["counts", "subsets", "reporters"] + (answers ? [] : ["clocks"])
      return findings + [Finding(.broken, error.description), Self.notLooked(at: notSeen)]
        + server.clock
    }
    var counted = CountFindings()
    if answers { counted = await counts(reading, now: now, requestsNeeded: requestsNeeded) }
    let notSeen =
      (answers ? [] : ["counts"]) + (counted.reporters.isEmpty ? ["reporters"] : [])
      + (answers ? [] : ["clocks"])
    return findings + counted.route + route(reading) + counted.reporters + [series(reading)]
      + (notSeen.isEmpty ? [] : [Self.notLooked(at: notSeen)])
      + server.clock + clock(reading, now: now)
  }

  private static func notLooked(at parts: [String]) -> Finding {
    Finding(
      .weak, "not looked at: \(parts.joined(separator: ", "))",
      remedy: "set right what is broken above, and ask again")
  }

  private func database() -> Finding {
    let path = collector.database.path
    do {
      guard let database = try collector.database.existing() else { return newDatabase(path) }
      try database.write(to: "try to write") { _ in }
      return Finding(.good, "the database \(path) can be written")
    } catch {
      return Finding(.broken, error.description)
    }
  }

  private func newDatabase(_ path: String) -> Finding {
    let folder = URL(filePath: path).deletingLastPathComponent().path
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue
    else {
      return Finding(
        .broken, "the database \(path) cannot be made: there is no folder \(folder)",
        remedy: "make the folder, or name another file with --database")
    }
    guard FileManager.default.isWritableFile(atPath: folder) else {
      return Finding(
        .broken, "the database \(path) cannot be made: the folder \(folder) cannot be written",
        remedy: "allow it to be written, or name another file with --database")
    }
    return Finding(.good, "there is no database \(path) yet; the first run makes it")
  }

  /// Whether VictoriaMetrics answers, and whether its clock agrees with ours.
  private func server() async -> (answer: [Finding], clock: [Finding]) {
    do {
      let lead = try await collector.metrics.measuredClockLead()
      var findings: [Finding] = []
      if let clocks = lead.map(ClockComparison.init) {
        findings.append(
          clocks.agree
            ? Finding(.good, "VictoriaMetrics' clock agrees with ours")
            : Finding(.broken, "\(clocks)", remedy: "set both clocks by NTP"))
      }
      return ([Finding(.good, "VictoriaMetrics answers")], findings)
    } catch {
      return ([Finding(.broken, error.description)], [])
    }
  }

  private struct CountFindings {
    /// Series, versions, how much and how recent.
    var route: [Finding] = []
    /// Who counts.
    var reporters: [Finding] = []
  }

  /// What is counted for the route.
  private func counts(
    _ reading: RouteReading, now: Timestamp,
    requestsNeeded: @Sendable (_ share: Double, _ errorRate: Double) -> Int?
  ) async -> CountFindings {
    let settings = collector.settings
    let until = now - settings.latencyOffset
    let plan = SamplingPlan(
      after: nil, firstRunFrom: until - Self.lookBack, until: until,
      stepSeconds: settings.stepSeconds)
    // So short a time is one chunk whatever the step.
    var newest: FetchedChunk?
    do throws(CollectingError) {
      for chunk in plan.chunks { newest = try await collector.fetch(chunk, reading: reading) }
    } catch {
      return CountFindings(route: [Finding(.broken, error.description)])
    }
    guard let newest, !newest.counts.counts.isEmpty else {
      return CountFindings(
        route: [
          Finding(
            .broken, "no series of the last \(Self.lookBack.text) counts requests to the route",
            remedy: "check that sidecars are injected and scraped, and the target's profile")
        ])
    }
    let figures = RouteFigures(newest.counts)
    return CountFindings(
      route: [figures.freshness(now: now), figures.versions(of: reading)]
        + [figures.enough(for: reading, requestsNeeded)] + ownChecks(newest),
      reporters: [figures.reporters])
  }

  /// What the queries of the policy's own checks do not count.
  private func ownChecks(_ fetched: FetchedChunk) -> [Finding] {
    if let mistake = fetched.customMistake { return [Finding(.broken, mistake.description)] }
    return fetched.warnings.map {
      Finding(.weak, $0, remedy: "what is left out is not judged; what is counted is")
    }
  }

  private func route(_ reading: RouteReading) -> [Finding] {
    let shares = reading.state.weights.versions.map {
      "\($0) \(reading.state.weights.share(of: $0).percentText)"
    }
    return [
      Finding(
        .good,
        "VirtualService \(reading.virtualService) is read; its weights are "
          + shares.joined(separator: ", ")),
      reading.undefinedSubsets.isEmpty
        ? Finding(.good, "its subsets are defined")
        : Finding(
          .broken,
          "no DestinationRule defines the subset \(reading.undefinedSubsets.joined(separator: ", "))",
          remedy: "apply a DestinationRule with these subsets; without it Istio answers 503"),
    ]
      + reading.warnings.map {
        Finding(.weak, $0, remedy: "correct the weights, so that everybody reads the same shares")
      }
      + reading.blindSpots.map { Finding(.weak, $0.description, remedy: $0.remedy) }
  }

  /// Whether the versions can be told apart by their series.
  private func series(_ reading: RouteReading) -> Finding {
    let labels = VersionLabels(
      profile: collector.settings.profile, weights: reading.state.weights,
      namespace: reading.virtualService.namespace)
    guard let (first, second) = labels.versionsOfSameSeries else {
      return Finding(.good, "no two versions are counted by the same series")
    }
    return Finding(
      .broken, "\(first) and \(second) are counted by the same series",
      remedy: "correct versionLabelValue of the target's profile, so that their labels differ")
  }

  private func clock(_ reading: RouteReading, now: Timestamp) -> [Finding] {
    guard let changedAt = reading.state.changedAt, changedAt > now + .seconds(5) else { return [] }
    return [
      Finding(
        .broken, "the weights were changed at \(changedAt.rfc3339), which is yet to come",
        remedy: "set the clocks of this machine and of the cluster by NTP")
    ]
  }
}
