import ArgumentParser

/// How a result is written.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
  case text, json
}

/// In which form a result is written, and where.
struct OutputOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The form of the result.", valueName: "format"))
  var format = OutputFormat.text

  @Option(
    help: ArgumentHelp(
      "Where to write instead of standard output; written whole or not at all.",
      valueName: "file"))
  var output: String?
}
