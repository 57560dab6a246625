import Testing

@testable import Reporting

@Suite struct TextTests {
  @Test func `columns are as wide as their widest cell`() {
    var table = TextTable([("version", .left), ("requests", .right)])
    table.add(["v1", "12,345"])
    table.add(["a-long-name", "1"])
    #expect(
      table.lines(.plain) == [
        "  version      requests",
        "  v1             12,345",
        "  a-long-name         1",
      ])
  }

  @Test func `control characters and marks of direction become visible`() {
    #expect("a\u{1B}[2Jb\u{202E}c\n".terminalSafe == "a\\u{1b}[2Jb\\u{202e}c\\u{a}")
    #expect("v1 é 🚀".terminalSafe == "v1 é 🚀")
  }

  @Test func `text is broken at spaces, and words that are too long lose their middle`() {
    #expect("one two three".wrapped(to: 7) == ["one two", "three"])
    #expect("incomprehensibilities".wrapped(to: 7) == ["inco…es"])
    #expect("".wrapped(to: 5) == [])
    #expect("about 12.5 %, or so".wrapped(to: 11) == ["about", "12.5 %, or", "so"])
  }
}
