import Rollouts

extension Verdict {
  var colour: TextColour {
    switch self {
    case .promote: .good
    case .block: .bad
    case .hold, .unknown: .undecided
    }
  }
}

extension Rollout.State {
  /// How a rollout stands, for people.
  var words: String {
    switch self {
    case .running: "running"
    case .promoted: "promoted"
    case .rolledBack: "rolled back"
    }
  }
}

extension TextColour {
  /// More errors and longer latencies are bad, fewer and shorter ones good.
  init(differenceWord: String) {
    self =
      switch differenceWord {
      case "higher": .bad
      case "lower": .good
      default: .undecided
      }
  }
}

extension Estimate {
  /// The bounds of a difference in percentage points.
  var pointsRange: String { rangeText { $0.pointsText } }

  /// The colour of a difference.
  var colour: TextColour { TextColour(differenceWord: word) }
}

extension DataQuality {
  /// How complete the window is, a sentence a finding.
  var sentences: [String] {
    var sentences: [String] = []
    if let expected = intervalsExpected, let step = stepSeconds {
      let lag =
        lagSeconds.map {
          $0 > 0 ? ", the newest ended \($0.threeDigits) s before the end of this time" : ""
        } ?? ""
      sentences.append(
        "\(intervalsPresent.groupedText) of \(expected.groupedText) intervals of \(step) s are "
          + "stored\(lag)")
    } else {
      sentences.append("no interval is stored")
    }
    if let reporter { sentences.append("counts of reporter \(reporter.rawValue)") }
    if intervalsUnsettled > 0 {
      sentences.append(
        "\(intervalsUnsettled.groupedText) of them may still change and are not judged yet")
    }
    if corrections > 0 {
      sentences.append("\(corrections.groupedText) counts were corrected after they had settled")
    }
    sentences += gaps.map { gap in
      "no interval from \(gap.window.from.shortText) to \(gap.window.to.shortText)"
        + (gap.reason.map { ": \($0)" } ?? "")
    }
    sentences += customGaps.map { gap in
      "the check \(gap.check) counts nothing from \(gap.window.from.shortText) to "
        + "\(gap.window.to.shortText): \(gap.reason)"
    }
    return sentences + blindSpots
  }
}
