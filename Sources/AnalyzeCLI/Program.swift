import ArgumentParser
import Foundation
import UnixSignals

/// The program: parses, runs one command, and ends with its exit status.
public enum Program {
  /// Runs the command that the arguments name, and ends the process.
  ///
  /// On SIGINT or SIGTERM the command is cancelled, which rolls back what it was storing, and the
  /// status is 130 or 143; a container's first process would otherwise ignore these signals.
  public static func main() async -> Never {
    let status = await withTaskGroup(of: Int32?.self) { group in
      let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
      group.addTask { await run() }
      group.addTask {
        for await signal in signals {
          return (signal == .sigint ? ExitStatus.interrupted : .terminated).rawValue
        }
        return nil
      }
      var status: Int32?
      while status == nil, let ended = await group.next() { status = ended }
      group.cancelAll()
      return status ?? ExitStatus.failure.rawValue
    }
    exit(status)
  }

  private static func run() async -> Int32 {
    let format = LogFormat(in: CommandLine.arguments)
    do {
      var command = try Analyze.parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
      return ExitStatus.success.rawValue
    } catch let failure as CommandFailure {
      failure.say(in: format)
      return failure.status.rawValue
    } catch {
      let status = Analyze.exitCode(for: error).rawValue
      let message = Analyze.fullMessage(for: error)
      if status == ExitStatus.success.rawValue {
        print(message)
      } else if !message.isEmpty {
        format.sayFailure(message, message: Analyze.message(for: error))
      }
      return status
    }
  }
}
