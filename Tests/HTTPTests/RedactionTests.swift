import Foundation
import Testing

@testable import HTTP

struct RedactionTests {
  private let redaction = Redaction([Secret("token-1"), Secret("token-12"), Secret("a b\"c&d")])

  @Test(arguments: [
    ("bad token token-1", "bad token <redacted>"),
    ("token-1,token-1", "<redacted>,<redacted>"),
    ("token-12 is not token-1", "<redacted> is not <redacted>"),
    (#"{"value": "a b\"c&d"}"#, #"{"value": "<redacted>"}"#),
    ("/login?t=a%20b%22c%26d", "/login?t=<redacted>"),
    ("nothing of it", "nothing of it"), ("", ""),
  ])
  func `what is secret is taken out in each form in which it may be repeated`(
    said: String, shown: String
  ) {
    #expect(redaction.redacting(said) == shown)
  }

  @Test func `what is as short as a part of a word stays`() {
    #expect(Redaction([Secret("1"), Secret("ten"), Secret("")]).redacting("often 1") == "often 1")
  }

  @Test func `the beginning of a secret at the end of a text that was cut is taken out`() {
    let redaction = Redaction([Secret("eyJhbGciOiJSUzI1NiJ9.body")])
    #expect(redaction.redacting("token eyJhbGciOiJS") == "token <redacted>")
    #expect(redaction.redacting("token eyJhbGc") == "token eyJhbGc")
    #expect(redaction.redacting("eyJhbGciOiJS and more") == "eyJhbGciOiJS and more")
  }

  @Test func `a user and a password are taken out as they are sent, too`() {
    var redaction = Redaction()
    redaction.add(.basic(user: "reader", password: Secret("pa:ss")))
    #expect(redaction.redacting("Basic cmVhZGVyOnBhOnNz") == "Basic <redacted>")
    #expect(redaction.redacting("reader may not, with pa:ss") == "reader may not, with <redacted>")
  }

  @Test func `what was used before counts, but not without end`() {
    var redaction = Redaction()
    for number in 100..<200 { redaction.add(Secret("token-\(number)")) }
    #expect(
      redaction.redacting("token-199 token-150 token-101") == "<redacted> <redacted> token-101")
  }

  @Test func `it shows no secret of its own`() {
    var dumped = ""
    dump(redaction, to: &dumped)
    #expect(!("\(redaction)" + String(reflecting: redaction) + dumped).contains("token"))
  }

  @Test(arguments: [
    ("http://user:p%40ss@proxy:3128", "p@ss p%40ss dXNlcjpwQHNz"),
    ("user:hid@den@proxy", "hid@den dXNlcjpoaWRAZGVu"),
  ])
  func `the password of a proxy is known in the forms in which it is sent`(
    proxy: String, forms: String
  ) {
    let client = HTTPClient(configuration: HTTPClientConfiguration(proxyURL: Secret(proxy)))
    let redacted = Redaction(client.proxyCredentials).redacting(forms)
    #expect(redacted.split(separator: " ").allSatisfy { $0 == "<redacted>" }, "\(redacted)")
  }

  @Test func `a proxy without a password has none`() {
    for proxy in ["http://proxy:3128", "http://user@proxy", ""] {
      let client = HTTPClient(configuration: HTTPClientConfiguration(proxyURL: Secret(proxy)))
      #expect(client.proxyCredentials.isEmpty)
    }
  }
}
