import HTTP

extension CredentialPlugin {
  /// What of that which the plugin is given is secret by its name: variables and options such as
  /// `AWS_SECRET_ACCESS_KEY`, `--token=…` and `--client-secret …`.
  ///
  /// The values of others, such as a profile or a region, say why it failed.
  var secretsGiven: [Secret] {
    let variables = environment.filter { Self.namesSecret($0.key) }.map(\.value)
    var options: [Secret] = []
    var isSecretNext = false
    for argument in arguments {
      let text = argument.revealed
      if text.hasPrefix("-") {
        let parts = text.split(separator: "=", maxSplits: 1)
        let isSecret = parts.first.map { Self.namesSecret(String($0)) } ?? false
        if isSecret, parts.count == 2 { options.append(Secret(String(parts[1]))) }
        isSecretNext = isSecret && parts.count == 1
      } else {
        if isSecretNext { options.append(argument) }
        isSecretNext = false
      }
    }
    return variables + options
  }

  private static func namesSecret(_ name: String) -> Bool {
    let name = name.lowercased()
    // A file or an address that such a variable names is none itself.
    guard !["file", "path", "url", "uri", "dir"].contains(where: name.hasSuffix) else {
      return false
    }
    return ["token", "secret", "password", "passwd", "credential", "key"].contains(
      where: name.contains)
  }
}
