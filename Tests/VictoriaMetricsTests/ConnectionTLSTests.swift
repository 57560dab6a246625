import HTTP
import TestSupport
import Testing
import VictoriaMetrics

struct ConnectionTLSTests {
  /// What is answered over TLS by a server that shows a certificate for the loopback address.
  private func outcome(
    demandingClientCertificate: Bool = false, _ security: (TestCertificates) -> TransportSecurity
  ) async throws -> (outcome: Result<[RangeSeries], VictoriaMetricsError>, origin: String) {
    let certificates = try await TestCertificates.make()
    let options = FaultServerTLSOptions(
      identity: certificates.server,
      clientAuthorityPath: demandingClientCertificate ? certificates.authority.certificatePath : nil
    )
    return try await withFaultServer { _ in
      [.noSeries]
    } _: { server in
      try await withTLSFront(of: server, options) { port in
        let origin = "https://127.0.0.1:\(port)"
        var connection = try direct(origin)
        connection.security = security(certificates)
        return (await connection.outcome(), origin)
      }
    }
  }

  private func trusting(_ certificates: TestCertificates) -> TransportSecurity {
    TransportSecurity(certificateAuthorities: .file(certificates.authority.certificatePath))
  }

  @Test func `a given authority is trusted`() async throws {
    #expect(try await outcome(trusting).outcome == .success([]))
  }

  @Test func `another authority is not trusted`() async throws {
    let (outcome, origin) = try await outcome { _ in TransportSecurity() }
    guard case .failure(.unreachable(.tls(origin, problem: .untrustedCertificate))) = outcome else {
      Issue.record("\(outcome)")
      return
    }
  }

  @Test func `a server that demands a client certificate gets it`() async throws {
    let (outcome, _) = try await outcome(demandingClientCertificate: true) { certificates in
      var security = trusting(certificates)
      security.clientCertificate = ClientCertificate(
        certificate: .file(certificates.client.certificatePath),
        key: .file(certificates.client.keyPath))
      return security
    }
    #expect(outcome == .success([]))
  }

  @Test func `a missing client certificate is named as the reason`() async throws {
    let (outcome, origin) = try await outcome(demandingClientCertificate: true, trusting)
    guard case .failure(.unreachable(.tls(origin, problem: .clientCertificateRefused))) = outcome
    else {
      Issue.record("\(outcome)")
      return
    }
  }
}
