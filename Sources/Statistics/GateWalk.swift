#if canImport(Glibc)
  import Glibc
#endif

/// The walk through the intervals that a gate decision is.
struct GateWalk {
  private static let fewestIntervals = 2

  private let margin: Margin
  private let kindCount: Int
  private let requiredToBlock: Double
  private let requiredToPromote: Double
  private let declaredDispersion: Double?

  init(
    margin: Margin, kindCount: Int, alphaToBlock: Double, alphaToPromote: Double,
    declaredDispersion: Double?
  ) {
    precondition(alphaToBlock > 0 && alphaToBlock < 1, "alpha is between 0 and 1")
    precondition(alphaToPromote > 0 && alphaToPromote < 1, "alpha is between 0 and 1")
    precondition((declaredDispersion ?? 1) >= 1, "a dispersion is at least 1")
    self.margin = margin
    self.kindCount = kindCount
    requiredToBlock = log(1 / alphaToBlock)
    requiredToPromote = log(1 / alphaToPromote)
    self.declaredDispersion = declaredDispersion
  }

  func decide(
    intervalCount: Int,
    add: (inout AffineMarginState, Int) -> Void,
    estimateDispersion: (Int) -> Double,
    isBlockBacked: (Int, Double) -> Bool
  ) -> GateDecision {
    var worse = AffineMarginState(margin: margin, direction: .worse, kindCount: kindCount)
    var better = AffineMarginState(margin: margin, direction: .better, kindCount: kindCount)
    for interval in 0..<intervalCount {
      add(&worse, interval)
      add(&better, interval)
      let intervals = interval + 1
      guard intervals >= Self.fewestIntervals else { continue }
      let estimate = { estimateDispersion(intervals) }
      if isBlockBacked(interval, requiredToBlock),
        let dispersion = passingDispersion(
          worse, .worse, required: requiredToBlock, intervals: intervals, estimate: estimate)
      {
        return GateDecision(outcome: .block, intervals: intervals, dispersion: dispersion)
      }
      if let dispersion = passingDispersion(
        better, .better, required: requiredToPromote, intervals: intervals, estimate: estimate)
      {
        return GateDecision(outcome: .promote, intervals: intervals, dispersion: dispersion)
      }
    }
    return GateDecision(outcome: .hold, intervals: intervalCount, dispersion: nil)
  }

  /// Returns the dispersion in use if the evidence suffices with it and with dispersion 1, else `nil`.
  ///
  /// log E as a function of 1/dispersion is convex and 0 at 0, so what falls short with a smaller
  /// dispersion falls short with a larger one. The estimate, which costs a walk of its own, is made
  /// only where the evidence suffices with the smallest that it can lead to.
  private func passingDispersion(
    _ state: AffineMarginState, _ direction: Direction, required: Double, intervals: Int,
    estimate: () -> Double
  ) -> Double? {
    guard state.canReach(required, direction: direction) else { return nil }
    func suffices(_ dispersion: Double) -> Bool {
      state.combinedLogEvidence(direction: direction, dispersion: dispersion) >= required
    }
    let least = Dispersion.inUse(estimate: 1, intervals: intervals, declared: declaredDispersion)
    guard suffices(1), suffices(least) else { return nil }
    let dispersion = Dispersion.inUse(
      estimate: estimate(), intervals: intervals, declared: declaredDispersion)
    return suffices(dispersion) ? dispersion : nil
  }
}

extension AffineMarginState {
  /// Returns whether log E could be as large as required, by its largest exponents alone; far cheaper
  /// than log E itself.
  func canReach(_ required: Double, direction: Direction) -> Bool {
    switch direction {
    case .worse: kinds.contains { largestExponent(kind: $0) >= required }
    case .better: kinds.allSatisfy { largestExponent(kind: $0) >= required }
    }
  }
}
