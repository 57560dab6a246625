/// Puts lines together from chunks of any size.
struct LineSplitter {
  /// A line has more bytes than allowed.
  struct TooLong: Error {}

  private let maximumLineBytes: Int
  private var buffer: [UInt8] = []
  private var start = 0
  private var searched = 0

  init(maximumLineBytes: Int) {
    self.maximumLineBytes = maximumLineBytes
  }

  mutating func append(_ chunk: [UInt8]) {
    buffer.removeFirst(start)
    searched -= start
    start = 0
    buffer += chunk
  }

  /// The next whole line without its end, or `nil` until more bytes come.
  ///
  /// - Returns: The bytes; empty lines are left out.
  /// - Throws: `TooLong` once it is clear that the line is.
  mutating func next() throws(TooLong) -> [UInt8]? {
    while let end = buffer[searched...].firstIndex(of: 0x0A) {
      let line = buffer[start..<end]
      start = end + 1
      searched = start
      guard line.count <= maximumLineBytes else { throw TooLong() }
      if !line.isEmpty { return Array(line) }
    }
    searched = buffer.count
    guard buffer.count - start <= maximumLineBytes else { throw TooLong() }
    return nil
  }
}
