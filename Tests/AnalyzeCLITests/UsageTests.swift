import TestSupport
import Testing

@Suite struct UsageTests {
  struct Case: CustomTestStringConvertible {
    let arguments: String
    let status: Int32
    let message: String

    var testDescription: String { arguments }
  }

  static let cases = [
    Case(
      arguments: "report --since soon", status: 64,
      message: """
        Error: The value 'soon' is invalid for '--since <when>': "soon" is neither a duration \
        (such as 90s, 15m, 1h, 7d) nor a time (such as 2026-11-24T08:00:00Z)
        """),
    Case(
      arguments: "report --since 1h --until 2026-11-24", status: 64,
      message: """
        Error: The value '2026-11-24' is invalid for '--until <when>': "2026-11-24" is neither a \
        duration
        """),
    Case(
      arguments:
        "report --since 2026-11-24T09:00:00Z --until 2026-11-24T08:00:00Z", status: 64,
      message: """
        analyze: --since (2026-11-24T09:00:00Z) is not before --until (2026-11-24T08:00:00Z)
        """),
    Case(
      arguments: "report weather", status: 64,
      message: "Error: there is no report \"weather\"; there is canary"),
    Case(
      arguments: "report --format yaml", status: 64,
      message: "Error: The value 'yaml' is invalid for '--format <format>'."),
    Case(
      arguments: "collect", status: 64,
      message: "analyze: name VictoriaMetrics with --victoria-metrics URL"),
    Case(
      arguments: "collect --victoria-metrics http://127.0.0.1:1", status: 64,
      message: """
        analyze: name the VirtualService with --virtual-service NAMESPACE/NAME, or give its \
        manifest with --virtual-service-file FILE
        """),
    Case(
      arguments: "collect --victoria-metrics http://127.0.0.1:1 --virtual-service istio/x",
      status: 78,
      message: """
        analyze: cannot find a Kubernetes cluster: HOME is not set and this is no pod of a \
        cluster; give --kubeconfig FILE
        """),
    Case(
      arguments:
        "collect --victoria-metrics http://127.0.0.1:1 --virtual-service istio/x "
        + "--kubeconfig no.yaml",
      status: 78, message: "analyze: cannot use kubeconfig no.yaml: "),
    Case(
      arguments:
        "collect --victoria-metrics http://127.0.0.1:1 --virtual-service istio/x "
        + "--kubernetes banana",
      status: 78,
      message: """
        analyze: cannot use the Kubernetes API at "banana": it has to begin with http:// or \
        https://, followed by a host; check --kubernetes
        """),
    Case(
      arguments:
        "collect --victoria-metrics http://127.0.0.1:1 --virtual-service istio/x "
        + "--kubernetes http://a:b@127.0.0.1:1",
      status: 78,
      message: """
        analyze: cannot use the Kubernetes API at http://127.0.0.1:1: it has a user or a query; use \
        a kubeconfig where the server asks for credentials; check --kubernetes
        """),
    Case(
      arguments:
        "collect --victoria-metrics http://user:hidden@127.0.0.1:1 --virtual-service-file vs.yaml",
      status: 78,
      message: """
        analyze: cannot take a password from --victoria-metrics: whoever lists the processes of \
        this machine reads it; put it in a file that ANALYZE_VICTORIA_METRICS_PASSWORD_FILE names, \
        and the user in ANALYZE_VICTORIA_METRICS_USERNAME

        """),
    Case(
      arguments: "collect --victoria-metrics http://127.0.0.1:1 --virtual-service app",
      status: 64,
      message: "analyze: \"app\" is no NAMESPACE/NAME; check --virtual-service"),
    Case(
      arguments: "collect --every 5", status: 64,
      message: """
        Error: The value '5' is invalid for '--every <duration>': "5" is no duration of at least \
        1s; write it as 15s, 1m or 1h
        """),
    Case(
      arguments: "collect --every 15s --virtual-service-file -", status: 64,
      message: """
        Error: standard input can be read only once: --every does not go with \
        --virtual-service-file -
        """),
    Case(
      arguments: "collect --observed-at 2026-11-24T08:00:00Z", status: 64,
      message: "Error: --observed-at goes with --virtual-service-file and without --every"),
    Case(
      arguments: "report --config no.yaml", status: 78,
      message: """
        analyze: cannot read the configuration no.yaml: no such file, or no readable text; check \
        --config
        """),
    Case(
      arguments: "report --database no.db", status: 3,
      message: """
        analyze: cannot open no.db: no such file; run "analyze collect" first, or name the \
        database with --database
        """),
    Case(
      arguments: "report --database /tmp", status: 3,
      message: """
        analyze: cannot open /tmp: it is not a regular file; name the database file with --database
        """),
    Case(arguments: "promote", status: 64, message: "Error: Unexpected argument 'promote'"),
  ]

  @Test(arguments: cases)
  func `a mistake is named with what to do, and its exit status`(_ mistake: Case) async throws {
    let folder = try TemporaryFolder()
    let outcome = try await AnalyzeProgram(in: folder.url).run(
      mistake.arguments.split(separator: " ").map(String.init))
    #expect(outcome.status == mistake.status)
    #expect(outcome.output == "")
    #expect(outcome.errors.hasPrefix(mistake.message))
    #expect(outcome.errors.split(separator: "\n").count <= 4)
  }
}
