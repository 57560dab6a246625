/// What tells a version in the pictures besides its colour.
enum VersionMark {
  /// How many versions are told apart.
  static let count = 5

  /// A small shape around a place.
  static func element(_ index: Int, at place: Point, _ cssClass: String) -> SVGElement {
    let (x, y) = (place.x, place.y)
    let start =
      switch index % count {
      case 0: "M\((x - 2.5).coordinate) \(y.coordinate)a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0z"
      case 1: "M\((x - 2.5).coordinate) \((y - 2.5).coordinate)h5v5h-5z"
      case 2: "M\(x.coordinate) \((y - 3).coordinate)l3 5.5h-6z"
      case 3: "M\(x.coordinate) \((y - 3.2).coordinate)l3.2 3.2l-3.2 3.2l-3.2 -3.2z"
      default: "M\((x - 3).coordinate) \((y - 1).coordinate)h6v2h-6z"
      }
    return .path(cssClass, start)
  }
}

/// One line of a legend.
struct LegendEntry {
  enum Sample {
    /// A version's line, with its marker.
    case version(Int)
    /// A line of a class.
    case line(String)
    /// A filled area of a class.
    case area(String)
  }

  let sample: Sample
  let text: String

  init(_ sample: Sample, _ text: String) {
    self.sample = sample
    self.text = text
  }
}

/// What the lines of a picture mean, above its plot.
struct Legend {
  private static let digitWidth = 6.4
  private let frame: Frame
  private let entries: [LegendEntry]

  init(_ frame: Frame, _ entries: [LegendEntry]) {
    self.frame = frame
    self.entries = entries
  }

  /// Laid out from the left; what has no room is left out, and said by the page's own legend.
  var elements: [SVGElement] {
    var x = frame.left
    return entries.flatMap { entry -> [SVGElement] in
      let text = entry.text.terminalSafe.elided(to: 22)
      let width = 24 + Double(text.displayWidth) * Self.digitWidth + 14
      guard x + width <= frame.size.width + 14 else { return [] }
      defer { x += width }
      return sample(entry.sample, at: x) + [.label(text, at: Point(x + 24, 31))]
    }
  }

  private func sample(_ sample: LegendEntry.Sample, at x: Double) -> [SVGElement] {
    let (from, to) = (Point(x, 27), Point(x + 18, 27))
    switch sample {
    case .version(let index):
      return [
        .line("line version\(index % VersionMark.count)", from: from, to: to),
        VersionMark.element(
          index, at: Point(x + 9, 27), "marker version\(index % VersionMark.count)"),
      ]
    case .line(let cssClass): return [.line(cssClass, from: from, to: to)]
    case .area(let cssClass):
      return [.rectangle(cssClass, from: Point(x, 22), to: Point(x + 18, 32))]
    }
  }
}
