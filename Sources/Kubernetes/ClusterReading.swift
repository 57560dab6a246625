import Foundation
import HTTP

/// Makes sense of one cluster of a kubeconfig.
struct ClusterReading: KubeconfigPart {
  let cluster: KubeconfigFile.Cluster
  let name: String
  let file: String

  var place: String { "cluster \"\(name.shownName)\"" }

  func server() throws(KubernetesError) -> String {
    guard let server = cluster.server.ifNotEmpty else {
      throw mistake("server", "it is missing; give the address of the API server")
    }
    guard server.hasPrefix("https://") || server.hasPrefix("http://") else {
      throw mistake("server", "it has to begin with https:// or http://")
    }
    guard !server.contains("@") else {
      throw mistake("server", "it must not hold a user name or password; remove them")
    }
    return server
  }

  func proxy() throws(KubernetesError) -> Secret? {
    guard let proxy = cluster.proxyURL?.secret, !proxy.revealed.isEmpty else { return nil }
    let schemes = ["http://", "https://", "socks5://", "socks5h://"]
    guard schemes.contains(where: { proxy.revealed.hasPrefix($0) }) else {
      throw mistake("proxy-url", "it has to begin with http://, https:// or socks5://")
    }
    return proxy
  }

  func security() throws(KubernetesError) -> TransportSecurity {
    let authorities = try authorities()
    let skipsVerification = cluster.insecureSkipTLSVerify ?? false
    guard !skipsVerification || authorities == nil else {
      throw mistake(
        "insecure-skip-tls-verify",
        "it contradicts the certificate authority that is given too; remove one of them")
    }
    return TransportSecurity(
      certificateAuthorities: authorities, serverName: cluster.tlsServerName.ifNotEmpty,
      skipsVerification: skipsVerification)
  }

  private func authorities() throws(KubernetesError) -> PEMSource? {
    if let data = cluster.certificateAuthorityData.ifNotEmpty {
      return .bytes(try decoded(data, key: "certificate-authority-data"))
    }
    guard let path = cluster.certificateAuthority.ifNotEmpty else { return nil }
    return .file(try readable(path, key: "certificate-authority"))
  }

  /// What credential plugins are told of the cluster.
  func informationForPlugins() throws(KubernetesError) -> CredentialPlugin.ClusterInformation {
    let configuration = cluster.extensions?.first {
      $0.name == "client.authentication.k8s.io/exec"
    }
    return CredentialPlugin.ClusterInformation(
      server: try server(), serverName: cluster.tlsServerName.ifNotEmpty,
      skipsVerification: cluster.insecureSkipTLSVerify ?? false, authorities: try authorities(),
      proxy: try proxy(), configuration: configuration?.extension)
  }
}
