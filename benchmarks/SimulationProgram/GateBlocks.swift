import Simulation

/// A day of a rollout, half of it at a tenth of the weight and half at a half.
enum SimulatedDay {
  static let intervals = 2_880
  static let small = traffic(0.01, requestsPerSecond: 50)
  static let large = traffic(0.001, requestsPerSecond: 500)

  static func name(_ traffic: Traffic) -> String {
    "\(rounded(traffic.baselineRate * 100, 1)) %, \(Int(traffic.requestsPerSecond))/s"
  }

  private static func traffic(_ rate: Double, requestsPerSecond: Double) -> Traffic {
    Traffic(
      baselineRate: rate, canaryShares: [0.1, 0.5], intervalsPerStep: intervals / 2,
      requestsPerSecond: requestsPerSecond)
  }
}

/// How often the gate, as users have it by the standard policy, blocks a canary that is within the
/// margin, looked at every 30 s for a day.
enum GateBlocks {
  private static let trials = 1_000
  private static let bound = 0.05

  private struct Row {
    let name: String
    let quality: SimulatedRollout.Quality
    let noise: Noise
    let traffic: Traffic
    /// What was measured where nothing is promised: one version has a bad minute of its own.
    var measured: Double?
  }

  private static let rows =
    [("equal", SimulatedRollout.Quality.equal), ("as bad as tolerated", .tolerated)].flatMap {
      name, quality in
      [("independent", Noise.independent), ("shared incidents", .sharedIncidents)].flatMap {
        noiseName, noise in
        [SimulatedDay.small, SimulatedDay.large].map {
          Row(name: "\(name), \(noiseName)", quality: quality, noise: noise, traffic: $0)
        }
      }
    } + [
      Row(
        name: "equal, a bad minute of each", quality: .equal, noise: .badMinute,
        traffic: SimulatedDay.small, measured: 0),
      Row(
        name: "equal, bursts of 5 %", quality: .equal, noise: .bursts(probability: 0.02),
        traffic: SimulatedDay.small, measured: 0),
    ]

  static func print() async -> [String] {
    Swift.print(
      "\nfalse blocks of the whole gate, 24 h looked at every 30 s, \(trials) rollouts a row")
    Swift.print(
      "  blocked (at most \(bound), or as measured before); by which checks; split doubted;")
    Swift.print("  promoted at the last look")
    var deviations: [String] = []
    for (index, row) in rows.enumerated() {
      let seed = UInt64(300 + index) << 32
      let results = await (0..<UInt64(trials)).concurrentMap { trial in
        GateTrial(
          SimulatedRollout(
            row.traffic, row.quality, noise: row.noise, intervals: SimulatedDay.intervals,
            seed: seed + trial))
      }
      deviations += printed("\(row.name), \(SimulatedDay.name(row.traffic))", figures(row, results))
    }
    return deviations
  }

  private static func figures(_ row: Row, _ results: [GateTrial]) -> [Figure] {
    func share(_ isCounted: (GateTrial) -> Bool) -> Double {
      Double(results.filter(isCounted).count) / Double(trials)
    }
    let blocked = share(\.isBlocked)
    let checks = ["errors", "latency", "limit"].map { check in
      "\(check) \(rounded(share { $0.blocking.contains(check) }, 3))"
    }
    return [
      row.measured.map { .share(blocked, reference: $0, trials: trials) }
        ?? .share(blocked, atMost: bound, trials: trials),
      Figure(checks.joined(separator: ", ")), Figure("  \(rounded(share(\.isSplitDoubted), 3))"),
      Figure("\(rounded(share(\.isPromoted), 3))"),
    ]
  }
}
