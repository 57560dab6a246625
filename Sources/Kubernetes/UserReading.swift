import Foundation
import HTTP

/// Makes sense of one user of a kubeconfig.
struct UserReading: KubeconfigPart {
  let user: KubeconfigFile.User
  let name: String
  let file: String
  let environment: [String: String]

  var place: String { "user \"\(name.shownName)\"" }
  private var owner: String { "of \(place) of \(file)" }

  func clientCertificate() throws(KubernetesError) -> ClientCertificate? {
    let certificate = try source(
      user.clientCertificateData, user.clientCertificate, key: "client-certificate")
    let key = try source(user.clientKeyData, user.clientKey, key: "client-key")
    switch (certificate, key) {
    case (nil, nil): return nil
    case (let certificate?, let key?):
      return ClientCertificate(certificate: certificate, key: key)
    case (_?, nil):
      throw mistake("client-key-data", "it is missing; a client certificate needs its key")
    case (nil, _?):
      throw mistake("client-certificate-data", "it is missing; a key needs its certificate")
    }
  }

  private func source(
    _ data: KubeconfigFile.SecretText?, _ path: String?, key: String
  ) throws(KubernetesError) -> PEMSource? {
    if let text = data?.secret.revealed, !text.isEmpty {
      return .bytes(try decoded(text, key: key + "-data"))
    }
    guard let path = path.ifNotEmpty else { return nil }
    return .file(try readable(path, key: key))
  }

  /// Who asks, beside a client certificate; a file counts before a text, both before a plugin.
  func credentials(for cluster: ClusterReading) throws(KubernetesError) -> Credentials {
    guard user.authProvider == nil else {
      throw mistake(
        "auth-provider", "it is no longer supported by Kubernetes; use an exec plugin instead")
    }
    guard user.impersonatedUser.ifNotEmpty == nil else {
      throw mistake("as", "acting as somebody else is not supported; name the user itself")
    }
    let token = (user.token?.secret).flatMap { $0.revealed.isEmpty ? nil : $0 }
    if user.username.ifNotEmpty != nil, token != nil || user.tokenFile.ifNotEmpty != nil {
      throw mistake("username", "there is a token too; remove one of them")
    }
    if let path = user.tokenFile.ifNotEmpty {
      let resolved = try readable(path, key: "tokenFile")
      return Credentials(.tokenFile(resolved), "the token in \(resolved) \(owner)")
    }
    if let token {
      return Credentials(.token(token), "the token \(owner)")
    }
    if let username = user.username.ifNotEmpty {
      guard !username.contains(":") else {
        throw mistake("username", "it must not have a colon")
      }
      let password = user.password?.secret ?? Secret("")
      return Credentials(
        .password(user: username, password: password), "the user name and password \(owner)")
    }
    if let exec = user.exec {
      return Credentials(
        .plugin(try plugin(exec, cluster)),
        "the credentials \(owner) from \"\(exec.command ?? "")\"")
    }
    let isCertified =
      user.clientCertificate.ifNotEmpty != nil || user.clientCertificateData != nil
    return Credentials(
      .none, isCertified ? "the client certificate \(owner)" : "anonymous requests")
  }

  private func plugin(
    _ exec: KubeconfigFile.Plugin, _ cluster: ClusterReading
  ) throws(KubernetesError) -> CredentialPlugin {
    guard let command = exec.command.ifNotEmpty else {
      throw mistake("exec.command", "it is missing; name the program")
    }
    let versions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"]
    guard let apiVersion = exec.apiVersion.ifNotEmpty, versions.contains(apiVersion) else {
      throw mistake("exec.apiVersion", "it has to be \(versions.joined(separator: " or "))")
    }
    let isModeRequired = apiVersion == versions[0]
    switch exec.interactiveMode.ifNotEmpty ?? (isModeRequired ? "" : "IfAvailable") {
    case "Never", "IfAvailable": break
    case "Always":
      throw mistake(
        "exec.interactiveMode",
        "it is Always, but \"\(command)\" is run without a terminal here; set it to IfAvailable, "
          + "or use a token")
    default:
      throw mistake("exec.interactiveMode", "it has to be Never or IfAvailable")
    }
    var variables = environment
    for variable in exec.env ?? [] {
      variables[variable.name] = variable.value?.secret.revealed ?? ""
    }
    return CredentialPlugin(
      apiVersion: apiVersion, command: command.contains("/") ? resolved(command) : command,
      arguments: (exec.args ?? []).map(\.secret), environment: variables.mapValues(Secret.init),
      installHint: exec.installHint.ifNotEmpty?.split(whereSeparator: \.isWhitespace)
        .joined(separator: " ").onOneLine,
      cluster: exec.provideClusterInfo == true ? try cluster.informationForPlugins() : nil,
      owner: place + " of " + file)
  }
}
