import HTTP

/// Asks VictoriaMetrics.
///
/// Redirects are not followed, so that credentials go to no other host than the one that was named.
public struct VictoriaMetricsClient: Sendable {
  let connection: VictoriaMetricsConnection
  let http: HTTPClient
  let dates = AnswerDates()
  /// What no message repeats.
  let credentials = CredentialsInUse()

  /// A client of the server at a base URL, with any path prefix such as `/select/0/prometheus`,
  /// that asks once and for at most 30 s.
  public init(baseURL: String, http: HTTPClient) {
    connection = VictoriaMetricsConnection(uncheckedBaseURL: baseURL)
    self.http = http
    credentials.add(http.proxyCredentials)
  }

  /// A client with connections of its own.
  ///
  /// - Parameters:
  ///   - connection: How the server is reached.
  ///   - userAgent: What the client calls itself.
  public init(connection: VictoriaMetricsConnection, userAgent: String = "analyze") {
    self.connection = connection
    http = HTTPClient(configuration: connection.clientConfiguration(userAgent: userAgent))
    credentials.add(http.proxyCredentials)
  }

  /// The thread on which answers arrive, for tasks that spend their time on them; see
  /// `HTTPClient.taskExecutor`.
  public var taskExecutor: any TaskExecutor { http.taskExecutor }

  /// A text without the credentials that were sent so far.
  public func redacting(_ text: String) -> String { credentials.redacting(text) }

  /// Evaluates a query at the points start, start + step, … up to end, past the server's cache, and
  /// keeps of the series only what is wanted, one after the other as they come.
  ///
  /// - Parameters:
  ///   - query: MetricsQL.
  ///   - startSeconds: The first point, in seconds since 1970; on the step's grid.
  ///   - endSeconds: The last point, in seconds since 1970.
  ///   - stepSeconds: The distance of two points; at least 1.
  ///   - initial: What is there before the first series; where the query is sent again it begins
  ///     with this again.
  ///   - keep: Adds a series. What it does beside that would stay although the answer is refused.
  /// - Returns: What was kept of all series.
  /// - Throws: A `VictoriaMetricsError`; also where the answer is not complete.
  public func queryRange<Kept: Sendable>(
    _ query: String, startSeconds: Int64, endSeconds: Int64, stepSeconds: Int,
    into initial: Kept, _ keep: @escaping @Sendable (inout Kept, RangeSeries) -> Void
  ) async throws(VictoriaMetricsError) -> Kept {
    let form = QueryForm([
      ("query", query), ("start", "\(startSeconds)"), ("end", "\(endSeconds)"),
      ("step", "\(stepSeconds)s"), ("nocache", "1"),
    ])
    return try await answer("/api/v1/query_range", form, [.values], initial, keep)
  }

  /// Evaluates a query at one time, past the server's cache.
  ///
  /// - Parameters:
  ///   - query: MetricsQL that gives a vector or a scalar; VictoriaMetrics gives scalars as vectors.
  ///   - seconds: When, in seconds since 1970; `nil` for the time of the server.
  /// - Returns: A sample for each set of labels.
  /// - Throws: A `VictoriaMetricsError`; also where the answer is not complete.
  public func instantQuery(
    _ query: String, atSeconds seconds: Int64?
  ) async throws(VictoriaMetricsError) -> [InstantSample] {
    let time = seconds.map { [("time", "\($0)")] } ?? []
    let form = QueryForm([("query", query)] + time + [("nocache", "1")])
    return try await answer(
      "/api/v1/query", form, [.value, .point], [InstantSample]()
    ) { kept, series in
      kept += series.samples.map { sample in
        InstantSample(
          labels: series.labels, millisecondsSince1970: sample.millisecondsSince1970,
          value: sample.value)
      }
    }
  }

  /// How many series a selector matches.
  ///
  /// - Parameters:
  ///   - selector: A name, label filters in braces, or both.
  ///   - seconds: When, in seconds since 1970; a series counts if it has a sample at most five
  ///     minutes older.
  /// - Returns: 0 or more.
  /// - Throws: A `VictoriaMetricsError`.
  public func seriesCount(
    matching selector: String, atSeconds seconds: Int64
  ) async throws(VictoriaMetricsError) -> Int {
    let samples = try await instantQuery("count(\(selector))", atSeconds: seconds)
    guard let sample = samples.first else { return 0 }
    guard samples.count == 1, let count = Int(sample.value), count >= 0 else {
      throw .unreadable(
        server: shownURL,
        reason: "no count but \"\(credentials.redacting(sample.value).firstLineShown)\"")
    }
    return count
  }

  var shownURL: String { HTTPRequest(url: connection.baseURL).shownURL }
}
