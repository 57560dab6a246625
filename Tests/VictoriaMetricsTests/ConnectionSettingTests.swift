import HTTP
import Testing
import VictoriaMetrics

struct ConnectionSettingTests {
  private func message(
    _ baseURL: String = "http://vm", _ authorization: VictoriaMetricsAuthorization? = nil,
    headers: [String: Secret] = [:]
  ) throws -> String {
    let error = try #require(throws: VictoriaMetricsError.self) {
      try VictoriaMetricsConnection(
        baseURL: baseURL, authorization: authorization,
        headers: headers.mapValues(SecretSource.text))
    }
    return error.description
  }

  @Test(
    arguments: [
      ("vm:8428", "\"vm:8428\" cannot be used: it has to begin with http:// or https://"),
      ("ftp://vm", "\"ftp://vm\" cannot be used: it has to begin with http:// or https://"),
      ("http://", "\"http://\" cannot be used: it has to begin with http:// or https://"),
      ("http://v m", "\"http://v m\" cannot be used: it is not a URL"),
      ("http://user:secret@v m", "<redacted> cannot be used: it is not a URL"),
      (
        "http://user:secret@vm/?token=secret",
        "http://vm cannot be used: it has a query (?) or a fragment (#); give the address without "
          + "it"
      ),
    ])
  func `an address that cannot be used is refused`(address: String, reason: String) throws {
    #expect(
      try message(address) == "cannot connect to VictoriaMetrics: the address \(reason)")
  }

  @Test func `two authorizations are one too many`() throws {
    #expect(
      try message("http://user:secret@vm/x", .bearer(.text(Secret("secret"))))
        == "cannot connect to VictoriaMetrics: the address http://vm/x cannot be used: it has a "
        + "user in it, and another authorization is given; leave one of them out")
    #expect(
      try message(
        "http://vm", .bearer(.text(Secret("secret"))), headers: ["authorization": Secret("secret")])
        == "cannot connect to VictoriaMetrics: the header authorization cannot be used: another "
        + "authorization is given; leave one of them out")
  }

  @Test(
    arguments: [
      (
        .basic(user: "a:b", password: .text(Secret("secret"))),
        "the user name cannot be used: it has a colon or a control character"
      ),
      (
        .basic(user: "a", password: .text(Secret("secret\n"))),
        "the password cannot be used: it has a control character"
      ),
      (.bearer(.text(Secret(""))), "the token cannot be used: it is empty"),
      (
        .bearer(.text(Secret("secret\r\nX: y"))),
        "the token cannot be used: it has a character that cannot be sent"
      ),
    ] as [(VictoriaMetricsAuthorization, String)])
  func `an authorization that cannot be sent is refused`(
    authorization: VictoriaMetricsAuthorization, reason: String
  ) throws {
    #expect(
      try message("http://vm", authorization) == "cannot connect to VictoriaMetrics: \(reason)")
  }

  @Test(
    arguments: [
      ("X: y", "the header \"X: y\" cannot be used: its name has a character that is not allowed"),
      ("", "the header \"\" cannot be used: its name has a character that is not allowed"),
      (
        "X\r\nY",
        "the header \"X Y\" cannot be used: its name has a character that is not allowed"
      ),
      (
        "Content-Length",
        "the header Content-Length cannot be used: the client sets it itself; leave it out"
      ),
      ("host", "the header host cannot be used: the client sets it itself; leave it out"),
    ])
  func `a header that HTTP would take for something else is refused`(
    name: String, reason: String
  ) throws {
    #expect(
      try message(headers: [name: Secret("secret")])
        == "cannot connect to VictoriaMetrics: \(reason)")
  }

  @Test func `a header value with a line end is refused`() throws {
    #expect(
      try message(headers: ["X-Tenant": Secret("secret\r\nX: y")])
        == "cannot connect to VictoriaMetrics: the header X-Tenant cannot be used: its value has "
        + "a control character")
  }

  @Test func `a header given twice is refused`() throws {
    #expect(
      try message(headers: ["X-A": Secret("secret"), "x-a": Secret("secret")])
        == "cannot connect to VictoriaMetrics: the header x-a cannot be used: it is given twice")
  }
}
