import Foundation
import Rollouts

extension Timestamp {
  /// `2026-11-24 08:35:00`, in UTC, for tables that people read.
  var shortText: String {
    let seconds = Timestamp(secondsSince1970: millisecondsSince1970 / 1000)
    return String(seconds.rfc3339.dropLast()).replacing("T", with: " ")
  }
}

extension Double {
  /// This fraction of 1 in percentage points with its sign: `+4.9`.
  var pointsText: String {
    (self > 0 ? "+" : "") + (self * 100).signedThreeDigits
  }

  private var signedThreeDigits: String {
    self < 0 ? "-" + magnitude.threeDigits : threeDigits
  }
}

extension Estimate {
  /// The bounds in brackets: `(1.2 to 3.4)`; what is not known is left open.
  func rangeText(_ format: (Double) -> String) -> String {
    guard estimate != nil || lower != nil || upper != nil else { return "" }
    switch (lower, upper) {
    case (let lower?, let upper?): return "(\(format(lower)) to \(format(upper)))"
    case (let lower?, nil): return "(from \(format(lower)))"
    case (nil, let upper?): return "(up to \(format(upper)))"
    case (nil, nil): return ""
    }
  }

  /// A latency with the buckets between which it lies.
  var millisecondsText: String {
    let figure = estimate?.threeDigits ?? latencyReason
    let range = rangeText { $0.threeDigits }
    return range.isEmpty ? figure : "\(figure) \(range)"
  }

  /// What the bounds say about a difference, in a word.
  var word: String { word(beside: 0) }

  /// What the bounds say beside what stands for no difference: 0 of a difference, 1 of a ratio.
  func word(beside equal: Double) -> String {
    if let lower, lower > equal { return "higher" }
    if let upper, upper < equal { return "lower" }
    return "not shown to differ"
  }

  /// What stands in place of a latency that is not known.
  var latencyReason: String {
    guard let reason, reason.hasPrefix("beyond"), let sign = reason.firstIndex(of: ">") else {
      return "-"
    }
    return String(reason[sign...])
  }
}
