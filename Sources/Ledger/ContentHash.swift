import Crypto

/// What names a piece of content by what it holds.
public enum ContentHash {
  /// The SHA-256 of bytes.
  ///
  /// - Parameter bytes: Any bytes.
  /// - Returns: 64 hexadecimal digits in lower case.
  public static func hexadecimal(of bytes: [UInt8]) -> String {
    SHA256.hash(data: bytes).map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }
}
