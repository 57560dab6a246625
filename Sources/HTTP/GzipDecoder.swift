internal import CCurl

/// Decodes a body in gzip as it comes in, and knows whether it came to its end.
final class GzipDecoder {
  /// Why a stream cannot be decoded.
  struct Malformed: Error {
    let reason: String
  }

  /// Whether all that came so far makes up whole gzip members; true before the first byte.
  private(set) var isComplete = true

  private let stream: UnsafeMutablePointer<z_stream>
  private var output = [UInt8](repeating: 0, count: 16 * 1024)

  init() {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let code = ccurl_gzip_start(stream)
    precondition(code == Z_OK, "zlib cannot start: \(code)")
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Decodes some bytes.
  ///
  /// - Parameters:
  ///   - bytes: The next bytes of the stream.
  ///   - emit: Takes decoded bytes; false stops the decoding.
  /// - Throws: `Malformed` if the bytes are not gzip.
  func decode(
    _ bytes: UnsafeBufferPointer<UInt8>, emit: (UnsafeBufferPointer<UInt8>) -> Bool
  ) throws(Malformed) {
    guard !bytes.isEmpty else { return }
    stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
    stream.pointee.avail_in = UInt32(bytes.count)
    repeat {
      if isComplete { inflateReset(stream) }
      let (code, count) = inflateOnce()
      // Z_BUF_ERROR: all input is used up and nothing was left to give out.
      guard code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR else {
        throw Malformed(reason: stream.pointee.msg.map { String(cString: $0) } ?? "code \(code)")
      }
      isComplete = code == Z_STREAM_END
      let isWanted = output.withUnsafeBufferPointer { decoded in
        count == 0 || emit(UnsafeBufferPointer(rebasing: decoded[..<count]))
      }
      guard isWanted else { return }
    } while stream.pointee.avail_in > 0 || (stream.pointee.avail_out == 0 && !isComplete)
  }

  private func inflateOnce() -> (code: Int32, count: Int) {
    output.withUnsafeMutableBufferPointer { buffer in
      stream.pointee.next_out = buffer.baseAddress
      stream.pointee.avail_out = UInt32(buffer.count)
      let code = inflate(stream, Z_NO_FLUSH)
      return (code, buffer.count - Int(stream.pointee.avail_out))
    }
  }
}
