import Foundation
import Reporting
import Testing

@Suite struct JSONValueTests {
  @Test func `keys keep their order and nulls are written`() {
    let value = JSONValue.object([("b", .null), ("a", .array([.integer(1), .bool(true)]))])
    #expect(value.text(indented: false) == #"{"b":null,"a":[1,true]}"#)
  }

  @Test func `an indented value has a line for each member`() {
    let value = JSONValue.object([("a", .array([.number(0.5)])), ("empty", .object([]))])
    #expect(
      value.text(indented: true) == """
        {
          "a": [
            0.5
          ],
          "empty": {}
        }
        """)
  }

  @Test(
    arguments: [
      (Double.nan, "null"), (.infinity, "null"), (0.1, "0.1"), (3, "3"), (1e-7, "1e-07"),
      (1e300, "1e+300"), (-0.25, "-0.25"),
    ] as [(Double, String)])
  func `a number is written so that it reads back the same, and null if it is not finite`(
    number: Double, text: String
  ) {
    #expect(JSONValue.number(number).text(indented: false) == text)
  }

  @Test func `any text reads back as it was`() throws {
    let texts = [
      "<script>alert(1)</script>", "quotes \" and \\", "line\nfeed\ttab\r", "\u{1B}[31m", "emoji 🚀",
      "right to left \u{202E}", String(repeating: "long ", count: 2000), "\u{0}\u{7F}",
    ]
    for text in texts {
      let json = JSONValue.array([.string(text)]).text(indented: false)
      let read = try JSONDecoder().decode([String].self, from: Data(json.utf8))
      #expect(read == [text])
      #expect(!json.unicodeScalars.contains { $0.value < 0x20 })
    }
  }

  @Test func `what is not there is null`() {
    #expect(JSONValue.string(nil as String?) == .null)
    #expect(JSONValue.number(nil as Double?) == .null)
    #expect(JSONValue.integer(nil as Int?) == .null)
  }
}
