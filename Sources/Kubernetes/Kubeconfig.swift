import Foundation
import YAML

/// The merged content of one or several kubeconfig files.
///
/// As with kubectl the first file that names a cluster, user or context decides about all of it,
/// and the first that sets `current-context` decides about that.
///
/// Source: https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/
public struct Kubeconfig: Sendable {
  /// A part, and the file that it stands in.
  struct Entry<Value: Sendable>: Sendable {
    let value: Value
    let file: String
  }

  private(set) var currentContext: Entry<String>?
  private(set) var clusters: [String: Entry<KubeconfigFile.Cluster>] = [:]
  private(set) var users: [String: Entry<KubeconfigFile.User>] = [:]
  private(set) var contexts: [String: Entry<KubeconfigFile.Context>] = [:]

  /// The files that were read, the decisive first.
  public private(set) var files: [String] = []
  /// What the user should know of the files themselves.
  public private(set) var warnings: [String] = []

  /// The names of the contexts, in alphabetical order.
  public var contextNames: [String] { contexts.keys.sorted() }

  /// Reads files and merges them.
  ///
  /// - Parameter paths: The files, the decisive first. One that does not exist is passed over with
  ///   a warning, unless it is the only one.
  /// - Throws: `KubernetesError.kubeconfig` that says what is wrong in which file.
  public init(paths: [String]) throws(KubernetesError) {
    let existing = paths.filter { FileManager.default.fileExists(atPath: $0) }
    guard !existing.isEmpty else {
      throw .kubeconfig(
        file: paths.joined(separator: ":"), place: "",
        problem: "no such file; check --kubeconfig and KUBECONFIG")
    }
    for path in paths {
      guard existing.contains(path) else {
        warnings.append("\(path) does not exist and is passed over; check KUBECONFIG")
        continue
      }
      let bytes: Data
      do {
        bytes = try Data(contentsOf: URL(filePath: path))
      } catch {
        throw .kubeconfig(
          file: path, place: "", problem: "it cannot be read; check its permissions")
      }
      try add(String(decoding: bytes, as: UTF8.self), file: path)
    }
  }

  /// Reads one text.
  ///
  /// - Parameters:
  ///   - text: YAML or JSON.
  ///   - file: The file that it stands in, which relative paths are relative to.
  /// - Throws: `KubernetesError.kubeconfig` that says what is wrong.
  public init(parsing text: String, file: String) throws(KubernetesError) {
    try add(text, file: file)
  }

  private mutating func add(_ text: String, file: String) throws(KubernetesError) {
    files.append(file)
    let documents: [KubeconfigFile]
    do {
      documents = try YAML.documents(KubeconfigFile.self, from: text)
    } catch {
      throw .kubeconfig(file: file, place: "", problem: "\(error); correct it")
    }
    guard documents.count <= 1 else {
      throw .kubeconfig(
        file: file, place: "", problem: "it has several documents; leave one of them")
    }
    guard let document = documents.first else { return }
    if currentContext == nil, let name = document.currentContext, !name.isEmpty {
      currentContext = Entry(value: name, file: file)
    }
    try Self.add(
      (document.clusters ?? []).map { ($0.name, $0.cluster ?? KubeconfigFile.Cluster()) },
      to: &clusters, kind: "cluster", file: file)
    try Self.add(
      (document.users ?? []).map { ($0.name, $0.user ?? KubeconfigFile.User()) },
      to: &users, kind: "user", file: file)
    try Self.add(
      (document.contexts ?? []).map { ($0.name, $0.context ?? KubeconfigFile.Context()) },
      to: &contexts, kind: "context", file: file)
  }

  private static func add<Value: Sendable>(
    _ named: [(String, Value)], to entries: inout [String: Entry<Value>], kind: String,
    file: String
  ) throws(KubernetesError) {
    var namesInFile: Set<String> = []
    for (name, value) in named {
      guard namesInFile.insert(name).inserted else {
        throw .kubeconfig(
          file: file, place: "\(kind) \"\(name.shownName)\"", problem: "it stands twice; remove one"
        )
      }
      if entries[name] == nil { entries[name] = Entry(value: value, file: file) }
    }
  }

  /// The files that kubectl reads where none is named by an option.
  ///
  /// - Parameter environment: The environment, for `KUBECONFIG` and `HOME`.
  /// - Returns: The files, whether they exist or not; none if neither variable is set.
  public static func defaultPaths(environment: [String: String]) -> [String] {
    let listed = (environment["KUBECONFIG"] ?? "").split(separator: ":").map(String.init)
    guard listed.isEmpty else { return listed }
    guard let home = environment["HOME"], !home.isEmpty else { return [] }
    return [home + "/.kube/config"]
  }
}
