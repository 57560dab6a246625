import ArgumentParser
import Rollouts

/// How a report is written.
enum ReportFormat: String, CaseIterable, ExpressibleByArgument {
  case text, json, markdown, html, csv
}

/// Which report is made, in which form, and where it goes.
struct ReportOptions: ParsableArguments {
  @Option(help: .format)
  var format = ReportFormat.text

  @Option(help: .output)
  var output: String?

  @Option(
    help: ArgumentHelp("With --format csv: this section alone, such as errors.", valueName: "name"))
  var section: String?

  @Flag(help: "A line for each rollout of every target and database.")
  var overview = false

  @Option(
    help: ArgumentHelp(
      "Run the query in this file instead: one SELECT that may use :target, :from and :to.",
      valueName: "file"))
  var query: String?

  @Option(
    help: ArgumentHelp(
      "How long the query may run. (default: 1m)", valueName: "duration"),
    transform: MomentArgument.duration)
  var timeLimit: Duration?

  func validate() throws {
    if section != nil, format != .csv {
      throw ValidationError("--section goes with --format csv")
    }
    if query != nil, overview {
      throw ValidationError("--overview does not go with --query")
    }
    if timeLimit != nil, query == nil {
      throw ValidationError("--time-limit goes with --query")
    }
  }
}
