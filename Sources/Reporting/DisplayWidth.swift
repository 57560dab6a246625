extension String {
  /// How many columns of a terminal this text takes.
  var displayWidth: Int {
    reduce(0) { $0 + $1.displayWidth }
  }

  /// This text in at most `width` columns: from a longer one the middle is left out.
  func elided(to width: Int) -> String {
    guard displayWidth > width else { return self }
    let tailWidth = max(0, width / 3)
    let headWidth = max(0, width - tailWidth - 1)
    return Self.fitting(self, headWidth).joined()
      + "…" + Self.fitting(reversed(), tailWidth).reversed().joined()
  }

  private static func fitting(_ characters: some Sequence<Character>, _ width: Int) -> [String] {
    var left = width
    return characters.prefix { character in
      left -= character.displayWidth
      return left >= 0
    }.map(String.init)
  }
}

extension Character {
  /// How many columns of a terminal this character takes: 0, 1 or 2.
  ///
  /// **Source:** Unicode Standard Annex #11, East Asian Width; emoji as terminals show them.
  var displayWidth: Int {
    if unicodeScalars.contains(where: { $0.value == 0xFE0F }) { return 2 }
    return unicodeScalars.reduce(0) { max($0, $1.displayWidth) }
  }
}

extension Unicode.Scalar {
  fileprivate var displayWidth: Int {
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: break
    }
    if properties.isEmojiPresentation { return 2 }
    return Self.wideRanges.contains { $0.contains(value) } ? 2 : 1
  }

  /// The blocks of wide and fullwidth characters.
  private static let wideRanges: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
    0xA000...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
    0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD,
  ]
}
