/// Weights and who wrote them, as one reading of a VirtualService showed them.
public struct WeightState: Hashable, Sendable {
  /// The weights.
  public let weights: Weights
  /// The name of the HTTP route, empty if it has none.
  public let route: String
  /// The field manager that last wrote the routes; `nil` if the object does not say.
  public let changedBy: String?
  /// When it wrote them, to the second; `nil` if the object does not say.
  public let changedAt: Timestamp?
  /// The object's identity: another one after deletion and re-creation.
  public let uid: String?
  /// Counts changes of the object's specification.
  public let generation: Int?
  /// The object's version in the API server.
  public let resourceVersion: String?

  /// Weights and who wrote them.
  public init(
    weights: Weights, route: String, changedBy: String? = nil, changedAt: Timestamp? = nil,
    uid: String? = nil, generation: Int? = nil, resourceVersion: String? = nil
  ) {
    self.weights = weights
    self.route = route
    self.changedBy = changedBy
    self.changedAt = changedAt
    self.uid = uid
    self.generation = generation
    self.resourceVersion = resourceVersion
  }

  /// Whether the other reading shows the same state.
  ///
  /// A new `resourceVersion` alone is none: annotations move it too. A new generation is one even
  /// with equal weights, because something may have been changed and changed back.
  public func isSameState(as other: WeightState) -> Bool {
    weights == other.weights && route == other.route && uid == other.uid
      && generation == other.generation
  }
}

/// The stretch of time in which a weight state is known to have been in force.
public struct WeightSpan: Hashable, Sendable {
  /// The state's number in the database; stable.
  public let id: Int64
  /// The state.
  public let state: WeightState
  /// When a collector first saw it.
  public let observedAt: Timestamp
  /// From when on it is known to have been in force.
  public let validFrom: Timestamp
  /// Until when it is known to have been in force: the next change, or, for the newest state, the
  /// last time it was seen.
  public let validUntil: Timestamp
  /// Whether a later state is known.
  public let isSuperseded: Bool
  /// Whether it is unknown which weights were in force just before it.
  public let gapBefore: Bool

  /// A weight state and its time.
  public init(
    id: Int64, state: WeightState, observedAt: Timestamp, validFrom: Timestamp,
    validUntil: Timestamp, isSuperseded: Bool, gapBefore: Bool
  ) {
    self.id = id
    self.state = state
    self.observedAt = observedAt
    self.validFrom = validFrom
    self.validUntil = validUntil
    self.isSuperseded = isSuperseded
    self.gapBefore = gapBefore
  }

  /// The weights in force.
  public var weights: Weights { state.weights }
}
