/// Puts the header lines of an answer together, and leaves out interim answers (1xx) and trailers.
struct HeadReader {
  /// What a line brought.
  enum Progress: Equatable {
    case incomplete, complete, malformed(reason: String)
  }

  private static let limitBytes = 1024 * 1024

  private(set) var status = 0
  private(set) var headers = HTTPHeaders()
  private(set) var isComplete = false
  private var pending: (name: String, value: String)?
  private var byteCount = 0

  /// Reads one line with its line end.
  mutating func read(_ bytes: UnsafeBufferPointer<UInt8>) -> Progress {
    guard !isComplete else { return .incomplete }
    byteCount += bytes.count
    guard byteCount <= HeadReader.limitBytes else {
      return .malformed(reason: "the header is larger than \(HeadReader.limitBytes) bytes")
    }
    let isContinuation = bytes.first == 0x20 || bytes.first == 0x09
    let line = bytes[...].withoutWhitespaceAround
    if line.isEmpty { return endOfBlock() }
    if isContinuation, let (name, value) = pending {
      pending = (name, value + " " + line.text)
      return .incomplete
    }
    takePending()
    guard !line.starts(with: "HTTP/".utf8) else { return readStatus(line.text) }
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
      return .malformed(reason: "a header line without a colon")
    }
    pending = (
      line[..<colon].withoutWhitespaceAround.text,
      line[line.index(after: colon)...].withoutWhitespaceAround.text
    )
    return .incomplete
  }

  private mutating func readStatus(_ line: String) -> Progress {
    headers = HTTPHeaders()
    let words = line.split(separator: " ", maxSplits: 2)
    guard words.count > 1, let number = Int(words[1]), (100...999).contains(number) else {
      return .malformed(reason: "a status line without a status")
    }
    status = number
    return .incomplete
  }

  private mutating func endOfBlock() -> Progress {
    takePending()
    isComplete = status >= 200
    return isComplete ? .complete : .incomplete
  }

  private mutating func takePending() {
    guard let (name, value) = pending else { return }
    headers.add(name, value)
    pending = nil
  }
}

extension Slice<UnsafeBufferPointer<UInt8>> {
  fileprivate var withoutWhitespaceAround: Self {
    let isBlank = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
    let start = drop(while: isBlank)
    return start.lastIndex { !isBlank($0) }.map { start[...$0] } ?? start[..<start.startIndex]
  }

  fileprivate var text: String { String(decoding: self, as: UTF8.self) }
}
