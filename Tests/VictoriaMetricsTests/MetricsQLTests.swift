import Testing
import VictoriaMetrics

struct MetricsQLTests {
  @Test(
    arguments: [
      ("", #""""#),
      ("v1", #""v1""#),
      (#"say "hi""#, #""say \"hi\"""#),
      (#"back\slash"#, #""back\\slash""#),
      ("two\nlines", #""two\nlines""#),
      ("two\r\nlines", "\"two\r\\nlines\""),
      (#"\"#, #""\\""#),
      (#"""#, #""\"""#),
      ("'`{}=~|é\u{301}👩‍👩‍👧", "\"'`{}=~|é\u{301}👩‍👩‍👧\""),
      (#"x"} or up{a=""#, #""x\"} or up{a=\"""#),
    ])
  func `a text cannot end its quotes`(text: String, literal: String) {
    #expect(MetricsQL.quoted(text) == literal)
    #expect(Array(MetricsQL.quoted(text).unicodeScalars) == Array(literal.unicodeScalars))
  }

  @Test func `one value is compared as it is`() {
    #expect(MetricsQL.filter("version", in: ["v1.2|v3"]) == #"version="v1.2|v3""#)
    #expect(MetricsQL.filter("version", in: [#"a"b\c"#]) == #"version="a\"b\\c""#)
  }

  @Test func `several values are alternatives of which each means itself`() {
    #expect(MetricsQL.filter("version", in: ["v1", "v2"]) == #"version=~"v1|v2""#)
    #expect(
      MetricsQL.filter("version", in: [#".+*?()|[]{}^$\"#, "a\"b\nc"])
        == #"version=~"\\.\\+\\*\\?\\(\\)\\|\\[\\]\\{\\}\\^\\$\\\\|a\"b\nc""#)
  }

  @Test func `a special character with a combining mark is still one`() {
    #expect(
      MetricsQL.filter("version", in: ["a|\u{301}b", ".\u{20DD}"])
        == "version=~\"a\\\\|\u{301}b|\\\\.\u{20DD}\"")
  }
}
