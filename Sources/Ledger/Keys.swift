import Crypto
import Foundation

/// Why a key cannot be used.
public enum KeyError: Error, Equatable, CustomStringConvertible {
  /// The content is no private key.
  case noPrivateKey
  /// The content is no public key.
  case noPublicKey

  /// What is wrong, and how to make a key.
  public var description: String {
    switch self {
    case .noPrivateKey:
      "it is no Ed25519 private key; make one with \"openssl genpkey -algorithm ed25519\""
    case .noPublicKey:
      "it is no Ed25519 public key; make it of the private one with \"openssl pkey -pubout\""
    }
  }
}

/// An Ed25519 private key, which signs entries.
///
/// Its description tells nothing of it.
public struct SigningKey: Sendable, CustomStringConvertible {
  /// Of PKCS #8: a private key of the algorithm 1.3.101.112, whose 32 bytes follow.
  ///
  /// **Source:** RFC 8410, section 7.
  private static let prefix: [UInt8] = [
    0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
  ]

  private let key: Curve25519.Signing.PrivateKey

  /// Reads a key.
  ///
  /// - Parameter content: PEM or DER as `openssl genpkey -algorithm ed25519` writes it, or the 32
  ///   bytes of the seed.
  /// - Throws: `KeyError.noPrivateKey` if it is none of these.
  public init(content: Data) throws(KeyError) {
    guard
      let bytes = KeyContent.bytes(content, label: "PRIVATE KEY", prefix: Self.prefix),
      let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: bytes)
    else { throw .noPrivateKey }
    self.key = key
  }

  /// Always the same.
  public var description: String { "<redacted>" }

  /// The key that verifies what this one signs.
  public var verifyingKey: VerifyingKey { VerifyingKey(key: key.publicKey) }

  func signature(of text: String) throws -> String {
    Hexadecimal.text(try key.signature(for: Data(text.utf8)))
  }
}

/// An Ed25519 public key, which verifies what the private one signed.
public struct VerifyingKey: Sendable {
  /// Of a public key of the algorithm 1.3.101.112, whose 32 bytes follow.
  ///
  /// **Source:** RFC 8410, section 4.
  private static let prefix: [UInt8] = [
    0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00,
  ]

  private let key: Curve25519.Signing.PublicKey

  init(key: Curve25519.Signing.PublicKey) {
    self.key = key
  }

  /// Reads a key.
  ///
  /// - Parameter content: PEM or DER as `openssl pkey -pubout` writes it, or the 32 bytes.
  /// - Throws: `KeyError.noPublicKey` if it is none of these.
  public init(content: Data) throws(KeyError) {
    guard
      let bytes = KeyContent.bytes(content, label: "PUBLIC KEY", prefix: Self.prefix),
      let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes)
    else { throw .noPublicKey }
    self.key = key
  }

  func isValid(_ signature: String, of text: String) -> Bool {
    guard let bytes = Hexadecimal.bytes(signature) else { return false }
    return key.isValidSignature(Data(bytes), for: Data(text.utf8))
  }
}

private enum KeyContent {
  /// The 32 bytes of a key: of PEM or DER with the prefix, or bare.
  static func bytes(_ content: Data, label: String, prefix: [UInt8]) -> Data? {
    if content.count == 32 { return content }
    let encoded = pem(content, label: label) ?? content
    guard encoded.count == prefix.count + 32, encoded.starts(with: prefix) else { return nil }
    return encoded.suffix(32)
  }

  private static func pem(_ content: Data, label: String) -> Data? {
    let lines = String(decoding: content, as: UTF8.self).split(whereSeparator: \.isNewline)
      .map { $0.trimmingCharacters(in: .whitespaces) }
    guard let begin = lines.firstIndex(of: "-----BEGIN \(label)-----"),
      let end = lines[begin...].firstIndex(of: "-----END \(label)-----")
    else { return nil }
    return Data(base64Encoded: lines[(begin + 1)..<end].joined())
  }
}
