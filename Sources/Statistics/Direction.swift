/// What evidence is gathered for.
public enum Direction: Sendable, Hashable, CaseIterable {
  /// That the rate is above what is tolerated: evidence to block.
  case worse
  /// That the rate is below what is tolerated: evidence to promote.
  case better

  /// The other direction.
  public var opposite: Direction {
    self == .worse ? .better : .worse
  }
}
