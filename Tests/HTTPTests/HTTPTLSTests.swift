import Foundation
import HTTP
import TestSupport
import Testing

struct HTTPTLSTests {
  private let certificates: TestCertificates

  init() async throws {
    certificates = try await TestCertificates.make()
  }

  /// What a client with this security gets from a front with these options.
  private func ask(
    _ security: TransportSecurity, _ options: FaultServerTLSOptions, host: String = "127.0.0.1"
  ) async throws -> (outcome: Result<String, HTTPError>, port: Int, hostField: String?) {
    try await withFaultServer { _ in
      [.respond(text: "over TLS")]
    } _: { server in
      try await withTLSFront(of: server, options) { port in
        do throws(HTTPError) {
          let response = try await HTTPClient.direct(security: security).send(
            HTTPRequest(url: "https://\(host):\(port)/path?query"))
          return (.success(response.text), port, server.requests.first?.headers["host"])
        } catch {
          return (.failure(error), port, nil)
        }
      }
    }
  }

  private func bytes(_ path: String) throws -> PEMSource {
    .bytes(Array(try Data(contentsOf: URL(fileURLWithPath: path))))
  }

  private var trusting: TransportSecurity {
    TransportSecurity(certificateAuthorities: .file(certificates.authority.certificatePath))
  }

  @Test(arguments: ["127.0.0.1", "localhost"])
  func `a certificate of the given authority is trusted`(host: String) async throws {
    let (outcome, _, _) = try await ask(
      trusting, FaultServerTLSOptions(identity: certificates.server), host: host)
    #expect(outcome == .success("over TLS"))
  }

  @Test func `the authority may come as bytes`() async throws {
    let security = TransportSecurity(
      certificateAuthorities: try bytes(certificates.authority.certificatePath))
    let (outcome, _, _) = try await ask(
      security, FaultServerTLSOptions(identity: certificates.server))
    #expect(outcome == .success("over TLS"))
  }

  @Test func `an unknown authority is not trusted`() async throws {
    for authorities in [nil, PEMSource.file(certificates.stranger.certificatePath)] {
      let (outcome, port, _) = try await ask(
        TransportSecurity(certificateAuthorities: authorities),
        FaultServerTLSOptions(identity: certificates.server))
      #expect(
        outcome
          == .failure(
            .tls(
              origin: "https://127.0.0.1:\(port)",
              problem: .untrustedCertificate(reason: "unable to get local issuer certificate"))))
    }
  }

  @Test func `an expired certificate is not trusted`() async throws {
    let (outcome, port, _) = try await ask(
      trusting, FaultServerTLSOptions(identity: certificates.expired))
    #expect(
      outcome
        == .failure(
          .tls(
            origin: "https://127.0.0.1:\(port)",
            problem: .untrustedCertificate(reason: "certificate has expired"))))
  }

  @Test func `a certificate for another name is refused`() async throws {
    let (outcome, port, _) = try await ask(
      trusting, FaultServerTLSOptions(identity: certificates.elsewhere))
    #expect(
      outcome
        == .failure(
          .tls(origin: "https://127.0.0.1:\(port)", problem: .wrongHostName("127.0.0.1"))))
  }

  @Test func `the name to expect can be given`() async throws {
    var security = trusting
    security.serverName = "elsewhere.example"
    let (outcome, port, hostField) = try await ask(
      security, FaultServerTLSOptions(identity: certificates.elsewhere))
    #expect(outcome == .success("over TLS"))
    #expect(hostField == "127.0.0.1:\(port)")
  }

  @Test func `the name to expect is expected`() async throws {
    var security = trusting
    security.serverName = "elsewhere.example"
    let (outcome, port, _) = try await ask(
      security, FaultServerTLSOptions(identity: certificates.server))
    #expect(
      outcome
        == .failure(
          .tls(
            origin: "https://127.0.0.1:\(port)", problem: .wrongHostName("elsewhere.example"))))
  }

  @Test func `without verification anything is accepted`() async throws {
    let (outcome, _, _) = try await ask(
      TransportSecurity(skipsVerification: true),
      FaultServerTLSOptions(identity: certificates.elsewhere))
    #expect(outcome == .success("over TLS"))
  }

  @Test(arguments: ["1.2", "1.3"])
  func `a server that demands a client certificate gets it`(version: String) async throws {
    let options = FaultServerTLSOptions(
      identity: certificates.server, clientAuthorityPath: certificates.authority.certificatePath,
      newestVersion: version)
    let pair = certificates.client
    for (certificate, key) in [
      (PEMSource.file(pair.certificatePath), PEMSource.file(pair.keyPath)),
      (try bytes(pair.certificatePath), try bytes(pair.keyPath)),
    ] {
      var security = trusting
      security.clientCertificate = ClientCertificate(certificate: certificate, key: key)
      let (outcome, _, _) = try await ask(security, options)
      #expect(outcome == .success("over TLS"))
    }
  }

  @Test(
    arguments: [
      ("1.3", .clientCertificateRefused(reason: "tlsv13 alert certificate required")),
      (
        "1.2",
        .handshake(
          reason: "sslv3 alert handshake failure; the server may want a client certificate")
      ),
    ] as [(String, TLSProblem)])
  func `a missing client certificate is named as the reason`(
    version: String, problem: TLSProblem
  ) async throws {
    let options = FaultServerTLSOptions(
      identity: certificates.server, clientAuthorityPath: certificates.authority.certificatePath,
      newestVersion: version)
    let (outcome, port, _) = try await ask(trusting, options)
    #expect(outcome == .failure(.tls(origin: "https://127.0.0.1:\(port)", problem: problem)))
  }

  @Test func `a client certificate that does not exist is named`() async throws {
    var security = trusting
    security.clientCertificate = ClientCertificate(
      certificate: .file("/nowhere/client.pem"), key: .file("/nowhere/client.key"))
    let (outcome, _, _) = try await ask(
      security, FaultServerTLSOptions(identity: certificates.server))
    guard case .failure(.tls(_, problem: .unusableCertificate(let reason))) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(reason.contains("/nowhere/client.pem"))
  }

  @Test(arguments: [PEMSource.file("/nowhere/ca.pem"), .bytes(Array("not PEM".utf8))])
  func `authorities that cannot be read are an error`(authorities: PEMSource) async throws {
    let (outcome, _, _) = try await ask(
      TransportSecurity(certificateAuthorities: authorities),
      FaultServerTLSOptions(identity: certificates.server))
    guard case .failure(.tls(_, problem: .unusableCertificate)) = outcome else {
      Issue.record("\(outcome)")
      return
    }
  }
}
