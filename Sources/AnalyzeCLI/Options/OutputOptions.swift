import ArgumentParser

/// How a result is written.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
  case text, json
}

/// In which form a result is written, and where.
struct OutputOptions: ParsableArguments {
  @Option(help: .format)
  var format = OutputFormat.text

  @Option(help: .output)
  var output: String?
}

extension ArgumentHelp {
  /// Of `--format`, whose values differ between commands.
  static let format = ArgumentHelp("The form of the result.", valueName: "format")

  /// Of `--output`.
  static let output = ArgumentHelp(
    "Where to write instead of standard output; written whole or not at all.", valueName: "file")
}
