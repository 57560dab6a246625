import Foundation
import Reports
import Testing

/// Contrast as WCAG 2.2 computes it, from the colours of the pages' style.
@Suite struct ContrastTests {
  /// A set of colours: light, dark, or for print.
  struct Theme: CustomTestStringConvertible {
    let testDescription: String
    let colours: [String: String]
  }

  static let style = Reports.templates["html/style"] ?? ""

  static let themes: [Theme] = {
    let blocks = style.matches(of: #/:root \{([^}]*)\}/#).map { String($0.1) }
    return zip(["light", "dark", "print"], blocks).map { name, block in
      let colours = block.matches(of: #/--([a-z0-9]+): (#[0-9a-f]{6})/#).map {
        (String($0.1), String($0.2))
      }
      return Theme(
        testDescription: name, colours: Dictionary(uniqueKeysWithValues: colours))
    }
  }()

  /// **Source:** WCAG 2.2, relative luminance.
  private func luminance(_ colour: String) throws -> Double {
    let number = try #require(UInt32(colour.dropFirst(), radix: 16))
    let parts = [number >> 16, number >> 8, number].map { part -> Double in
      let share = Double(part & 0xFF) / 255
      return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
  }

  private func contrast(_ first: String, _ second: String, _ theme: Theme) throws -> Double {
    let luminances = try [first, second].map {
      try luminance(#require(theme.colours[$0], "\(theme.testDescription) has no \($0)"))
    }.sorted()
    return (luminances[1] + 0.05) / (luminances[0] + 0.05)
  }

  @Test func `there are colours for light, for dark and for print`() {
    #expect(Self.themes.count == 3)
    #expect(Set(Self.themes.map { Set($0.colours.keys) }).count == 1)
  }

  @Test(arguments: themes)
  func `text can be read`(theme: Theme) throws {
    let inks =
      ["ink", "muted", "good", "bad", "undecided"] + (0..<5).map { "version\($0)" }
    for ink in inks {
      #expect(try contrast(ink, "paper", theme) >= 4.5, "\(ink)")
    }
    // Words within pictures.
    for ink in ["ink", "muted"] { #expect(try contrast(ink, "plot", theme) >= 4.5, "\(ink)") }
  }

  @Test(arguments: themes)
  func `lines and markers can be told from their ground`(theme: Theme) throws {
    for ink in ["ink", "muted", "good", "bad", "undecided"] + (0..<5).map({ "version\($0)" }) {
      for ground in ["plot", "shade", "paper"] {
        #expect(try contrast(ink, ground, theme) >= 3, "\(ink) on \(ground)")
      }
    }
  }

  @Test func `no text is smaller than 12 pixels`() {
    let sizes = Self.style.matches(of: #/font(?:-size)?:[^;]*?([0-9.]+)(px|rem|pt)/#).map { match in
      let size = Double(match.1) ?? 0
      return match.2 == "rem" ? size * 16 : match.2 == "pt" ? size * 4 / 3 : size
    }
    #expect(sizes.count > 5)
    #expect(sizes.allSatisfy { $0 >= 12 })
  }
}
