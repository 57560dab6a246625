import Rollouts

extension GateOverride {
  /// Who let which rollout pass, until when, and why.
  var sentence: String {
    "\(at.shortText) rollout \(rolloutID) may pass until \(until.shortText), by \(by): \(reason)"
  }
}
