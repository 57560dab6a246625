import Compression
import TestSupport
import Testing

@Suite struct CompressionTests {
  /// Bytes that compress well and others that do not, from nothing to half a megabyte.
  private static let samples: [[UInt8]] = {
    var generator = SplitMix64(seed: 7)
    return [0, 1, 1000, 500_000].flatMap { count -> [[UInt8]] in
      [
        [UInt8](repeating: 65, count: count),
        (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) },
      ]
    }
  }()

  @Test(arguments: samples)
  func `bytes come back as they were`(bytes: [UInt8]) throws {
    #expect(try Compression.decompressed(Compression.compressed(bytes)) == bytes)
  }

  @Test func `what compresses well becomes small`() {
    #expect(Compression.compressed([UInt8](repeating: 65, count: 500_000)).count < 1000)
  }

  @Test func `python reads the stream`() async throws {
    let stream = Compression.compressed(Array("what was counted".utf8))
    let text = try await Shell.run(
      "python3", "-c", "import zlib; print(zlib.decompress(bytes(\(stream))).decode())")
    #expect(text == "what was counted\n")
  }

  @Test func `a stream that was cut anywhere is refused`() {
    let stream = Compression.compressed(Array("what was counted in an hour".utf8))
    for length in 0..<stream.count {
      #expect(throws: CompressionError("it is damaged or cut short")) {
        try Compression.decompressed(Array(stream.prefix(length)))
      }
    }
  }

  @Test func `a flipped byte is refused, or none of the content's`() {
    let bytes = Array("what was counted in an hour".utf8)
    let stream = Compression.compressed(bytes)
    var refused = 0
    for place in stream.indices {
      for flip in [UInt8(1), 16, 255] {
        var damaged = stream
        damaged[place] ^= flip
        do throws(CompressionError) {
          #expect(try Compression.decompressed(damaged) == bytes)
        } catch {
          refused += 1
        }
      }
    }
    // A few bits of the header and between the content and its checksum mean nothing.
    #expect(refused >= stream.count * 3 - 4)
  }

  @Test func `bytes after the end are refused`() {
    let stream = Compression.compressed(Array("what was counted".utf8))
    #expect(throws: CompressionError("3 bytes follow its end")) {
      try Compression.decompressed(stream + [1, 2, 3])
    }
  }

  @Test
  func `a stream that holds more than the limit is refused, one that holds just as much is not`()
    throws
  {
    let stream = Compression.compressed([UInt8](repeating: 65, count: 100_000))
    #expect(try Compression.decompressed(stream, limit: 100_000).count == 100_000)
    #expect(throws: CompressionError("it holds more than 99999 bytes")) {
      try Compression.decompressed(stream, limit: 99_999)
    }
  }
}
