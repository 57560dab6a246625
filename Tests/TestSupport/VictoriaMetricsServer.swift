import Foundation

/// A sample to import into VictoriaMetrics.
public struct ImportedSample: Equatable, Sendable {
  /// The name of the metric.
  public var name: String
  /// The labels, without the name.
  public var labels: [String: String]
  /// The value.
  public var value: Double
  /// When it was taken, in milliseconds since 1970.
  public var timeMilliseconds: Int64

  /// Creates a sample of a series at a time.
  ///
  /// - Parameters:
  ///   - name: The name of the metric.
  ///   - labels: The labels, without the name.
  ///   - value: The value.
  ///   - timeMilliseconds: When it was taken, in milliseconds since 1970.
  public init(
    _ name: String, _ labels: [String: String], value: Double, timeMilliseconds: Int64
  ) {
    self.name = name
    self.labels = labels
    self.value = value
    self.timeMilliseconds = timeMilliseconds
  }

  /// The sample as a line of Prometheus' text format.
  var line: String {
    let labels = labels.sorted { $0.key < $1.key }.map { name, value in
      let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        .replacing("\n", with: "\\n")
      return "\(name)=\"\(escaped)\""
    }
    return "\(name){\(labels.joined(separator: ","))} \(value) \(timeMilliseconds)\n"
  }
}

/// A real VictoriaMetrics on a free loopback port, with its data in a temporary folder.
public final class VictoriaMetricsServer: Sendable {
  /// Its base URL, such as `http://127.0.0.1:8428`.
  public let baseURL: URL

  /// Its process.
  public let process: ServerProcess

  // Removed when the server is let go, after its process has ended.
  private let folder: TemporaryFolder

  private init(baseURL: URL, process: ServerProcess, folder: TemporaryFolder) {
    self.baseURL = baseURL
    self.process = process
    self.folder = folder
  }

  deinit {
    process.stop()
  }

  /// Starts VictoriaMetrics and waits until it answers.
  ///
  /// - Parameters:
  ///   - flags: Further flags; they take the place of the defaults `-search.latencyOffset=0s`
  ///     (answers reach up to a second ago) and `-retentionPeriod=100y` (data may be old).
  ///   - scrapeConfiguration: What it scrapes, in Prometheus' format; nothing by default.
  ///   - port: Its port; a free one by default.
  /// - Returns: The server.
  /// - Throws: `ServerProcessError` if it does not start or does not answer.
  public static func start(
    flags: [String] = [], scrapeConfiguration: String? = nil, port: UInt16? = nil
  ) async throws -> VictoriaMetricsServer {
    let folder = try TemporaryFolder()
    let port = try port ?? ServerProcess.freePorts(1)[0]
    var arguments = [
      "-httpListenAddr=127.0.0.1:\(port)", "-storageDataPath=\(folder.path("data"))",
      "-memory.allowedBytes=256MB", "-loggerLevel=WARN",
    ]
    let given = Set(flags.compactMap { $0.split(separator: "=").first })
    arguments += ["-retentionPeriod=100y", "-search.latencyOffset=0s"].filter { flag in
      !flag.split(separator: "=").prefix(1).allSatisfy(given.contains)
    }
    if let scrapeConfiguration {
      let file = try folder.write(scrapeConfiguration, to: "scrape.yaml")
      arguments.append("-promscrape.config=\(file)")
    }
    let process = try ServerProcess(
      "victoria-metrics", arguments + flags, log: folder.url.appending(path: "log"))
    let server = VictoriaMetricsServer(
      baseURL: try url("http://127.0.0.1:\(port)"), process: process, folder: folder)
    try await process.waitUntilReady(at: server.address("/health"))
    return server
  }

  /// Ends the program.
  public func stop() {
    process.stop()
  }

  /// Imports samples and makes them visible to the next question.
  ///
  /// **Source:** https://docs.victoriametrics.com/#how-to-import-data-in-prometheus-exposition-format
  ///
  /// - Parameter samples: The samples, in any order.
  /// - Throws: `ServerProcessError.refused` if the server does not take them.
  public func importSamples(_ samples: some Sequence<ImportedSample>) async throws {
    try await importText(samples.map(\.line).joined())
  }

  /// Imports lines of Prometheus' text format and makes them visible to the next question.
  ///
  /// The server answers 204 even where it drops lines.
  ///
  /// - Parameter text: The lines, each with a time in milliseconds since 1970.
  /// - Throws: `ServerProcessError.refused` if the server does not take them.
  public func importText(_ text: String) async throws {
    try await ServerProcess.get(address("/api/v1/import/prometheus"), posting: text)
    try await flush()
  }

  /// Makes everything imported so far visible; without it a new series can take 12 s.
  ///
  /// - Throws: `ServerProcessError.refused` if the server refuses.
  public func flush() async throws {
    try await ServerProcess.get(address("/internal/force_flush"))
  }

  /// Asks the server.
  ///
  /// - Parameters:
  ///   - path: The path, such as `/api/v1/query_range`.
  ///   - query: The parameters.
  /// - Returns: The body of the answer.
  /// - Throws: `ServerProcessError.refused` for another status than 2xx.
  public func get(_ path: String, _ query: [String: String] = [:]) async throws -> String {
    let items = query.sorted { $0.key < $1.key }.map { URLQueryItem(name: $0, value: $1) }
    return try await ServerProcess.get(address(path).appending(queryItems: items))
  }

  private func address(_ path: String) -> URL { baseURL.appending(path: path) }

  private static func url(_ text: String) throws -> URL {
    guard let url = URL(string: text) else { throw URLError(.badURL) }
    return url
  }
}
