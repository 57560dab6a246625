/// The labels of a series by name: so few that looking at each is faster than hashing them.
public struct SeriesLabels: Sendable, Hashable {
  private struct Label: Sendable, Hashable {
    let name: String
    let value: String
  }

  private static let usualCount = 6

  /// In the order of their names, as VictoriaMetrics writes them.
  private var labels: [Label] = []

  /// No labels.
  public init() {}

  /// How many there are.
  public var count: Int { labels.count }

  /// The value of a label; `nil` if the series does not have it.
  public subscript(name: String) -> String? {
    labels.first { $0.name == name }?.value
  }

  /// Adds a label.
  ///
  /// - Parameters:
  ///   - value: Its value.
  ///   - name: Its name.
  /// - Returns: Whether there was none of the name; else nothing is added.
  mutating func add(_ value: String, named name: String) -> Bool {
    var position = labels.count
    while position > 0, labels[position - 1].name >= name {
      guard labels[position - 1].name != name else { return false }
      position -= 1
    }
    if labels.isEmpty { labels.reserveCapacity(Self.usualCount) }
    labels.insert(Label(name: name, value: value), at: position)
    return true
  }

  /// By the values alone: those of the series of an answer have the same names.
  public func hash(into hasher: inout Hasher) {
    for label in labels { hasher.combine(label.value) }
  }
}

extension SeriesLabels: ExpressibleByDictionaryLiteral {
  /// Labels by name.
  public init(_ labels: [String: String]) {
    for (name, value) in labels { _ = add(value, named: name) }
  }

  /// Labels by name, of which each has another.
  public init(dictionaryLiteral labels: (String, String)...) {
    self.init(Dictionary(uniqueKeysWithValues: labels))
  }
}
