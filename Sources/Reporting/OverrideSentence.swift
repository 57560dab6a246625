import Rollouts

extension GateOverride {
  /// Who let which rollout pass, until when, and why.
  var sentence: String {
    "\(at.shortText) rollout \(rolloutID) may pass until \(until.shortText), by \(by): \(why)"
  }

  /// Its reason, after when it was recorded where that was not when it begins.
  var why: String { at.remark("recorded", at: decidedAt) + reason }
}
