import Testing

@testable import HTTP

struct HTTPErrorTests {
  @Test(
    arguments: [
      (
        .invalidURL(url: "\"vm\"", reason: "it has to begin with http:// or https://"),
        "cannot use the address \"vm\": it has to begin with http:// or https://"
      ),
      (
        .invalidRequest(url: "http://vm", reason: "the value of the header X has a line end"),
        "cannot ask http://vm: the value of the header X has a line end"
      ),
      (
        .cannotResolve(origin: "http://vm:8428", host: "vm"),
        "cannot reach http://vm:8428: no address is known for the host vm"
      ),
      (
        .cannotConnect(origin: "http://127.0.0.1:8428", reason: "connection refused"),
        "cannot reach http://127.0.0.1:8428: connection refused"
      ),
      (
        .tls(
          origin: "https://vm:8428",
          problem: .untrustedCertificate(reason: "unable to get local issuer certificate")),
        "cannot reach https://vm:8428: certificate is not trusted (unable to get local issuer"
          + " certificate); give the certificate of the authority that signed it"
      ),
      (
        .tls(
          origin: "https://vm", problem: .untrustedCertificate(reason: "certificate has expired")),
        "cannot reach https://vm: certificate is not trusted (certificate has expired)"
      ),
      (
        .tls(origin: "https://vm", problem: .wrongHostName("vm")),
        "cannot reach https://vm: certificate is not for the name vm"
      ),
      (
        .tls(origin: "https://vm", problem: .clientCertificateRefused(reason: "alert")),
        "cannot reach https://vm: the server wants a client certificate that it accepts (alert)"
      ),
      (
        .tls(origin: "https://vm", problem: .unusableCertificate(reason: "no such file")),
        "cannot reach https://vm: cannot use the given certificate or key: no such file"
      ),
      (
        .tls(origin: "https://vm", problem: .handshake(reason: "wrong version number")),
        "cannot reach https://vm: no TLS connection (wrong version number)"
      ),
      (
        .timedOut(url: "http://vm/api", after: .milliseconds(1050)),
        "cannot read http://vm/api: no complete answer within 1.05 s"
      ),
      (
        .connectionLost(url: "http://vm/api", reason: "connection reset by peer"),
        "cannot read http://vm/api: the connection was lost (connection reset by peer)"
      ),
      (
        .truncated(url: "http://vm/api", reason: "its gzip stream has no end"),
        "cannot read http://vm/api: the answer ended early (its gzip stream has no end)"
      ),
      (
        .tooLarge(url: "http://vm/api", limitBytes: 1024),
        "cannot read http://vm/api: the answer is larger than 1024 bytes; ask for less"
      ),
      (
        .protocolError(url: "http://vm/api", reason: "the answer is not HTTP"),
        "cannot read http://vm/api: the answer is not HTTP"
      ),
      (
        .cancelled(url: "http://vm/api"),
        "cannot read http://vm/api: the request was cancelled"
      ),
    ] as [(HTTPError, String)])
  func `each message says what failed and why`(error: HTTPError, message: String) {
    #expect(error.description == message)
  }

  @Test(
    arguments: [
      (.seconds(30), "30 s"), (.milliseconds(80), "0.08 s"), (.microseconds(1), "0.001 s"),
      (.seconds(-1), "0 s"),
    ] as [(Duration, String)])
  func `durations are shown in seconds`(duration: Duration, text: String) {
    #expect(duration.inSeconds == text)
  }
}
