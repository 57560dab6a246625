internal import CZlib

/// Why bytes could not be decompressed.
public struct CompressionError: Error, Equatable, CustomStringConvertible {
  /// What is wrong with them.
  public let description: String

  /// An error with its words.
  public init(_ description: String) {
    self.description = description
  }
}

/// Bytes in the zlib format (RFC 1950), which `python3 -c "import zlib"` and many others read.
public enum Compression {
  /// The bytes, compressed as well as zlib can.
  ///
  /// - Parameter bytes: Any bytes.
  /// - Returns: A zlib stream; other versions of zlib may make another one of the same bytes.
  public static func compressed(_ bytes: [UInt8]) -> [UInt8] {
    var size = compressBound(UInt(bytes.count))
    var output = [UInt8](repeating: 0, count: Int(size))
    let code = compress2(&output, &size, bytes, UInt(bytes.count), Z_BEST_COMPRESSION)
    precondition(code == Z_OK, "zlib cannot compress: \(code)")
    return Array(output.prefix(Int(size)))
  }

  /// The bytes of a zlib stream.
  ///
  /// - Parameters:
  ///   - stream: The stream.
  ///   - limit: How many bytes it may hold at most.
  /// - Returns: The bytes.
  /// - Throws: A `CompressionError` if it is no whole stream, or holds more.
  public static func decompressed(
    _ stream: [UInt8], limit: Int = 256 << 20
  ) throws(CompressionError) -> [UInt8] {
    var capacity = min(limit, max(1024, stream.count * 8))
    while true {
      var size = UInt(capacity)
      var read = UInt(stream.count)
      var output = [UInt8](repeating: 0, count: capacity)
      switch uncompress2(&output, &size, stream, &read) {
      case Z_OK where read < UInt(stream.count):
        throw CompressionError("\(UInt(stream.count) - read) bytes follow its end")
      case Z_OK: return Array(output.prefix(Int(size)))
      case Z_BUF_ERROR where capacity < limit: capacity = min(limit, capacity * 4)
      case Z_BUF_ERROR: throw CompressionError("it holds more than \(limit) bytes")
      default: throw CompressionError("it is damaged or cut short")
      }
    }
  }
}
