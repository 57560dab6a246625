import Foundation
import HTTP

extension Kubeconfig {
  /// The parts that belong to one context.
  struct Selection {
    let contextName: String
    let contextFile: String
    let namespace: String?
    let clusterName: String
    let cluster: Entry<KubeconfigFile.Cluster>
    /// Without a user nobody in particular asks.
    let user: (name: String, entry: Entry<KubeconfigFile.User>)?
  }

  /// How to reach the cluster of a context.
  ///
  /// - Parameters:
  ///   - context: The context's name; `nil` for the current one.
  ///   - environment: The environment that credential plugins get.
  ///   - now: Tells the time, for credentials that expire.
  /// - Returns: A connection; its warnings are for the user.
  /// - Throws: `KubernetesError.kubeconfig` naming file, part and key.
  public func connection(
    context: String? = nil, environment: [String: String], now: @escaping @Sendable () -> Date
  ) throws(KubernetesError) -> KubernetesConnection {
    let selection = try selection(context: context)
    let cluster = ClusterReading(
      cluster: selection.cluster.value, name: selection.clusterName, file: selection.cluster.file)
    var connection = KubernetesConnection(
      baseURL: try cluster.server(),
      name: "context \"\(selection.contextName.shownName)\" of \(selection.contextFile)")
    connection.namespace = selection.namespace
    connection.proxy = try cluster.proxy()
    connection.now = now
    connection.warnings = warnings
    let isEncrypted = connection.baseURL.hasPrefix("https:")
    if isEncrypted {
      connection.security = try cluster.security()
      if connection.security.skipsVerification {
        connection.warnings.append(
          "\(selection.cluster.file): cluster \"\(selection.clusterName.shownName)\": "
            + "insecure-skip-tls-verify is set, so anybody on the way can read the credentials "
            + "and answer in place of the cluster; give certificate-authority-data instead")
      }
    }
    guard let user = selection.user else { return connection }
    let reading = UserReading(
      user: user.entry.value, name: user.name, file: user.entry.file, environment: environment)
    let credentials = try reading.credentials(for: cluster)
    let certificate = try reading.clientCertificate()
    guard isEncrypted else {
      if credentials.method != .none || certificate != nil {
        connection.warnings.append(
          "\(selection.cluster.file): cluster \"\(selection.clusterName.shownName)\": server begins with "
            + "http://, so the credentials of user \"\(user.name.shownName)\" are not sent")
      }
      return connection
    }
    connection.security.clientCertificate = certificate
    connection.credentials = credentials
    return connection
  }

  private func selection(context: String?) throws(KubernetesError) -> Selection {
    let file = files.joined(separator: ":")
    let known =
      contexts.isEmpty
      ? "it has no contexts"
      : "it has " + contextNames.prefix(10).map(\.shownName).joined(separator: ", ")
    guard let name = context ?? currentContext?.value else {
      throw .kubeconfig(
        file: file, place: "current-context",
        problem: "it is not set; choose a context with --context (\(known))")
    }
    guard let context = contexts[name] else {
      let place = context == nil ? "current-context" : "--context"
      throw .kubeconfig(
        file: currentContext.flatMap { context == nil ? $0.file : nil } ?? file, place: place,
        problem:
          "the context \"\(name.shownName)\" does not exist; choose another with --context (\(known))"
      )
    }
    let place = "context \"\(name.shownName)\""
    guard let clusterName = context.value.cluster, !clusterName.isEmpty else {
      throw .kubeconfig(
        file: context.file, place: "\(place): cluster", problem: "it is missing; name one")
    }
    guard let cluster = clusters[clusterName] else {
      throw .kubeconfig(
        file: context.file, place: "\(place): cluster",
        problem: "the cluster \"\(clusterName.shownName)\" does not exist; add it or name another")
    }
    var user: (name: String, entry: Entry<KubeconfigFile.User>)?
    if let userName = context.value.user, !userName.isEmpty {
      guard let entry = users[userName] else {
        throw .kubeconfig(
          file: context.file, place: "\(place): user",
          problem: "the user \"\(userName.shownName)\" does not exist; add it or name another")
      }
      user = (userName, entry)
    }
    let namespace = context.value.namespace.flatMap { $0.isEmpty ? nil : $0 }
    return Selection(
      contextName: name, contextFile: context.file, namespace: namespace,
      clusterName: clusterName, cluster: cluster, user: user)
  }
}

/// A part of a kubeconfig that knows where it stands.
protocol KubeconfigPart {
  var file: String { get }
  var place: String { get }
}

extension KubeconfigPart {
  func mistake(_ key: String, _ problem: String) -> KubernetesError {
    .kubeconfig(file: file, place: "\(place): \(key)", problem: problem)
  }

  /// A path as the program can use it: relative ones are relative to the kubeconfig.
  func resolved(_ path: String) -> String {
    guard !path.hasPrefix("/") else { return path }
    return URL(filePath: file).deletingLastPathComponent().appending(path: path)
      .standardizedFileURL.path(percentEncoded: false)
  }

  /// A file that has to be there.
  func readable(_ path: String, key: String) throws(KubernetesError) -> String {
    let resolved = resolved(path)
    guard FileManager.default.isReadableFile(atPath: resolved) else {
      throw mistake(key, "\(resolved) cannot be read; correct the path")
    }
    return resolved
  }

  /// What stands in one of the keys whose values are PEM in base64.
  func decoded(_ text: String, key: String) throws(KubernetesError) -> [UInt8] {
    let compact = text.filter { !$0.isWhitespace }
    guard let data = Data(base64Encoded: compact), !data.isEmpty else {
      throw mistake(key, "it is not base64; write the PEM file with \"base64 -w0\"")
    }
    return Array(data)
  }
}

extension String {
  /// The name of a context, cluster or user, for messages; a damaged file can make a name of
  /// anything.
  var shownName: String { count > 120 ? prefix(119).description.onOneLine + "…" : onOneLine }
}

extension Optional where Wrapped == String {
  /// The text, if there is one that is not empty.
  var ifNotEmpty: String? { self?.isEmpty == false ? self : nil }
}
