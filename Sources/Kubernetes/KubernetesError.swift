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

  /// What could not be done, why, and what to do.
  public var description: String {
    switch self {
    case .unreachable(let subject, let error):
      "cannot read \(subject): \(error); check --kubernetes"
    case .notFound(let subject):
      "cannot read \(subject): it does not exist; check --virtual-service and the cluster"
    case .notServed(let subject):
      "cannot read \(subject): the server does not serve networking.istio.io in v1, v1beta1 or "
        + "v1alpha3; install Istio's custom resources, or check --kubernetes"
    case .refused(let subject, 403, let message):
      "cannot read \(subject): 403 Forbidden (\(message)); grant get and list on virtualservices "
        + "and destinationrules"
    case .refused(let subject, let status, let message):
      "cannot read \(subject): the server answered \(status) (\(message)); check --kubernetes"
    case .unreadable(let subject, let reason):
      "cannot read \(subject): the answer is not one of a Kubernetes API server (\(reason)); "
        + "check --kubernetes"
    }
  }
}
