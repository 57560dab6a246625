import Foundation
import HTTP

/// How an API server is reached: address, trust, proxy, and who asks.
public struct KubernetesConnection: Sendable {
  /// The address of the API server, with any path prefix.
  public var baseURL: String
  /// Trust and identity over TLS.
  public var security = TransportSecurity()
  /// The proxy's address; `nil` takes it from the environment, an empty text uses none.
  public var proxy: Secret?
  /// The namespace to use where none is named, if the configuration says so.
  public var namespace: String?
  /// What the user should be told, one line each.
  public var warnings: [String] = []
  /// What stands for the connection in messages, such as `context "a" of /home/b/.kube/config`;
  /// `nil` for a base URL.
  public let name: String?
  /// What the client calls itself.
  public var userAgent = "analyze"

  var credentials = Credentials.anonymous
  var now: @Sendable () -> Date = { .distantPast }

  init(baseURL: String, name: String?) {
    self.baseURL = baseURL
    self.name = name
  }

  /// A server without credentials, such as `http://127.0.0.1:8001` of `kubectl proxy`.
  ///
  /// - Parameter address: `http` or `https`, with any path prefix; without user and query.
  /// - Returns: A connection without a name.
  /// - Throws: `KubernetesError.unusableAddress`.
  public static func baseURL(
    _ address: String
  ) throws(KubernetesError) -> KubernetesConnection {
    let parts = URLComponents(string: address, encodingInvalidCharacters: false)
    let isWeb = ["http", "https"].contains(parts?.scheme?.lowercased())
    guard let parts, isWeb, parts.host.ifNotEmpty != nil else {
      throw .unusableAddress(
        address: HTTPRequest(url: address).shownURL,
        problem: "it has to begin with http:// or https://, followed by a host")
    }
    guard parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil else {
      throw .unusableAddress(
        address: HTTPRequest(url: address).shownURL,
        problem: "it has a user or a query; use a kubeconfig where the server asks for credentials")
    }
    return KubernetesConnection(baseURL: address, name: nil)
  }

  /// A context of kubeconfig files.
  ///
  /// - Parameters:
  ///   - paths: The files, the decisive first; none for those that kubectl would read.
  ///   - context: The context's name; `nil` for the current one.
  ///   - environment: The environment, for the default files and for credential plugins.
  ///   - now: Tells the time, for credentials that expire.
  /// - Returns: A connection; its warnings are for the user.
  /// - Throws: A `KubernetesError` that is a configuration mistake.
  public static func kubeconfig(
    paths: [String] = [], context: String? = nil, environment: [String: String],
    now: @escaping @Sendable () -> Date
  ) throws(KubernetesError) -> KubernetesConnection {
    let files = paths.isEmpty ? Kubeconfig.defaultPaths(environment: environment) : paths
    guard !files.isEmpty else {
      throw .noConfiguration(reason: "neither KUBECONFIG nor HOME is set; give --kubeconfig FILE")
    }
    return try Kubeconfig(paths: files).connection(
      context: context, environment: environment, now: now)
  }

  /// What kubectl would use, inside a pod and outside.
  ///
  /// In this order: the files of the option, those of `KUBECONFIG`, inside a pod its service
  /// account, and `~/.kube/config`. Asking for a context passes over the service account.
  ///
  /// - Parameters:
  ///   - kubeconfigOption: The file of `--kubeconfig`.
  ///   - contextOption: The context of `--context`.
  ///   - environment: The environment.
  ///   - serviceAccountFolder: Where a pod's service account is.
  ///   - now: Tells the time, for credentials that expire.
  /// - Returns: A connection; its warnings are for the user.
  /// - Throws: A `KubernetesError` that is a configuration mistake.
  public static func automatic(
    kubeconfigOption: String? = nil, contextOption: String? = nil, environment: [String: String],
    serviceAccountFolder: String = defaultServiceAccountFolder,
    now: @escaping @Sendable () -> Date
  ) throws(KubernetesError) -> KubernetesConnection {
    if let kubeconfigOption {
      return try kubeconfig(
        paths: [kubeconfigOption], context: contextOption, environment: environment, now: now)
    }
    let isListed = environment["KUBECONFIG"].ifNotEmpty != nil
    if !isListed, contextOption == nil, environment["KUBERNETES_SERVICE_HOST"].ifNotEmpty != nil {
      return try inCluster(environment: environment, folder: serviceAccountFolder)
    }
    let paths = Kubeconfig.defaultPaths(environment: environment)
    if !isListed, !paths.contains(where: { FileManager.default.fileExists(atPath: $0) }) {
      let searched = paths.first.map { "\($0) does not exist" } ?? "HOME is not set"
      throw .noConfiguration(
        reason: "\(searched) and this is no pod of a cluster; give --kubeconfig FILE")
    }
    return try kubeconfig(
      paths: paths, context: contextOption, environment: environment, now: now)
  }
}
