import Rollouts

/// The size of a picture: one for wide pages, one for phones.
struct PictureSize {
  let name: String
  let width: Double
  let plotHeight: Double
  /// How far from the left the plot begins; figures stand before it.
  let left: Double
  let timeTicks: Int

  static let wide = PictureSize(name: "wide", width: 760, plotHeight: 150, left: 62, timeTicks: 8)
  static let narrow = PictureSize(
    name: "narrow", width: 288, plotHeight: 140, left: 52, timeTicks: 4)
}

/// What all pictures of a report share: the time axis, what is not known, and the marks.
struct PictureContext {
  let window: TimeWindow
  /// The versions in the report's order; the place decides colour, dash and marker.
  let versions: [String]
  /// The stretches without an interval.
  let gaps: [TimeWindow]
  let knowledge: Knowledge
  let changes: [ChangeMark]
  let turns: [TurnMark]

  /// A change of weights.
  struct ChangeMark {
    let at: Timestamp
    let number: Int
    /// Who made it, as short as it is shown.
    let writer: String
    let words: String
  }

  /// A decision that differs from the one before it.
  struct TurnMark {
    let at: Timestamp
    let verdict: Verdict
    let words: String
  }

  /// The versions' lines.
  var versionLegend: [LegendEntry] {
    versions.enumerated().map { LegendEntry(.version($0.offset), $0.element) }
  }

  /// The class that gives a version its colour.
  func versionClass(_ version: String) -> String {
    "version\((versions.firstIndex(of: version) ?? 0) % VersionMark.count)"
  }
}

/// A picture with a time axis, as it is being drawn.
struct Frame {
  private static let right = 14.0
  private static let bottom = 26.0
  private static let digitWidth = 6.6

  let context: PictureContext
  let size: PictureSize
  let plotHeight: Double
  let time: TimeScale
  private let legend: Legend
  /// Places of the plot's edges.
  var top: Double { 40 + legend.height }
  var bottom: Double { top + plotHeight }
  var left: Double { time.left }
  var right: Double { time.right }

  /// An empty picture.
  ///
  /// - Parameters:
  ///   - context: What all pictures share.
  ///   - size: How large it is.
  ///   - legend: What its lines and areas mean.
  ///   - plotHeight: How high the plot is, if not as usual.
  ///   - labels: What stands before the plot, which makes room for the longest.
  init(
    _ context: PictureContext, _ size: PictureSize, legend: [LegendEntry],
    plotHeight: Double? = nil, labels: [String] = []
  ) {
    self.context = context
    self.size = size
    self.plotHeight = plotHeight ?? size.plotHeight
    let longest = labels.map { Double($0.displayWidth) }.max() ?? 0
    let left = max(size.left, longest * Self.digitWidth + 8)
    time = TimeScale(window: context.window, left: left, right: size.width - Self.right)
    self.legend = Legend(legend, left: left, right: size.width)
  }

  /// The whole picture.
  ///
  /// - Parameters:
  ///   - name: Names it within the page.
  ///   - title: What it shows, for those who do not see it.
  ///   - description: What can be read off it, likewise.
  ///   - unit: What its figures are, above the vertical axis.
  ///   - axis: The vertical axis.
  ///   - content: What is drawn upon the plot.
  ///   - showsNumbers: Whether the changes of weights are numbered.
  /// - Returns: The `svg` element.
  func picture(
    _ name: String, title: String, description: String, unit: String, axis: [SVGElement],
    content: [SVGElement], showsNumbers: Bool = false
  ) -> SVGElement {
    let key = "\(name)-\(size.name)"
    let height = bottom + Self.bottom
    let clip = SVGElement(
      "clipPath", [("id", "\(key)-plot")],
      [.rectangle("clip", from: Point(left, top), to: Point(right, bottom))])
    let hatch = SVGElement(
      "pattern",
      [
        ("id", "\(key)-hatch"), ("width", "6"), ("height", "6"),
        ("patternUnits", "userSpaceOnUse"), ("patternTransform", "rotate(45)"),
      ], [.line("hatch", from: Point(0, 0), to: Point(0, 6))])
    let drawn = SVGElement(
      "g", [("clip-path", "url(#\(key)-plot)")], content)
    return SVGElement(
      "svg",
      [
        ("class", size.name), ("viewBox", "0 0 \(size.width.coordinate) \(height.coordinate)"),
        ("role", "img"), ("aria-labelledby", "\(key)-title \(key)-description"),
      ],
      [
        SVGElement("title", [("id", "\(key)-title")], text: title.shownSentence),
        SVGElement("desc", [("id", "\(key)-description")], text: description.shownSentence),
        SVGElement("defs", [], [clip, hatch]),
      ] + ground(hatch: "\(key)-hatch") + axis + [drawn] + marks(showsNumbers) + timeAxis
        + [.label(unit, at: Point(0, 11), .start, "unit")] + legend.elements)
  }

  /// The plot's ground: what is not known is told apart before anything is drawn.
  private func ground(hatch: String) -> [SVGElement] {
    func stretch(
      _ window: TimeWindow, _ cssClass: String, _ words: String, _ more: [(String, String)] = []
    ) -> SVGElement {
      SVGElement.rectangle(
        cssClass, from: Point(time[window.from], top), to: Point(time[window.to], bottom), more
      ).titled("\(words), \(window.from.shortText) to \(window.to.shortText)")
    }
    let plot = SVGElement.rectangle(
      "plot", from: Point(left, top), to: Point(right, bottom))
    return [plot] + context.gaps.map { stretch($0, "gap", "No interval") }
      + context.knowledge.warmUps.map { stretch($0, "warm-up", "Warm-up, not judged") }
      + context.knowledge.unknownWeights.map {
        stretch($0, "unknown", "Weights not known", [("fill", "url(#\(hatch))")])
      }
  }

  private func marks(_ showsNumbers: Bool) -> [SVGElement] {
    var labelledUpTo = -Double.infinity
    // So many lines would hide what they mark.
    let cssClass = context.changes.count > 30 ? "change many" : "change"
    let changes = context.changes.enumerated().flatMap { index, change -> [SVGElement] in
      let x = time[change.at]
      let line = SVGElement.line(cssClass, from: Point(x, top - 4), to: Point(x, bottom))
        .titled(change.words)
      guard showsNumbers, x >= labelledUpTo else { return [line] }
      let next = index + 1 < context.changes.count ? time[context.changes[index + 1].at] : right
      let name = "\(change.number) \(change.writer)"
      let isRoomy = Double(name.displayWidth) * Self.digitWidth < next - x
      labelledUpTo = x + 8 + 7 * Double("\(change.number)".count)
      return [
        line,
        .label(
          isRoomy ? name : "\(change.number)", at: Point(x - 3, top - 11), .start, "number"),
      ]
    }
    let turns = context.turns.flatMap { turn -> [SVGElement] in
      let x = time[turn.at]
      let place = "M\((x - 5).coordinate) \(top.coordinate)"
      let mark = SVGElement.path(
        "verdict \(turn.verdict.rawValue)", place + turn.verdict.markPath)
      return [
        .line("decision", from: Point(x, top), to: Point(x, bottom)), mark.titled(turn.words),
      ]
    }
    return changes + turns
  }

  private var timeAxis: [SVGElement] {
    let ticks = Ticks.times(in: context.window, count: size.timeTicks)
    let labels = ticks.moments.flatMap { moment -> [SVGElement] in
      let x = time[moment]
      let text = moment.axisText(stepSeconds: ticks.step)
      let halfWidth = Double(text.count) * 3.3
      let fits = x - halfWidth >= 0 && x + halfWidth <= size.width
      return [.line("tick", from: Point(x, bottom), to: Point(x, bottom + 4))]
        + (fits ? [.label(text, at: Point(x, bottom + 17), .middle)] : [])
    }
    return [.line("axis", from: Point(left, bottom), to: Point(right, bottom))] + labels
  }

  /// Whether a line of text has room between two corners.
  func hasRoom(for text: String, from: Point, to: Point) -> Bool {
    Double(text.displayWidth) * Self.digitWidth + 10 <= to.x - from.x && to.y - from.y >= 16
  }

  /// Lines across the plot with their figures at the left.
  func axis(_ ticks: [(value: Double, text: String)], _ scale: Scale) -> [SVGElement] {
    ticks.flatMap { tick -> [SVGElement] in
      let y = scale[tick.value]
      return [
        .line("grid", from: Point(left, y), to: Point(right, y)),
        .label(tick.text, at: Point(left - 6, y + 4), .end),
      ]
    }
  }
}

extension Timestamp {
  /// This moment beside a time axis, in UTC.
  fileprivate func axisText(stepSeconds: Int64) -> String {
    let text = shortText
    if stepSeconds >= 86_400 { return String(text.prefix(10).dropFirst(5)) }
    let clock = text.dropFirst(11)
    if stepSeconds >= 21_600 { return text.prefix(10).dropFirst(5) + " " + clock.prefix(5) }
    return String(stepSeconds < 60 ? clock : clock.prefix(5))
  }
}

extension Verdict {
  /// A shape of its own besides its colour, drawn from the left of the top edge.
  fileprivate var markPath: String {
    switch self {
    case .promote: "h10l-5 -9z"
    case .block: "v-9h10v9z"
    case .hold: "l5 -5l5 5l-5 5z"
    case .unknown: "l5 -9l5 9h-3l-2 -4l-2 4z"
    }
  }
}
