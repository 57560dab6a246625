import Foundation
import HTTP

extension KubernetesConnection {
  /// Where Kubernetes puts the service account into a pod.
  public static let defaultServiceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount"

  /// The cluster that this program runs in, as the service account of its pod.
  ///
  /// The token is read anew for each request, since the cluster replaces it.
  ///
  /// Source: https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/
  ///
  /// - Parameters:
  ///   - environment: The environment, for the address of the API server.
  ///   - folder: Where token, authority and namespace are.
  /// - Returns: A connection.
  /// - Throws: `KubernetesError.serviceAccount` that says what is missing.
  public static func inCluster(
    environment: [String: String], folder: String = defaultServiceAccountFolder
  ) throws(KubernetesError) -> KubernetesConnection {
    guard let host = environment["KUBERNETES_SERVICE_HOST"].ifNotEmpty,
      let port = environment["KUBERNETES_SERVICE_PORT"].ifNotEmpty
    else {
      throw .serviceAccount(
        file: folder,
        problem: "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set; "
          + "give --kubeconfig FILE outside a cluster")
    }
    let (token, authority) = (folder + "/token", folder + "/ca.crt")
    for file in [token, authority] where !FileManager.default.isReadableFile(atPath: file) {
      throw .serviceAccount(
        file: file,
        problem: "it cannot be read; give the pod a serviceAccountName and leave "
          + "automountServiceAccountToken on")
    }
    let address = host.contains(":") ? "[\(host)]" : host
    var connection = KubernetesConnection(
      baseURL: "https://\(address):\(port)", name: "the service account in \(folder)")
    connection.security.certificateAuthorities = .file(authority)
    connection.credentials = Credentials(
      .tokenFile(token), "the service account's token in \(token)")
    connection.namespace = try namespace(in: folder)
    return connection
  }

  private static func namespace(in folder: String) throws(KubernetesError) -> String? {
    let file = folder + "/namespace"
    guard FileManager.default.fileExists(atPath: file) else { return nil }
    do {
      let text = try String(contentsOfFile: file, encoding: .utf8)
      return text.trimmingCharacters(in: .whitespacesAndNewlines)
    } catch {
      throw .serviceAccount(file: file, problem: "it cannot be read; check its permissions")
    }
  }
}
