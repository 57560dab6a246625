import Rollouts

extension Rollout {
  /// The rollouts that a history of weights shows, in the order of time.
  ///
  /// A rollout opens with the first state in which a second version holds weight, and ends when one
  /// version holds all of it again. A change of all traffic from one version to another at once is
  /// a rollout without a step, and a rollback where it leads to the baseline that the policy names.
  ///
  /// - Parameters:
  ///   - spans: The weight states in the order of time.
  ///   - baseline: The version that the policy names; `nil`: the one that held all of the traffic
  ///     before, else the one with the most weight in the opening state.
  /// - Returns: The rollouts.
  public static func all(in spans: [WeightSpan], baseline: String?) -> [Rollout] {
    var rollouts: [Rollout] = []
    var opened: OpenRollout?
    var sole: String?
    for span in spans {
      let holders = span.weights.versions.filter { span.weights.share(of: $0) > 0 }
      if holders.count > 1 {
        if opened == nil { opened = OpenRollout(span, holders, baseline: baseline ?? sole) }
        opened?.add(span, holders: holders)
      } else if let holder = holders.first {
        if let ending = opened {
          rollouts.append(ending.rollout(endedBy: span, holder: holder))
          opened = nil
        } else if let before = sole, before != holder {
          let named = baseline ?? before
          rollouts.append(
            Rollout(
              id: span.id, startedAt: span.beganAt, endedAt: span.beganAt, baseline: named,
              canaries: [holder == named ? before : holder],
              state: holder == named ? .rolledBack : .promoted, steps: []))
        }
        sole = holder
      }
    }
    if let opened { rollouts.append(opened.rollout) }
    return rollouts
  }
}

extension [Rollout] {
  /// When a rollout of any of the same canaries was last rolled back, less than a day before this one
  /// began.
  ///
  /// - Parameter rollout: One of these.
  /// - Returns: The end of the earlier one; `nil` if there is none.
  public func rollback(shortlyBefore rollout: Rollout) -> Timestamp? {
    prefix { $0.id != rollout.id }.last {
      $0.state == .rolledBack && !Set($0.canaries).isDisjoint(with: rollout.canaries)
    }?.endedAt.flatMap { rollout.startedAt - $0 < .seconds(86_400) ? $0 : nil }
  }
}

extension WeightSpan {
  /// When these weights came into force, as far as is known.
  public var beganAt: Timestamp {
    guard let changedAt = state.changedAt, changedAt <= observedAt else { return validFrom }
    return changedAt
  }
}

private struct OpenRollout {
  let opening: WeightSpan
  let baseline: String
  var canaries: [String] = []
  var steps: [WeightSpan] = []

  init(_ span: WeightSpan, _ holders: [String], baseline: String?) {
    opening = span
    let largest = holders.reduce(holders[0]) {
      span.weights.share(of: $1) > span.weights.share(of: $0) ? $1 : $0
    }
    self.baseline = baseline ?? largest
  }

  mutating func add(_ span: WeightSpan, holders: [String]) {
    steps.append(span)
    canaries += holders.filter { $0 != baseline && !canaries.contains($0) }
  }

  var rollout: Rollout {
    Rollout(
      id: opening.id, startedAt: opening.beganAt, endedAt: nil, baseline: baseline,
      canaries: canaries, state: .running, steps: steps)
  }

  func rollout(endedBy span: WeightSpan, holder: String) -> Rollout {
    Rollout(
      id: opening.id, startedAt: opening.beganAt, endedAt: span.beganAt, baseline: baseline,
      canaries: canaries, state: holder == baseline ? .rolledBack : .promoted, steps: steps)
  }
}
