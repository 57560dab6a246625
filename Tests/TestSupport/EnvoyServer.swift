import Foundation

/// A real Envoy on free loopback ports that splits traffic between two versions, as configured by
/// the demo's own files.
public final class EnvoyServer: Sendable {
  /// Where requests go, such as `http://127.0.0.1:10000/`.
  public let url: URL

  /// The administration interface.
  public let administrationURL: URL

  /// Its process.
  public let process: ServerProcess

  // Removed when the server is let go, after its process has ended.
  private let folder: TemporaryFolder
  private let routeTimeout: String

  /// The file that its routes come from; to be replaced by a rename.
  public var routesFile: String { folder.path("routes.yaml") }

  private init(ports: [UInt16], v1Port: UInt16, v2Port: UInt16, routeTimeout: String) throws {
    guard let url = URL(string: "http://127.0.0.1:\(ports[0])/"),
      let administrationURL = URL(string: "http://127.0.0.1:\(ports[1])/")
    else { throw URLError(.badURL) }
    self.url = url
    self.administrationURL = administrationURL
    self.routeTimeout = routeTimeout
    folder = try TemporaryFolder()
    let configuration = try Self.demoFile("envoy.yaml")
      .replacing("@ENVOY_PORT@", with: "\(ports[0])")
      .replacing("@ENVOY_ADMIN_PORT@", with: "\(ports[1])")
      .replacing("@V1_PORT@", with: "\(v1Port)")
      .replacing("@V2_PORT@", with: "\(v2Port)")
      .replacing("@ROUTES_FILE@", with: folder.path("routes.yaml"))
    let file = try folder.write(configuration, to: "envoy.yaml")
    try Self.writeRoutes(["v1": 90, "v2": 10], timeout: routeTimeout, in: folder)
    process = try ServerProcess(
      Self.executable,
      ["-c", file, "--concurrency", "1", "--disable-hot-restart", "-l", "warning"],
      log: folder.url.appending(path: "log"))
  }

  deinit {
    process.stop()
  }

  /// Where Envoy is: the checkout's virtual environment, or what `ENVOY` names.
  public static var executable: String {
    ProcessInfo.processInfo.environment["ENVOY"]
      ?? Checkout.root.appending(path: ".venv/bin/envoy").path
  }

  /// Starts Envoy in front of two versions, 90/10, and waits until it is ready.
  ///
  /// - Parameters:
  ///   - v1Port: The loopback port of version v1.
  ///   - v2Port: The loopback port of version v2.
  ///   - routeTimeout: How long an answer may take before it is a 504, such as `1s`.
  /// - Returns: The server.
  /// - Throws: `ServerProcessError` if it does not start or does not become ready.
  public static func start(
    v1Port: UInt16, v2Port: UInt16, routeTimeout: String = "1s"
  ) async throws -> EnvoyServer {
    let server = try EnvoyServer(
      ports: ServerProcess.freePorts(2), v1Port: v1Port, v2Port: v2Port,
      routeTimeout: routeTimeout)
    try await server.process.waitUntilReady(at: server.administrationURL.appending(path: "ready"))
    return server
  }

  /// Ends the program.
  public func stop() {
    process.stop()
  }

  /// Replaces the weights; Envoy follows within some 25 ms.
  ///
  /// - Parameter weights: The weight of each version; one of 0 or absent gets no traffic.
  /// - Throws: If the file system refuses.
  public func setWeights(_ weights: [String: Int]) throws {
    try Self.writeRoutes(weights, timeout: routeTimeout, in: folder)
  }

  /// Routes as a VirtualService says, translated as the demo does it; Envoy follows within some 25 ms.
  ///
  /// - Parameter manifest: The path of the file that holds it.
  /// - Throws: A `ShellError` if the manifest cannot be used.
  public func setRoutes(fromManifest manifest: String) async throws {
    _ = try await Shell.run(
      URL(filePath: Self.executable).deletingLastPathComponent().appending(path: "python").path,
      "-B", Checkout.root.appending(path: "workshop/demo/virtual-service-to-routes").path,
      "--timeout", routeTimeout, manifest, routesFile)
  }

  /// What VictoriaMetrics is told to scrape Envoy with, under the names of Istio's metrics.
  ///
  /// - Returns: The demo's configuration with the port of this server.
  /// - Throws: If the demo's file cannot be read.
  public func scrapeConfiguration() throws -> String {
    let port = administrationURL.port.map(String.init) ?? ""
    return try Self.demoFile("scrape.yaml").replacing("@ENVOY_ADMIN_PORT@", with: port)
  }

  /// The answers that Envoy has counted since it started.
  ///
  /// - Returns: The number of answers by version and response code.
  /// - Throws: `ServerProcessError` if the administration interface refuses.
  public func answers() async throws -> [String: [String: Int]] {
    let text = try await ServerProcess.get(
      administrationURL.appending(path: "stats/prometheus"))
    let counter =
      /envoy_cluster_upstream_rq\{envoy_response_code="(\d+)",envoy_cluster_name="app-backend-(v\d+)"\} (\d+)/
    var answers: [String: [String: Int]] = [:]
    for match in text.matches(of: counter) {
      answers[String(match.2), default: [:]][String(match.1)] = Int(match.3)
    }
    return answers
  }

  private static func demoFile(_ name: String) throws -> String {
    try String(
      contentsOf: Checkout.root.appending(path: "workshop/demo/\(name)"), encoding: .utf8)
  }

  private static func writeRoutes(
    _ weights: [String: Int], timeout: String, in folder: TemporaryFolder
  ) throws {
    let clusters = weights.filter { $0.value > 0 }.sorted { $0.key < $1.key }.map { name, weight in
      "{name: app-backend-\(name), weight: \(weight)}"
    }
    let routes = """
      resources:
      - "@type": type.googleapis.com/envoy.config.route.v3.RouteConfiguration
        name: app-backend
        virtual_hosts:
        - name: app-backend
          domains: ["*"]
          routes:
          - match: {prefix: "/"}
            route:
              timeout: \(timeout)
              weighted_clusters: {clusters: [\(clusters.joined(separator: ", "))]}

      """
    // Envoy notices a file that is renamed into place, not one that is rewritten: this renames.
    try Data(routes.utf8).write(
      to: folder.url.appending(path: "routes.yaml"), options: .atomic)
  }
}
