import Testing

@testable import HTTP

struct HeadReaderTests {
  private func read(_ lines: [String]) -> (HeadReader, [HeadReader.Progress]) {
    var reader = HeadReader()
    let progress = lines.map { line in
      Array((line + "\r\n").utf8).withUnsafeBufferPointer { reader.read($0) }
    }
    return (reader, progress)
  }

  @Test func `fields are kept in order, without white space around them`() {
    let (reader, progress) = read([
      "HTTP/1.1 200 OK", "A:  one \t", "B:", "a: two: three", "C: begun", "  continued", "",
    ])
    #expect(reader.status == 200)
    #expect(progress.last == .complete)
    #expect(
      reader.headers
        == HTTPHeaders([("A", "one"), ("B", ""), ("a", "two: three"), ("C", "begun continued")]))
  }

  @Test func `an interim answer and trailers leave nothing behind`() {
    let (reader, progress) = read([
      "HTTP/1.1 100 Continue", "A: early", "", "HTTP/2 503", "B: final", "", "C: late", "",
    ])
    #expect(reader.status == 503)
    #expect(reader.headers == ["B": "final"])
    #expect(progress.filter { $0 == .complete }.count == 1)
  }

  @Test(arguments: ["HTTP/1.1", "HTTP/1.1 abc", "no colon"])
  func `a line that is no header is named`(line: String) {
    let (_, progress) = read([line])
    guard case .malformed = progress.first else {
      Issue.record("\(progress)")
      return
    }
  }

  @Test func `the header has a limit`() {
    let long = "A: " + String(repeating: "x", count: 64 * 1024)
    let (_, progress) = read(["HTTP/1.1 200 OK"] + Array(repeating: long, count: 20))
    #expect(progress.last == .malformed(reason: "the header is larger than 1048576 bytes"))
  }
}
