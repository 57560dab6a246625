import HTTP

/// Why the Kubernetes API gave no answer that can be used.
public enum KubernetesError: Error, Equatable, CustomStringConvertible {
  /// The server could not be reached.
  case unreachable(subject: String, HTTPError)
  /// The object does not exist.
  case notFound(subject: String)
  /// The server knows none of the API versions that are understood.
  case notServed(subject: String)
  /// The server answered with another status than 200.
  case refused(subject: String, status: Int, message: String)
  /// The server answered 200 with something else than the object.
  case unreadable(subject: String, reason: String)
  /// The server does not accept who asks; `tried` names the credentials, without showing them.
  case unauthorized(subject: String, tried: String)
  /// A failure behind a connection that was not given as a base URL, and the name of that.
  indirect case through(connection: String, KubernetesError)
  /// A kubeconfig cannot be used; `place` names the context, cluster or user, and the key.
  case kubeconfig(file: String, place: String, problem: String)
  /// The address of an API server cannot be used.
  case unusableAddress(address: String, problem: String)
  /// No configuration was found at all.
  case noConfiguration(reason: String)
  /// The service account of a pod cannot be used.
  case serviceAccount(file: String, problem: String)
  /// Credentials could not be had at the moment at which they were needed.
  case noCredentials(source: String, problem: String)

  /// Whether the user's settings have to change, since trying again cannot help.
  public var isConfigurationMistake: Bool {
    switch self {
    case .notFound, .kubeconfig, .unusableAddress, .noConfiguration, .serviceAccount: true
    case .through(_, let error): error.isConfigurationMistake
    case .unreachable, .notServed, .refused, .unreadable, .unauthorized, .noCredentials: false
    }
  }

  /// What could not be done, why, and what to do.
  public var description: String { text(toCheck: "--kubernetes") }

  private func text(toCheck setting: String) -> String {
    switch self {
    case .unreachable(let subject, let error) where error.concernsProxy:
      "cannot read \(subject): \(error); check \(setting), or https_proxy and no_proxy in the "
        + "environment"
    case .unreachable(let subject, let error):
      "cannot read \(subject): \(error); check \(setting)"
    case .notFound(let subject):
      "cannot read \(subject): it does not exist; check --virtual-service and the cluster"
    case .notServed(let subject):
      "cannot read \(subject): the server does not serve networking.istio.io in v1, v1beta1 or "
        + "v1alpha3; install Istio's custom resources, or check \(setting)"
    case .refused(let subject, 403, let message):
      "cannot read \(subject): 403 Forbidden (\(ForbiddenMessage.shortened(message))); grant it "
        + "with deploy/rbac.yaml"
    case .refused(let subject, let status, let message):
      "cannot read \(subject): the server answered \(status) (\(message)); check \(setting)"
    case .unreadable(let subject, let reason):
      "cannot read \(subject): the answer is not one of a Kubernetes API server (\(reason)); "
        + "check \(setting)"
    case .unauthorized(let subject, let tried):
      "cannot read \(subject): 401 Unauthorized; the server does not accept \(tried); "
        + (tried == Credentials.anonymous.description
          ? "name a user in the kubeconfig" : "renew or correct it")
    case .through(let connection, let error):
      error.text(toCheck: connection)
    case .kubeconfig(let file, let place, let problem):
      "cannot use kubeconfig \(file): \(place.isEmpty ? "" : "\(place): ")\(problem)"
    case .unusableAddress(let address, let problem):
      "cannot use the Kubernetes API at \(address): \(problem); check \(setting)"
    case .noConfiguration(let reason):
      "cannot find a Kubernetes cluster: \(reason)"
    case .serviceAccount(let file, let problem):
      "cannot use the service account of this pod: \(file): \(problem)"
    case .noCredentials(let source, let problem):
      "cannot get \(source): \(problem)"
    }
  }
}
