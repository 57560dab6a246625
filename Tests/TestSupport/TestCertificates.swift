import Foundation
import Glibc
import Synchronization

/// Certificates for tests, made once a process with the `openssl` program in a temporary folder
/// that goes away with the process.
public struct TestCertificates: Sendable {
  /// A certificate and its key, as files in PEM.
  public struct Pair: Sendable {
    /// The certificate's file.
    public let certificatePath: String
    /// The key's file.
    public let keyPath: String
  }

  /// The authority that signed all of the others but `stranger`.
  public let authority: Pair
  /// An authority that signed nothing.
  public let stranger: Pair
  /// For `localhost` and 127.0.0.1.
  public let server: Pair
  /// For `elsewhere.example` only.
  public let elsewhere: Pair
  /// For a client named `tester`.
  public let client: Pair
  /// For `localhost` and 127.0.0.1, no longer valid.
  public let expired: Pair

  private static let folderToRemove = Mutex<String?>(nil)
  private static let shared = Task {
    try await onOwnThread {
      let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("certificates-\(UUID().uuidString)").path
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      folderToRemove.withLock { $0 = folder }
      atexit { TestCertificates.removeFolder() }
      return try TestCertificates(in: folder)
    }
  }

  /// The certificates, made on first use.
  ///
  /// - Returns: The same ones each time.
  /// - Throws: `FaultServerProgramError` if `openssl` fails.
  public static func make() async throws -> TestCertificates {
    try await shared.value
  }

  private static func removeFolder() {
    guard let folder = folderToRemove.withLock({ $0 }) else { return }
    do {
      try FileManager.default.removeItem(atPath: folder)
    } catch {
      print("cannot remove \(folder): \(error)")
    }
  }

  private init(in folder: String) throws {
    let maker = CertificateMaker(folder: folder)
    let loopback = "subjectAltName=DNS:localhost,IP:127.0.0.1"
    authority = try maker.authority("authority")
    stranger = try maker.authority("stranger")
    server = try maker.signed("server", by: authority, loopback)
    elsewhere = try maker.signed("elsewhere", by: authority, "subjectAltName=DNS:elsewhere.example")
    client = try maker.signed("tester", by: authority, "extendedKeyUsage=clientAuth")
    expired = try maker.signed("expired", by: authority, loopback, isExpired: true)
  }
}

private struct CertificateMaker {
  let folder: String

  func authority(_ name: String) throws -> TestCertificates.Pair {
    let pair = pair(name)
    try run(
      ["req", "-x509", "-days", "2", "-subj", "/CN=\(name)", "-out", pair.certificatePath]
        + newKey(pair)
        + ["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=keyCertSign"])
    return pair
  }

  func signed(
    _ name: String, by authority: TestCertificates.Pair, _ extensions: String,
    isExpired: Bool = false
  ) throws -> TestCertificates.Pair {
    let pair = pair(name)
    let (request, settings) = ("\(folder)/\(name).csr", "\(folder)/\(name).cnf")
    try extensions.write(toFile: settings, atomically: true, encoding: .utf8)
    try run(
      ["req", "-new", "-subj", "/CN=\(name)", "-out", request] + newKey(pair))
    try run(
      ["x509", "-req", "-in", request, "-extfile", settings, "-out", pair.certificatePath]
        + ["-CA", authority.certificatePath, "-CAkey", authority.keyPath]
        + ["-set_serial", String(UInt32.random(in: 1...UInt32.max))]
        + ["-days", isExpired ? "-1" : "2"])
    return pair
  }

  private func run(_ arguments: [String]) throws {
    _ = try FaultServerProcess("openssl", arguments).outputToEnd()
  }

  private func pair(_ name: String) -> TestCertificates.Pair {
    TestCertificates.Pair(
      certificatePath: "\(folder)/\(name).pem", keyPath: "\(folder)/\(name).key")
  }

  private func newKey(_ pair: TestCertificates.Pair) -> [String] {
    [
      "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout",
      pair.keyPath,
    ]
  }
}
