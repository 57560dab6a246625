import Dispatch
import Foundation

/// Runs one version of the backend as the environment says, and ends the process.
///
/// Exit statuses: 0 after SIGTERM or SIGINT once all requests in flight were answered, 1 where
/// some were not or the backend could not listen, 78 where a setting is not valid.
///
/// - Parameters:
///   - version: The version's name, which its answers begin with.
///   - flaw: The bug that it has.
public func runBackend(version: String, flaw: Flaw) async -> Never {
  do {
    let settings = try BackendSettings(
      environment: ProcessInfo.processInfo.environment, flaw: flaw)
    let server = try BackendServer(version: version, settings: settings)
    raiseLimitOfOpenFiles()
    // A peer that went away is an error of one connection, not the end of the process.
    signal(SIGPIPE, SIG_IGN)
    let terminations = terminationSignals()
    Task {
      for await _ in terminations { break }
      log("\(version): shutting down, answering what is in flight")
      let open = await server.drain(withinSeconds: settings.shutdownSeconds)
      if open > 0 {
        log("\(version): \(open) requests were still open after \(settings.shutdownSeconds) s")
      }
      exit(open == 0 ? 0 : 1)
    }
    Task {
      let port = try await server.listeningPort()
      log("\(version): listening on \(settings.listenAddress), port \(port)")
    }
    try await server.run()
    exit(0)
  } catch .setting(let name, let value, let expectation) {
    log(
      "\(version): "
        + "\(BackendError.setting(name: name, value: value, expectation: expectation))")
    exit(78)
  } catch {
    log("\(version): \(error)")
    exit(1)
  }
}

/// One element for every SIGTERM and SIGINT, for as long as the process lives.
private func terminationSignals() -> AsyncStream<Void> {
  AsyncStream { continuation in
    for number in [SIGTERM, SIGINT] {
      // The default action would end the process before the source is told.
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number)
      // The handler holds its source: nothing else does.
      source.setEventHandler { [source] in
        withExtendedLifetime(source) { _ = continuation.yield() }
      }
      source.resume()
    }
  }
}

/// Lets the process hold as many connections as the system allows: hung ones stay open.
private func raiseLimitOfOpenFiles() {
  var limit = rlimit()
  let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
  guard getrlimit(kind, &limit) == 0 else { return }
  limit.rlim_cur = limit.rlim_max
  // Where this is refused the old limit holds, and reaching it is reported when it happens.
  _ = setrlimit(kind, &limit)
}

private func log(_ line: String) {
  FileHandle.standardError.write(Data("\(line)\n".utf8))
}
