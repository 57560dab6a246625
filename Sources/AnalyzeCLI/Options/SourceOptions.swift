import ArgumentParser
import Collecting
import Configuration
import HTTP
import Kubernetes
import Rollouts
import VictoriaMetrics

/// Where counts and weights come from.
struct SourceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Base URL of VictoriaMetrics, with any path prefix. (env: ANALYZE_VICTORIA_METRICS)",
      valueName: "url"))
  var victoriaMetrics: String?

  @Option(
    help: ArgumentHelp(
      "Base URL of the Kubernetes API, such as that of kubectl proxy. (env: ANALYZE_KUBERNETES)",
      valueName: "url"))
  var kubernetes: String?

  @Option(
    help: ArgumentHelp(
      "Which VirtualService. (env: ANALYZE_VIRTUAL_SERVICE)", valueName: "namespace/name"))
  var virtualService: String?

  @Option(
    help: ArgumentHelp(
      "Read the VirtualService, and DestinationRules if wanted, from a manifest, YAML or JSON; - "
        + "is standard input.",
      valueName: "file"))
  var virtualServiceFile: String?

  @Option(
    help: ArgumentHelp(
      "Which HTTP route is judged. (default: the one that splits)", valueName: "name"))
  var route: String?

  /// The client of VictoriaMetrics.
  func metrics(_ file: ConfigurationFile) throws(CommandFailure) -> VictoriaMetricsClient {
    guard
      let url = victoriaMetrics ?? Environment["ANALYZE_VICTORIA_METRICS"] ?? file.victoriaMetrics
    else {
      throw CommandFailure(.usage, "name VictoriaMetrics with --victoria-metrics URL")
    }
    return try VictoriaMetricsAccess.client(url: url, file.victoriaMetricsSettings)
  }

  /// Where the VirtualService of a target is read from.
  func virtualServiceSource(
    of target: ConfigurationFile.ConfiguredTarget?, _ file: ConfigurationFile, http: HTTPClient,
    manifest: ManifestFile?
  ) throws(CommandFailure) -> VirtualServiceSource {
    let wanted = try objectName() ?? target?.virtualService
    if let manifest { return .manifest(manifest, wanted: wanted) }
    guard let wanted else {
      throw CommandFailure(
        .usage,
        "name the VirtualService with --virtual-service NAMESPACE/NAME, or give its "
          + "manifest with --virtual-service-file FILE")
    }
    guard let url = kubernetes ?? Environment["ANALYZE_KUBERNETES"] ?? file.kubernetes else {
      throw CommandFailure(
        .usage,
        "name the Kubernetes API with --kubernetes URL (\"kubectl proxy\" offers it at "
          + "http://127.0.0.1:8001), or give the manifest of the VirtualService with "
          + "--virtual-service-file FILE")
    }
    return .api(KubernetesClient(baseURL: url, http: http), wanted)
  }

  private func objectName() throws(CommandFailure) -> ObjectName? {
    guard let text = virtualService ?? Environment["ANALYZE_VIRTUAL_SERVICE"] else { return nil }
    guard let name = ObjectName(text) else {
      throw CommandFailure(.usage, "\"\(text)\" is no NAMESPACE/NAME; check --virtual-service")
    }
    return name
  }
}
