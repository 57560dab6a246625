import Simulation

/// For how long the gate holds a good canary again after it has promoted it.
enum GateHolds {
  private static let rollouts = 16
  private static let rows: [(name: String, noise: Noise, traffic: Traffic)] = [
    ("independent", .independent, SimulatedDay.small),
    ("independent", .independent, SimulatedDay.large),
    ("shared incidents", .sharedIncidents, SimulatedDay.small),
  ]

  static func print() async {
    Swift.print(
      """

      after the first promotion, equal versions, 24 h looked at every 30 s, \(rollouts) rollouts a row
        first promotion (median minutes); looks held; holds a day; minutes of a hold: median, longest;
        looks held by the latest intervals alone, by check
      """)
    for (index, row) in rows.enumerated() {
      let seed = UInt64(400 + index) << 32
      let results = await (0..<UInt64(rollouts)).concurrentMap { rollout in
        GateLooks(
          SimulatedRollout(
            row.traffic, noise: row.noise, intervals: SimulatedDay.intervals,
            seed: seed + rollout))
      }
      _ = printed("\(row.name), \(SimulatedDay.name(row.traffic))", figures(results))
    }
  }

  private static func figures(_ results: [GateLooks]) -> [Figure] {
    func minutes(_ looks: Int) -> Double { Double(looks) * 0.5 }
    let first = results.map { $0.firstPromotion ?? SimulatedDay.intervals }.sorted()
    let looks = results.reduce(0) { $0 + $1.looksAfter }
    let holds = results.flatMap(\.holds).sorted()
    let days = Double(looks) / Double(SimulatedDay.intervals)
    let byCheck = ["errors", "latency", "limit"].map { check in
      let held = results.reduce(0) { $0 + ($1.heldByLatest[check] ?? 0) }
      return "\(check) \(rounded(Double(held) / Double(max(1, looks)), 4))"
    }
    return [
      Figure("\(minutes(first[first.count / 2]))"),
      Figure("\(rounded(Double(holds.reduce(0, +)) / Double(max(1, looks)), 4))"),
      Figure("\(rounded(Double(holds.count) / max(days, 1e-9), 1))"),
      Figure(
        holds.isEmpty
          ? "none" : "\(minutes(holds[holds.count / 2])), \(minutes(holds[holds.count - 1]))"),
      Figure(byCheck.joined(separator: ", ")),
    ]
  }
}
