import Foundation
import TestSupport
import Testing

/// One version of app-backend as a process on a free loopback port, as `make backend` built it.
struct Backend {
  let port: UInt16
  let process: ServerProcess
  private let folder: TemporaryFolder

  /// Starts a version, with variables added to its environment.
  static func start(
    _ version: String, port: UInt16? = nil, environment: [String: String] = [:]
  ) async throws -> Backend {
    let program = Checkout.root.appending(
      path: "workshop/app-backend/.build/release/app-backend-\(version)")
    try #require(
      FileManager.default.isExecutableFile(atPath: program.path),
      "build it first: make backend")
    let folder = try TemporaryFolder()
    let port = try port ?? ServerProcess.freePorts(1)[0]
    let process = try ServerProcess(
      program.path, [],
      environment: [
        "LISTEN_ADDRESS": "127.0.0.1", "PORT": "\(port)", "SHUTDOWN_SECONDS": "1",
      ].merging(environment) { $1 },
      log: folder.url.appending(path: "log"))
    let backend = Backend(port: port, process: process, folder: folder)
    try await process.waitUntilReady(at: try backend.url("/healthz"))
    return backend
  }

  func url(_ path: String) throws -> URL {
    try #require(URL(string: "http://127.0.0.1:\(port)\(path)"))
  }
}
