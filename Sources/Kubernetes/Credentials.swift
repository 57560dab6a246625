import HTTP

/// Who asks, and where that comes from.
struct Credentials: Sendable {
  enum Method: Sendable, Equatable {
    case none
    case token(Secret)
    /// A file that is read anew for each request, since it is replaced before its token expires.
    case tokenFile(String)
    case password(user: String, password: Secret)
    case plugin(CredentialPlugin)
  }

  /// Nobody in particular.
  static let anonymous = Credentials(.none, "anonymous requests")

  let method: Method
  /// What it is and where it stands, for messages: no secrets.
  let description: String

  init(_ method: Method, _ description: String) {
    self.method = method
    self.description = description
  }
}
