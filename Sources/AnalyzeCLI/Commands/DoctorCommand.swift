import Analysis
import ArgumentParser
import Collecting

extension Analyze {
  /// Says what is wrong with the set-up.
  struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "doctor",
      abstract: "Say what is wrong with the set-up, in the order in which to set it right.",
      discussion: """
        Takes the options of "collect" and looks at everything that a collector needs; stores \
        nothing. The exit status is 1 if something is broken.
        """)

    @OptionGroup var collect: Collect

    func run() async throws {
      let file = try collect.common.configuration()
      let session = try CollectingSession(collect, file)
      var isBroken = false
      for (target, findings) in await session.examine(file) {
        var lines = target.map { ["\($0):"] } ?? []
        for finding in findings {
          lines.append("  \(Self.mark(finding.state)) \(finding.text)")
          if let remedy = finding.remedy { lines.append("           \(remedy)") }
        }
        isBroken = isBroken || findings.contains { $0.state == .broken }
        try Output.write(lines.joined(separator: "\n") + "\n", to: nil)
      }
      if isBroken { throw CommandFailure(.failure, nil) }
    }

    private static func mark(_ state: Finding.State) -> String {
      switch state {
      case .good: "ok      "
      case .weak: "note    "
      case .broken: "broken  "
      }
    }
  }
}
