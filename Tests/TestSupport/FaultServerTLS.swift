import Foundation

/// How a TLS front presents itself.
public struct FaultServerTLSOptions: Sendable {
  /// The certificate and the key that it shows, as files.
  public var identity: TestCertificates.Pair
  /// The authority whose client certificates it demands; `nil` demands none.
  public var clientAuthorityPath: String?
  /// The newest version of TLS that it speaks, `1.2` or `1.3`.
  public var newestVersion: String

  /// A front that speaks TLS 1.3 and demands no client certificate, unless said otherwise.
  public init(
    identity: TestCertificates.Pair, clientAuthorityPath: String? = nil,
    newestVersion: String = "1.3"
  ) {
    self.identity = identity
    self.clientAuthorityPath = clientAuthorityPath
    self.newestVersion = newestVersion
  }
}

/// Runs a body while a Python process takes TLS connections and hands them on in the clear.
///
/// The process is ended afterwards, and ends by itself should the test process go away.
///
/// - Parameters:
///   - server: Where to hand connections on to.
///   - options: Certificates and versions.
///   - body: What uses the front, given its port on 127.0.0.1.
/// - Returns: What the body returns.
/// - Throws: What the body throws, or an error if the process cannot be started.
public func withTLSFront<Value>(
  of server: FaultServer, _ options: FaultServerTLSOptions,
  _ body: (_ port: Int) async throws -> Value
) async throws -> Value {
  let upstreamPort = String(server.port)
  let (process, line) = try await onOwnThread {
    let process = try FaultServerProcess(
      "python3",
      [
        "-c", forwarderProgram, options.identity.certificatePath, options.identity.keyPath,
        options.clientAuthorityPath ?? "", upstreamPort, options.newestVersion,
      ])
    return (process, String(decoding: try process.read(), as: UTF8.self))
  }
  defer { process.terminate() }
  guard let port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
    throw FaultServerProgramError(program: "python3", status: -1, text: "no port in: \(line)")
  }
  return try await body(port)
}

private let forwarderProgram = """
  import os, socket, ssl, sys, threading

  os.closerange(3, 65536)
  certificate, key, client_authority, upstream_port, newest = sys.argv[1:6]
  context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
  context.load_cert_chain(certificate, key)
  if newest == "1.2":
      context.maximum_version = ssl.TLSVersion.TLSv1_2
  if client_authority:
      context.load_verify_locations(client_authority)
      context.verify_mode = ssl.CERT_REQUIRED

  def pump(source, sink):
      try:
          while data := source.recv(65536):
              sink.sendall(data)
      except OSError:
          pass
      for end in (source, sink):
          try:
              end.shutdown(socket.SHUT_RDWR)
          except OSError:
              pass

  def serve(connection):
      spare = connection.dup()
      try:
          outside = context.wrap_socket(connection, server_side=True)
      except OSError:
          # Closing with unread bytes would reset the connection and lose the alert that was sent.
          spare.shutdown(socket.SHUT_WR)
          while spare.recv(65536):
              pass
          spare.close()
          return
      spare.close()
      inside = socket.create_connection(("127.0.0.1", int(upstream_port)))
      threading.Thread(target=pump, args=(outside, inside), daemon=True).start()
      pump(inside, outside)

  def end_with_parent():
      try:
          sys.stdin.read()
      finally:
          os._exit(0)

  threading.Thread(target=end_with_parent, daemon=True).start()
  listener = socket.create_server(("127.0.0.1", 0), backlog=64)
  print(listener.getsockname()[1], flush=True)
  while True:
      threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
  """
