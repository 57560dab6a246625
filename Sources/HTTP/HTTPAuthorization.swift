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
      "Basic " + Data("\(user):\(password.revealed)".utf8).base64EncodedString()
    case .bearer(let token):
      "Bearer " + token.revealed
    }
  }
}
