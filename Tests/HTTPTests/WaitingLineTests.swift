import Testing

@testable import HTTP

struct WaitingLineTests {
  private let url: CheckedURL
  private let other: CheckedURL
  private let encrypted: CheckedURL

  init() throws {
    url = try CheckedURL("http://metrics:8428/api")
    other = try CheckedURL("http://other:8428/api")
    encrypted = try CheckedURL("https://metrics:8428/api")
  }

  /// Which of the requests begin.
  private static func begin(
    _ identifiers: ClosedRange<UInt64>, _ url: CheckedURL, in line: inout WaitingLine
  ) -> [UInt64] {
    identifiers.filter { line.mayBegin($0, url) }
  }

  /// Which requests begin as others end.
  private static func end(
    _ identifiers: [UInt64], _ url: CheckedURL, in line: inout WaitingLine
  ) -> [UInt64?] {
    identifiers.map { line.next(after: $0, url) }
  }

  @Test func `requests begin while there are places, and then in the order in which they came`() {
    var line = WaitingLine(placesPerOrigin: 2)
    let begun = Self.begin(1...5, url, in: &line)
    #expect(begun == [1, 2])
    let followed = Self.end([2, 1, 3, 5], url, in: &line)
    #expect(followed == [3, 4, 5, nil])
    let later = Self.begin(6...7, url, in: &line)
    #expect(later == [6])
  }

  @Test func `each origin has its own places, and over TLS there is no end of them`() {
    var line = WaitingLine(placesPerOrigin: 1)
    let begun = [
      Self.begin(1...1, url, in: &line), Self.begin(2...2, other, in: &line),
      Self.begin(3...20, encrypted, in: &line), Self.begin(21...21, url, in: &line),
    ]
    #expect(begun == [[1], [2], Array(3...20), []])
    let followed = [
      Self.end([3], encrypted, in: &line), Self.end([2], other, in: &line),
      Self.end([1], url, in: &line),
    ]
    #expect(followed == [[nil], [nil], [21]])
  }

  @Test func `one that gives up while it waits takes no place`() {
    var line = WaitingLine(placesPerOrigin: 1)
    let begun = Self.begin(1...3, url, in: &line)
    #expect(begun == [1])
    let followed = Self.end([2, 1, 3], url, in: &line)
    #expect(followed == [nil, 3, nil])
    let later = Self.begin(4...4, url, in: &line)
    #expect(later == [4])
  }
}
