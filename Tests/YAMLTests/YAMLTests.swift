import Testing
import YAML

struct YAMLTests {
  /// A document of which every kind of value is a part.
  struct Service: Decodable, Equatable {
    struct Port: Decodable, Equatable {
      var number: Int
    }

    var name: String
    var weight: Int?
    var share: Double?
    var isCanary: Bool?
    var hosts: [String]?
    var labels: [String: String]?
    var ports: [Port]?

    init(name: String, weight: Int? = nil, hosts: [String]? = nil) {
      self.name = name
      self.weight = weight
      self.hosts = hosts
    }
  }

  private func services(_ text: String) throws(YAMLError) -> [Service] {
    try YAML.documents(Service.self, from: text)
  }

  @Test(
    arguments: [
      ("", []), ("\n\n", []), ("# nothing\n", []), ("---\n", []), ("---\n---\n~\n", []),
      ("name: a\n", ["a"]), ("name: a\n---\nname: b\n", ["a", "b"]),
      ("---\n# first\n---\nname: a\n---\n\n---\nname: b\n...\n", ["a", "b"]),
      ("\u{FEFF}name: a\r\nweight: 1\r\n---\r\nname: b\r\n", ["a", "b"]),
      (#"{"name": "a", "weight": 1}"#, ["a"]),
      ("{\"name\": \"a\",\n\t\"weight\": 1}", ["a"]),
    ] as [(String, [String])])
  func `each document that holds something is a value`(text: String, names: [String]) throws {
    #expect(try services(text).map(\.name) == names)
  }

  @Test func `quotes, folded text, aliases and merged keys mean what YAML says`() throws {
    let text = """
      name: >-
        two
        words
      hosts: &hosts ["a", 'b', c]
      ---
      name: "yes"
      hosts: [12, true, "\\u00e9"]
      ---
      <<: &base {name: base, weight: 0x10}
      weight: 1_000
      """
    #expect(
      try services(text) == [
        Service(name: "two words", hosts: ["a", "b", "c"]),
        Service(name: "yes", hosts: ["12", "true", "é"]),
        Service(name: "base", weight: 1000),
      ])
  }

  @Test func `an alias stands for what its anchor names`() throws {
    #expect(
      try services("name: &name app\nhosts: [*name, other]\n")
        == [Service(name: "app", hosts: ["app", "other"])])
  }

  @Test(
    arguments: [
      ("name: [\n", "line 2, column 1: did not find expected node content"),
      (
        "name: a\n  weight: 1\n", "line 2, column 9: mapping values are not allowed in this context"
      ),
      (
        "name: a\n\tweight: 1\n",
        "line 2, column 1: found a tab character that violates indentation"
      ),
      ("name: 'a\n", "line 2, column 1: found unexpected end of stream"),
      ("name: *missing\n", "line 1, column 7: found undefined alias"),
      (
        "name: a\n---\nname: b\n---\nname: {\n",
        "line 6, column 1: did not find expected node content"
      ),
      (#"{"name": "a", "weight": "#, "line 2, column 1: did not find expected node content"),
      ("name: a\nname: b\n", "the key \"name\" stands twice"),
      ("name: a\nhosts: 1\nhosts: 2\nname: b\n", "the key \"hosts\", \"name\" stands twice"),
    ] as [(String, String)])
  func `text that is no YAML is refused with the place`(text: String, message: String) {
    #expect(throws: YAMLError(message)) { try services(text) }
  }

  @Test(
    arguments: [
      ("weight: 1\n", "name is missing"),
      ("name: a\nports: [{number: 1}, {}]\n", "ports[1].number is missing"),
      ("name: {a: b}\n", "name is not a single value"),
      ("name: [a]\n", "name is not a single value"),
      ("name: a\nweight: ninety\n", "weight is not a whole number"),
      ("name: a\nweight: 1.5\n", "weight is not a whole number"),
      ("name: a\nweight: 9223372036854775808\n", "weight is not a whole number"),
      ("name: a\nshare: much\n", "share is not a number"),
      ("name: a\nisCanary: perhaps\n", "isCanary is not a true or false"),
      ("name: a\nhosts: a\n", "hosts is not a list"),
      ("name: a\nhosts: {a: b}\n", "hosts is not a list"),
      ("name: a\nhosts: [[a]]\n", "hosts[0] is not a single value"),
      ("name: a\nlabels: [a]\n", "labels is not a mapping"),
      ("name: a\nlabels: a\n", "labels is not a mapping"),
      ("name: a\nports: [1]\n", "ports[0] is not a mapping"),
      ("hello\n", "the document is not a mapping"),
      ("- name: a\n", "the document is not a mapping"),
      ("name: a\n---\nweight: 1\n", "name is missing"),
    ] as [(String, String)])
  func `a value that is missing or of another kind is named by its path`(
    text: String, message: String
  ) {
    #expect(throws: YAMLError(message)) { try services(text) }
  }

  @Test(
    arguments: [
      ("name: \u{1}\n", "line 1, column 7: control characters are not allowed"),
      ("name: a\r\nhosts: [a\u{0}b]\n", "line 2, column 10: control characters are not allowed"),
    ])
  func `a character that YAML does not allow is refused with the place`(
    text: String, message: String
  ) {
    #expect(throws: YAMLError(message)) { try services(text) }
  }
}
