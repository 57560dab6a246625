import Testing

@testable import Reporting

@Suite struct DisplayWidthTests {
  @Test(
    arguments: [
      ("v1", 2), ("", 0), ("漢字", 4), ("🚀", 2), ("e\u{301}", 1), ("한", 2), ("ﾊ", 1), ("Ｖ", 2),
      ("♥\u{FE0F}", 2), ("…", 1), ("█", 1),
    ] as [(String, Int)])
  func `a text is as wide as a terminal shows it`(text: String, width: Int) {
    #expect(text.displayWidth == width)
  }

  @Test func `the middle of a long text is left out`() {
    #expect("abcdefghij".elided(to: 10) == "abcdefghij")
    #expect("abcdefghijk".elided(to: 7) == "abcd…jk")
    #expect("漢字漢字漢字".elided(to: 7) == "漢字…字")
    for width in 1...12 {
      #expect("漢字🚀abcdefgh".elided(to: width).displayWidth <= width)
    }
  }

  @Test func `columns with wide characters stand below one another`() {
    var table = TextTable([("version", .left), ("requests", .right)])
    table.add(["漢字", "1"])
    table.add(["v1", "20"])
    #expect(
      table.lines(.plain) == ["  version  requests", "  漢字            1", "  v1             20"])
  }

  @Test func `a table that is too wide becomes a line for every cell`() {
    var table = TextTable([("version", .left), ("requests", .right)])
    table.add(["v1", TextCell(String(repeating: "9", count: 50))])
    #expect(
      table.lines(TextStyle(width: 40)) == [
        "  v1",
        "    requests  " + String(repeating: "9", count: 17) + "…"
          + String(repeating: "9", count: 8),
      ])
  }
}
