import Rollouts

extension Decision {
  /// Its reason, after when the gate was asked where that was not the moment that it speaks about.
  var sentence: String { at.remark("asked", at: decidedAt) + reason }
}

extension Timestamp {
  /// That something about this moment was done at another one, to stand before what was done.
  ///
  /// - Parameters:
  ///   - done: Such as `asked`.
  ///   - decidedAt: When it was done; `nil` if that is not known.
  /// - Returns: Such as `asked later, 2026-11-24 08:30:45: `; empty where there is nothing to say.
  func remark(_ done: String, at decidedAt: Timestamp?) -> String {
    guard let decidedAt, decidedAt != self else { return "" }
    return "\(done) \(decidedAt > self ? "later" : "before"), \(decidedAt.shortText): "
  }
}
