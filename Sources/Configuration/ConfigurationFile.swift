import Foundation
import Rollouts
import YAML

/// What `analyze.yaml` says.
public struct ConfigurationFile: Sendable, Equatable {
  /// The SQLite file; `nil` if the file does not say.
  public var database: String?
  /// Base URL of VictoriaMetrics; `nil` if the file does not say.
  public var victoriaMetrics: String?
  /// How VictoriaMetrics is reached, beside its address.
  public var victoriaMetricsSettings = VictoriaMetricsSettings()
  /// Base URL of the Kubernetes API; `nil` if the file does not say.
  public var kubernetes: String?
  /// The kubeconfig file; `nil` if the file does not say.
  public var kubeconfig: String?
  /// The context of the kubeconfig; `nil` if the file does not say.
  public var context: String?
  /// What the gate demands of the canaries of targets that have no entry of their own.
  public var policy: Policy = .standard
  /// The targets, in order.
  public var targets: [ConfiguredTarget]

  /// The least time after its end after which an interval can be read, of a running server:
  /// VictoriaMetrics repeats an older point in place of those of the last second, even with
  /// `-search.latencyOffset=0s`.
  ///
  /// **Source:** `getLatencyOffsetMilliseconds` in
  /// https://github.com/VictoriaMetrics/VictoriaMetrics/blob/v1.79.5/app/vmselect/prometheus/prometheus.go
  public static let leastLatencyOffset = Duration.seconds(1)

  /// A file that says nothing.
  public static let empty = ConfigurationFile(
    database: nil, victoriaMetrics: nil, kubernetes: nil, targets: [])

  /// What a target's entry says.
  public struct ConfiguredTarget: Sendable, Equatable {
    /// Its name.
    public var name: String
    /// Its VirtualService; `nil` if the file does not say.
    public var virtualService: ObjectName?
    /// The HTTP route that is judged; `nil` if the file does not say.
    public var route: String?
    /// The width of an interval; `nil` if the file does not say.
    public var step: Duration?
    /// How long after its end an interval is first read, at least `leastLatencyOffset`; `nil` if
    /// the file does not say.
    public var latencyOffset: Duration?
    /// How long after its end an interval is read again; `nil` if the file does not say.
    public var settle: Duration?
    /// Which metrics count requests; `nil` if the file does not say.
    public var profile: MetricsProfile?
    /// What the gate demands of its canaries.
    public var policy: Policy = .standard
  }

  /// Reads a configuration file.
  ///
  /// - Parameter path: The file.
  /// - Returns: What it says.
  /// - Throws: A `ConfigurationError` that names the key that is wrong.
  public static func read(at path: String) throws(ConfigurationError) -> ConfigurationFile {
    let text: String
    do {
      text = try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw ConfigurationError(
        "cannot read the configuration \(path): no such file, or no readable text; check --config")
    }
    return try parse(text, path: path)
  }

  /// Reads a configuration.
  ///
  /// - Parameters:
  ///   - text: YAML.
  ///   - path: Where it comes from, for error messages.
  /// - Returns: What it says.
  /// - Throws: A `ConfigurationError` that names the key that is wrong.
  public static func parse(
    _ text: String, path: String
  ) throws(ConfigurationError) -> ConfigurationFile {
    do {
      let documents = try YAML.documents(FileContent.self, from: text)
      guard documents.count <= 1 else {
        throw ConfigurationError("cannot use \(path): it holds several YAML documents; keep one")
      }
      guard let content = documents.first else { return .empty }
      return try content.checked(path: path)
    } catch let error as YAMLError {
      throw ConfigurationError("cannot use \(path): \(error)")
    } catch let error as ConfigurationError {
      throw error
    } catch {
      throw ConfigurationError("cannot use \(path): \(error)")
    }
  }
}
