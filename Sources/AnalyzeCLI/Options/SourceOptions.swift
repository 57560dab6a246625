import ArgumentParser
import Collecting
import Configuration
import Foundation
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
      "Reach the cluster as kubectl does, by this file. (env: KUBECONFIG; default: the service "
        + "account inside a pod, else ~/.kube/config)",
      valueName: "file"))
  var kubeconfig: String?

  @Option(
    help: ArgumentHelp(
      "Which context of the kubeconfig. (default: its current one)", valueName: "name"))
  var context: String?

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
      "Which HTTP route is judged. (default: that which splits, has no condition, or was judged last)",
      valueName: "name"))
  var route: String?

  /// The client of VictoriaMetrics.
  func metrics(_ file: ConfigurationFile) throws(CommandFailure) -> VictoriaMetricsClient {
    guard
      let url = victoriaMetrics ?? Environment["ANALYZE_VICTORIA_METRICS"] ?? file.victoriaMetrics
    else {
      throw CommandFailure(.usage, "name VictoriaMetrics with --victoria-metrics URL")
    }
    try VictoriaMetricsAccess.refusePassword(in: victoriaMetrics, of: "--victoria-metrics")
    return try VictoriaMetricsAccess.client(url: url, file.victoriaMetricsSettings)
  }

  /// Where the VirtualService of a target is read from.
  func virtualServiceSource(
    of target: ConfigurationFile.ConfiguredTarget?, manifest: ManifestFile?,
    cluster: () throws(CommandFailure) -> KubernetesClient
  ) throws(CommandFailure) -> VirtualServiceSource {
    let wanted = try objectName() ?? target?.virtualService
    if let manifest { return .manifest(manifest, wanted: wanted) }
    guard let wanted else {
      throw CommandFailure(
        .usage,
        "name the VirtualService with --virtual-service NAMESPACE/NAME, or give its "
          + "manifest with --virtual-service-file FILE")
    }
    return .api(try cluster(), wanted)
  }

  /// The cluster: at a base URL, or as kubectl would reach it.
  ///
  /// - Parameters:
  ///   - file: The configuration.
  ///   - warn: Is told what is dangerous about the connection.
  /// - Returns: A client.
  /// - Throws: A `CommandFailure` if the configuration cannot be used.
  func cluster(
    _ file: ConfigurationFile, warn: (String) -> Void
  ) throws(CommandFailure) -> KubernetesClient {
    var connection: KubernetesConnection
    do {
      if kubeconfig == nil, context == nil,
        let url = kubernetes ?? Environment["ANALYZE_KUBERNETES"] ?? file.kubernetes
      {
        connection = try .baseURL(url)
      } else {
        connection = try .automatic(
          kubeconfigOption: kubeconfig ?? file.kubeconfig, contextOption: context ?? file.context,
          environment: ProcessInfo.processInfo.environment, now: { Date.now })
      }
    } catch {
      throw CommandFailure(.configuration, error.description)
    }
    for warning in connection.warnings { warn(warning) }
    connection.userAgent = "analyze/\(ToolVersion.current)"
    return KubernetesClient(connection: connection)
  }

  private func objectName() throws(CommandFailure) -> ObjectName? {
    guard let text = virtualService ?? Environment["ANALYZE_VIRTUAL_SERVICE"] else { return nil }
    guard let name = ObjectName(text) else {
      throw CommandFailure(.usage, "\"\(text)\" is no NAMESPACE/NAME; check --virtual-service")
    }
    return name
  }
}
