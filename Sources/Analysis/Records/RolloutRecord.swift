import Rollouts

/// A rollout and its weight states as they are stored.
struct RolloutRecord: Codable {
  var id: Int64
  var startedAt: Int64
  var endedAt: Int64?
  var baseline: String
  var canaries: [String]
  var state: String
  var steps: [Step]

  struct Step: Codable {
    var id: Int64
    var route: String
    var weights: [Weight]
    var changedBy: String?
    var changedAt: Int64?
    var uid: String?
    var generation: Int?
    var resourceVersion: String?
    var observedAt: Int64
    var validFrom: Int64
    var validUntil: Int64
    var isSuperseded: Bool
    var gapBefore: Bool
  }

  struct Weight: Codable {
    var version: String
    var weight: Int
    var host: String
    var subset: String?
  }

  init(_ rollout: Rollout) {
    id = rollout.id
    startedAt = rollout.startedAt.millisecondsSince1970
    endedAt = rollout.endedAt?.millisecondsSince1970
    baseline = rollout.baseline
    canaries = rollout.canaries
    state = rollout.state.rawValue
    steps = rollout.steps.map(Step.init)
  }

  func rollout() throws -> Rollout {
    Rollout(
      id: id, startedAt: Timestamp(millisecondsSince1970: startedAt),
      endedAt: endedAt.map(Timestamp.init(millisecondsSince1970:)), baseline: baseline,
      canaries: canaries, state: try .known(state), steps: steps.map(\.span))
  }
}

extension RolloutRecord.Step {
  init(_ span: WeightSpan) {
    id = span.id
    route = span.state.route
    weights = span.weights.entries.map {
      RolloutRecord.Weight(
        version: $0.version, weight: $0.weight, host: $0.destination.host,
        subset: $0.destination.subset)
    }
    changedBy = span.state.changedBy
    changedAt = span.state.changedAt?.millisecondsSince1970
    uid = span.state.uid
    generation = span.state.generation
    resourceVersion = span.state.resourceVersion
    observedAt = span.observedAt.millisecondsSince1970
    validFrom = span.validFrom.millisecondsSince1970
    validUntil = span.validUntil.millisecondsSince1970
    isSuperseded = span.isSuperseded
    gapBefore = span.gapBefore
  }

  var span: WeightSpan {
    WeightSpan(
      id: id,
      state: WeightState(
        weights: Weights(
          weights.map {
            VersionWeight(
              version: $0.version, weight: $0.weight,
              destination: Destination(host: $0.host, subset: $0.subset))
          }),
        route: route, changedBy: changedBy,
        changedAt: changedAt.map(Timestamp.init(millisecondsSince1970:)), uid: uid,
        generation: generation, resourceVersion: resourceVersion),
      observedAt: Timestamp(millisecondsSince1970: observedAt),
      validFrom: Timestamp(millisecondsSince1970: validFrom),
      validUntil: Timestamp(millisecondsSince1970: validUntil), isSuperseded: isSuperseded,
      gapBefore: gapBefore)
  }
}
