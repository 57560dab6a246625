/// A piece of an SVG picture.
///
/// Attributes and texts are escaped when it is written.
struct SVGElement {
  private let name: String
  private let attributes: [(name: String, value: String)]
  private var children: [Child]

  private enum Child {
    case element(SVGElement)
    case text(String)
  }

  init(_ name: String, _ attributes: [(String, String)] = [], _ children: [SVGElement] = []) {
    self.name = name
    self.attributes = attributes
    self.children = children.map(Child.element)
  }

  /// An element that holds a text.
  init(_ name: String, _ attributes: [(String, String)] = [], text: String) {
    self.name = name
    self.attributes = attributes
    children = [.text(text)]
  }

  /// This element with words that a browser shows where one points at it.
  func titled(_ title: String) -> SVGElement {
    var element = self
    element.children.insert(.element(SVGElement("title", text: title.shownSentence)), at: 0)
    return element
  }

  /// The element as markup.
  var markup: String {
    var text = ""
    write(to: &text)
    return text
  }

  private func write(to text: inout String) {
    text += "<\(name)"
    for attribute in attributes {
      text += " \(attribute.name)=\"\(attribute.value.escapedForMarkup)\""
    }
    guard !children.isEmpty else {
      text += "/>"
      return
    }
    text += ">"
    for child in children {
      switch child {
      case .element(let element): element.write(to: &text)
      case .text(let content): text += content.escapedForMarkup
      }
    }
    text += "</\(name)>"
  }
}

extension SVGElement {
  static func group(_ cssClass: String, _ children: [SVGElement]) -> SVGElement {
    SVGElement("g", [("class", cssClass)], children)
  }

  static func rectangle(
    _ cssClass: String, from: Point, to: Point, _ more: [(String, String)] = []
  ) -> SVGElement {
    SVGElement(
      "rect",
      [
        ("class", cssClass), ("x", min(from.x, to.x).coordinate),
        ("y", min(from.y, to.y).coordinate), ("width", abs(to.x - from.x).coordinate),
        ("height", abs(to.y - from.y).coordinate),
      ] + more)
  }

  static func line(_ cssClass: String, from: Point, to: Point) -> SVGElement {
    SVGElement(
      "line",
      [
        ("class", cssClass), ("x1", from.x.coordinate), ("y1", from.y.coordinate),
        ("x2", to.x.coordinate), ("y2", to.y.coordinate),
      ])
  }

  static func path(
    _ cssClass: String, _ data: String, _ more: [(String, String)] = []
  ) -> SVGElement {
    SVGElement("path", [("class", cssClass), ("d", data)] + more)
  }

  enum Anchor: String {
    case start, middle, end
  }

  static func label(
    _ text: String, at point: Point, _ anchor: Anchor = .start, _ cssClass: String = "label"
  ) -> SVGElement {
    SVGElement(
      "text",
      [
        ("class", cssClass), ("x", point.x.coordinate), ("y", point.y.coordinate),
        ("text-anchor", anchor.rawValue),
      ], text: text)
  }
}

/// A place in a picture, in its own units: right and down.
struct Point: Equatable {
  var x: Double
  var y: Double

  init(_ x: Double, _ y: Double) {
    self.x = x
    self.y = y
  }
}

extension Double {
  /// This number with one digit after the point, which is finer than a screen.
  var coordinate: String {
    let tenths = Int((self * 10).rounded())
    let sign = tenths < 0 ? "-" : ""
    let rest = tenths.magnitude % 10
    return "\(sign)\(tenths.magnitude / 10)" + (rest == 0 ? "" : ".\(rest)")
  }
}

extension String {
  /// This text with everything that means something in HTML or SVG written as an entity, and with
  /// control characters and marks of direction made visible.
  ///
  /// By scalars and not by characters: a quotation mark that a combining mark follows ends an
  /// attribute all the same.
  var escapedForMarkup: String {
    terminalSafe.entityEscaped
  }

  /// This text with what means something in HTML, SVG or XML written as an entity.
  var entityEscaped: String {
    unicodeScalars.reduce(into: "") { text, scalar in
      switch scalar {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "\"": text += "&quot;"
      case "'": text += "&#39;"
      default: text.unicodeScalars.append(scalar)
      }
    }
  }
}
