/// What the collector found out about where the counts come from, beside the counts.
public struct SourceState: Hashable, Sendable {
  /// The newest stored interval that can no longer change; `nil` if there is none.
  public var newest: Interval?
  /// What the newest run found wrong.
  public var findings: [SourceFinding]
  /// The failure of a run after the newest one that stored something; `nil` if there was none.
  public var failure: CollectionFailure?

  /// What is known of the sources.
  public init(
    newest: Interval?, findings: [SourceFinding] = [], failure: CollectionFailure? = nil
  ) {
    self.newest = newest
    self.findings = findings
    self.failure = failure
  }
}

/// Why a run of the collector finds no counts where there should be some.
public struct SourceFinding: Hashable, Sendable {
  /// What is wrong.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// The queries match no series at all.
    case selectorEmpty
    /// There is no series of a version.
    case seriesAbsent
    /// A version has series, but they had no sample of late.
    case scrapeGap
    /// Two versions are counted by the same series.
    case sameSeriesTwice

    /// What it is called in prose.
    public var words: String {
      switch self {
      case .selectorEmpty: "selector empty"
      case .seriesAbsent: "series absent"
      case .scrapeGap: "scrape gap"
      case .sameSeriesTwice: "same series twice"
      }
    }
  }

  /// What is wrong.
  public var kind: Kind
  /// The version it is about; `nil` if it is about all.
  public var version: String?
  /// What was found, and what to do, in a sentence.
  public var description: String

  /// Why there are no counts.
  public init(kind: Kind, version: String? = nil, description: String) {
    self.kind = kind
    self.version = version
    self.description = description
  }
}

/// A run of the collector that stored nothing.
public struct CollectionFailure: Hashable, Sendable {
  /// What kind of failure it was.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// VictoriaMetrics, the Kubernetes API or the manifest gave no answer that can be used.
    case sourceDown
    /// Two destinations of the route are counted by the same series.
    case sameSeriesTwice
    /// Anything else.
    case other
  }

  /// When it ran.
  public var at: Timestamp
  /// What kind of failure it was.
  public var kind: Kind
  /// Why it failed, on one line.
  public var reason: String

  /// A run that stored nothing.
  public init(at: Timestamp, kind: Kind = .sourceDown, reason: String) {
    self.at = at
    self.kind = kind
    self.reason = reason
  }
}
