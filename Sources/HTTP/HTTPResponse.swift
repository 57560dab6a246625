/// A whole answer.
public struct HTTPResponse: Sendable, Equatable {
  /// The status, 200…599.
  public let status: Int
  /// The fields as sent: `Content-Encoding` and `Content-Length` describe the body on the wire.
  public let headers: HTTPHeaders
  /// The body, decoded.
  public let body: [UInt8]
  /// Where a 3xx answer points, absolute, without user info and query; `nil` for other answers.
  public let redirectTarget: String?

  /// The body as text; bytes that are not UTF-8 become replacement characters.
  public var text: String { String(decoding: body, as: UTF8.self) }
}

/// An answer whose body has yet to be read.
public struct HTTPStreamedResponse: Sendable {
  /// The status, 200…599.
  public let status: Int
  /// The fields as sent: `Content-Encoding` and `Content-Length` describe the body on the wire.
  public let headers: HTTPHeaders
  /// The body, decoded, in chunks as they come; dropping it ends the transfer.
  public let body: HTTPBodyStream
  /// Where a 3xx answer points, absolute, without user info and query; `nil` for other answers.
  public let redirectTarget: String?
}

/// What is known once the header of an answer is complete.
struct ResponseHead: Sendable {
  let status: Int
  let headers: HTTPHeaders
  let redirectTarget: String?
}
