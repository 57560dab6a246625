import Ledger
import Testing

@Suite struct LedgerValueTests {
  @Test func `keys are in the order of their bytes, and nothing stands between`() {
    let value = LedgerValue.object([
      "b": .integer(-2), "a_b": .list([.text("x"), .integer(1)]), "aB": .object([:]),
      "a": .list([]),
    ])
    #expect(value.canonicalJSON == #"{"a":[],"aB":{},"a_b":["x",1],"b":-2}"#)
  }

  @Test func `only what must be is escaped`() {
    let text = "a\"b\\c\u{8}\t\n\u{C}\r\u{1}\u{1F}\u{7F}/ü\u{2028}😀"
    #expect(
      LedgerValue.text(text).canonicalJSON
        == "\"a\\\"b\\\\c\\b\\t\\n\\f\\r\\u0001\\u001f\u{7F}/ü\u{2028}😀\"")
  }

  @Test func `the largest numbers keep their digits`() {
    #expect(
      LedgerValue.list([.integer(.max), .integer(.min), .integer(0)]).canonicalJSON
        == "[9223372036854775807,-9223372036854775808,0]")
  }
}
