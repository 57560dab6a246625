import Foundation
import HTTP
import Subprocess
import SystemPackage

extension CredentialPlugin {
  /// What a run of the program came to.
  private enum Ending: Sendable {
    case ended(TerminationStatus, output: [UInt8], errors: String)
    case late
    case failed(problem: String)
  }

  /// Runs the program once, without standard input.
  ///
  /// What it says of a failure is told without the credentials in it: those that it was given, that
  /// it gives with the failure, and that were used before.
  ///
  /// - Parameter earlier: Takes out what was used before.
  /// - Returns: What it gave.
  /// - Throws: `KubernetesError.noCredentials` if it is missing, fails, or gives nothing usable.
  func run(knowing earlier: Redaction = Redaction()) async throws(KubernetesError) -> Outcome {
    let path = try executablePath()
    let information = try information()
    switch await ending(path, information: information) {
    case .late:
      throw failure("no answer within \(deadline.components.seconds) s; try it in a shell")
    case .failed(let problem):
      throw failure(problem)
    case .ended(.exited(0), let output, _):
      return try outcome(of: output)
    case .ended(.exited(let status), let output, let errors):
      let said = redaction(of: output, earlier).redacting(errors).lastLineShown
      throw failure("it ended with status \(status) (\(said)); \(advice)")
    case .ended(.signaled(let signal), let output, let errors):
      let said = redaction(of: output, earlier).redacting(errors).lastLineShown
      throw failure("signal \(signal) ended it (\(said)); \(advice)")
    }
  }

  private func redaction(of output: [UInt8], _ earlier: Redaction) -> Redaction {
    var redaction = earlier.union(Redaction(secretsGiven))
    if let token = token(in: output) { redaction.add(token) }
    return redaction
  }

  private var advice: String { "try it in a shell, you may have to log in again" }

  private func executablePath() throws(KubernetesError) -> String {
    let isPath = command.contains("/")
    let folders = (environment["PATH"]?.revealed ?? "/usr/local/bin:/usr/bin:/bin")
      .split(separator: ":").filter { $0.hasPrefix("/") }
    let candidates = isPath ? [command] : folders.map { "\($0)/\(command)" }
    let found = candidates.first { path in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        && !isFolder.boolValue && FileManager.default.isExecutableFile(atPath: path)
    }
    guard let found else {
      let reason = isPath ? "no such program" : "no such program in PATH"
      throw failure("\(reason); \(installHint ?? "install it, or correct exec.command")")
    }
    return found
  }

  private func ending(_ path: String, information: String) async -> Ending {
    await withTaskGroup(of: Ending.self) { group in
      group.addTask { await self.ranToEnd(path, information: information) }
      group.addTask {
        do {
          try await Task.sleep(for: deadline)
          return .late
        } catch {
          return .failed(problem: "the request was cancelled")
        }
      }
      let first = await group.next() ?? .late
      // The other task ends the program, if that is still there, with all that it started.
      group.cancelAll()
      return first
    }
  }

  private func ranToEnd(_ path: String, information: String) async -> Ending {
    var options = PlatformOptions()
    options.createSession = true
    options.teardownSequence = [
      .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .zero)
    ]
    var variables: [Environment.Key: String] = [:]
    for (name, value) in environment {
      guard let key = Environment.Key(rawValue: name) else { continue }
      variables[key] = value.revealed
    }
    variables["KUBERNETES_EXEC_INFO"] = information
    do {
      let result = try await Subprocess.run(
        .path(FilePath(path)), arguments: Arguments(arguments.map(\.revealed)),
        environment: .custom(variables), platformOptions: options, input: .none,
        output: .bytes(limit: Self.outputLimitBytes), error: .string(limit: Self.outputLimitBytes))
      return .ended(
        result.terminationStatus, output: result.standardOutput,
        errors: result.standardError)
    } catch let error as SubprocessError where error.code == .outputLimitExceeded {
      return .failed(problem: "it wrote more than 1 MiB; \(advice)")
    } catch is CancellationError {
      return .failed(problem: "the request was cancelled")
    } catch {
      return .failed(problem: "it cannot be started; \(advice)")
    }
  }
}
