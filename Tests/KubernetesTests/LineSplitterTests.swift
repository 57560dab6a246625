import Testing

@testable import Kubernetes

struct LineSplitterTests {
  private func lines(of chunks: [String], limit: Int = 100) throws -> [String] {
    var splitter = LineSplitter(maximumLineBytes: limit)
    var lines: [String] = []
    for chunk in chunks {
      splitter.append(Array(chunk.utf8))
      while let line = try splitter.next() { lines.append(String(decoding: line, as: UTF8.self)) }
    }
    return lines
  }

  @Test(
    arguments: [
      ["one\ntwo\nthree"], ["one", "\n", "two\n", "thr"], ["o", "ne\n\n\nt", "wo", "\n", "\n"],
    ])
  func `lines come whole, however they are cut, and without the unfinished one`(
    chunks: [String]
  ) throws {
    #expect(try lines(of: chunks) == ["one", "two"])
  }

  @Test func `the limit holds for whole lines and for unfinished ones`() throws {
    #expect(try lines(of: ["123\n123\n"], limit: 3) == ["123", "123"])
    #expect(throws: LineSplitter.TooLong.self) { try lines(of: ["1234\n"], limit: 3) }
    #expect(throws: LineSplitter.TooLong.self) { try lines(of: ["12", "34"], limit: 3) }
  }
}
