import Testing

@testable import VictoriaMetrics

struct TokenizerTests {
  private struct Tokens: JSONTokenReceiver {
    var all: [JSONToken] = []

    mutating func receive(_ token: JSONToken) { all.append(token) }
  }

  /// The tokens of a text that comes byte by byte; `nil` if it is refused.
  private func tokens(_ bytes: [UInt8]) -> [JSONToken]? {
    var tokenizer = JSONTokenizer()
    var tokens = Tokens()
    do throws(AnswerProblem) {
      for byte in bytes { try tokenizer.read([byte], to: &tokens) }
      try tokenizer.finish(&tokens)
      return tokens.all
    } catch {
      return nil
    }
  }

  @Test func `all that JSON has becomes a token`() {
    let text = #" {"a" : [1, -0.5e+3, "x" ,true,false,null,{ },[ ]] , "b":{"c":"d"}} "#
    #expect(
      tokens(Array(text.utf8)) == [
        .beginObject, .key("a"), .beginArray, .number("1"), .number("-0.5e+3"), .string("x"),
        .boolean(true), .boolean(false), .null, .beginObject, .endObject, .beginArray, .endArray,
        .endArray, .key("b"), .beginObject, .key("c"), .string("d"), .endObject, .endObject,
      ])
  }

  @Test(arguments: ["0", "-0", "10", "0.0", "1.25", "1e5", "1E+05", "-1.0e-10", "1795484050.123"])
  func `a number is kept as it was written`(text: String) {
    #expect(tokens(Array(text.utf8)) == [.number(text)])
  }

  @Test(
    arguments: [
      "-", "01", "+1", ".5", "1.", "1.e5", "1e", "1e+", "0x1", "1_0", "NaN", "Infinity", "--1",
      "tru", "truE", "nulll", "falsey", "'a'", "\"a", "{", "[", "[1", "[1,", "[1,]", "[,1]",
      "[1 2]",
      "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{1:2}", "{\"a\" 1}", "{,}", "}", "]", "[}", "{]",
      "[1}", "{\"a\":1]", "1 2", ":", ",", "", " ", "\"\t\"", "\"\n\"", #""\x""#, #""\u12G4""#,
      #""\u12"#, #""\"#, #""\uD800""#, #""\uDC00""#, #""\uD800x""#, #""\uD800\n""#,
      #""\uD800\uD800""#, #""\uD800\u0041""#, "/* */1", "\u{A0}1",
    ])
  func `what JSON does not allow is refused`(text: String) {
    #expect(tokens(Array(text.utf8)) == nil)
  }

  @Test(
    arguments: [
      (#""""#, ""), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
      (#""\u0041\u00e9\u20AC""#, "Aé€"), (#""\uD83D\uDC4D""#, "👍"), (#""\ud83d\udc4d""#, "👍"),
      (#""\u0000""#, "\0"), ("\"é€👍\u{7F}\"", "é€👍\u{7F}"),
    ])
  func `a string is read with its escapes`(text: String, expected: String) {
    #expect(tokens(Array(text.utf8)) == [.string(expected)])
  }

  @Test(
    arguments: [
      [0x80], [0xFF], [0xC3], [0xC0, 0x80], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80],
      [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82], [0xF0, 0x9F, 0x91],
    ] as [[UInt8]])
  func `a string that is not UTF-8 is refused`(bytes: [UInt8]) {
    let quote = UInt8(ascii: "\"")
    #expect(tokens([quote] + bytes + [quote]) == nil)
  }
}
