import Foundation
import HTTP

/// What the API server says where it does not give what was asked for.
///
/// Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/
struct StatusAnswer: Decodable, Sendable {
  let kind: String
  let message: String?
  let reason: String?
  let code: Int?

  /// Reads a body; `nil` for any other text, such as that for an API version that is not served.
  init?(_ body: [UInt8]) {
    do {
      let status = try JSONDecoder().decode(StatusAnswer.self, from: Data(body))
      guard status.kind == "Status" else { return nil }
      self = status
    } catch {
      return nil
    }
  }
}

extension KubernetesError {
  /// The error that an answer with another status than 200 amounts to.
  ///
  /// A plain-text 404, which means that the API version is not served, counts as `notServed`.
  /// Credentials that the server repeats are taken out.
  static func answered(
    _ status: Int, _ body: [UInt8], subject: String, _ redaction: Redaction
  ) -> KubernetesError {
    let answer = StatusAnswer(body)
    if status == 404 {
      return answer == nil ? .notServed(subject: subject) : .notFound(subject: subject)
    }
    let message =
      answer?.message.map(redaction.redacting)?.onOneLine
      ?? redaction.redacting(String(decoding: body, as: UTF8.self)).firstLineShown
    return .refused(subject: subject, status: status, message: message)
  }
}

/// The part of a 403's message that tells who may not do what.
enum ForbiddenMessage {
  /// Leaves out what the reader of the error knows already, and names service accounts as such.
  static func shortened(_ message: String) -> String {
    var text = message
    if let range = text.firstRange(of: " is forbidden: ") {
      text = String(text[range.upperBound...])
    }
    text = text.replacing(" in API group \"networking.istio.io\"", with: "")
    text = text.replacing(/User "system:serviceaccount:([^":]*):([^":]*)"/) { match in
      "service account \"\(match.1)/\(match.2)\""
    }
    if text.hasPrefix("User \"") { text = "user" + text.dropFirst(4) }
    return text
  }
}

extension String {
  /// The last line that is not empty, for messages: where a program says why it fails.
  var lastLineShown: String {
    split(whereSeparator: \.isNewline).reversed().joined(separator: "\n").firstLineShown
  }
}
