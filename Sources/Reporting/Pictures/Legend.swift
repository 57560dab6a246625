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

/// What the lines of a picture mean, above its plot, on as many lines as that takes.
struct Legend {
  private static let digitWidth = 6.4
  private static let lineHeight = 16.0
  private static let longestText = 22

  private let places: [(entry: LegendEntry, text: String, at: Point)]

  /// How high it is.
  let height: Double

  /// A legend.
  ///
  /// - Parameters:
  ///   - entries: What it explains.
  ///   - left: Where its lines begin.
  ///   - right: Where they end.
  init(_ entries: [LegendEntry], left: Double, right: Double) {
    var (x, y) = (left, 27.0)
    places = entries.map { entry in
      let text = entry.text.terminalSafe.elided(to: Self.longestText)
      let width = 24 + Double(text.displayWidth) * Self.digitWidth
      if x > left, x + width > right { (x, y) = (left, y + Self.lineHeight) }
      defer { x += width + 14 }
      return (entry, text, Point(x, y))
    }
    height = y - 27 + Self.lineHeight
  }

  /// What is drawn.
  var elements: [SVGElement] {
    places.flatMap { entry, text, place in
      sample(entry.sample, at: place) + [.label(text, at: Point(place.x + 24, place.y + 4))]
    }
  }

  private func sample(_ sample: LegendEntry.Sample, at place: Point) -> [SVGElement] {
    let (from, to) = (place, Point(place.x + 18, place.y))
    switch sample {
    case .version(let index):
      return [
        .line("line version\(index % VersionMark.count)", from: from, to: to),
        VersionMark.element(
          index, at: Point(place.x + 9, place.y), "marker version\(index % VersionMark.count)"),
      ]
    case .line(let cssClass): return [.line(cssClass, from: from, to: to)]
    case .area(let cssClass):
      return [
        .rectangle(
          cssClass, from: Point(place.x, place.y - 5), to: Point(place.x + 18, place.y + 5))
      ]
    }
  }
}
