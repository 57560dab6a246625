import Foundation

/// Who asks, as the `Authorization` field says it.
public enum HTTPAuthorization: Sendable, Equatable {
  /// A user name, without a colon, and a password.
  case basic(user: String, password: Secret)
  /// A token.
  case bearer(Secret)

  var headerValue: String {
    switch self {
    case .basic(let user, let password):
      "Basic " + Self.basicCredentials(user: user, password: password).revealed
    case .bearer(let token):
      "Bearer " + token.revealed
    }
  }

  /// User and password as they are sent.
  static func basicCredentials(user: String, password: Secret) -> Secret {
    Secret(Data("\(user):\(password.revealed)".utf8).base64EncodedString())
  }
}
