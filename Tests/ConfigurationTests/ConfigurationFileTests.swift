import Configuration
import Foundation
import Rollouts
import TestSupport
import Testing

struct ConfigurationFileTests {
  private func parse(_ text: String) throws(ConfigurationError) -> ConfigurationFile {
    try ConfigurationFile.parse(text, path: "analyze.yaml")
  }

  @Test func `every key is read`() throws {
    let text = """
      database: /var/lib/analyze/analyze.db
      victoriaMetrics: http://vmselect:8481/select/0/prometheus
      kubernetes: http://127.0.0.1:8001
      targets:
      - name: backend
        virtualService: istio/app-backend
        route: primary
        step: 30s
        settle: 1m30s
        policy: {baseline: v1}
      - name: frontend
      """
    let file = try parse(text)
    #expect(file.database == "/var/lib/analyze/analyze.db")
    #expect(file.victoriaMetrics == "http://vmselect:8481/select/0/prometheus")
    #expect(file.kubernetes == "http://127.0.0.1:8001")
    #expect(file.targets.map(\.name) == ["backend", "frontend"])
    let backend = try #require(file.targets.first)
    #expect(backend.virtualService == ObjectName(namespace: "istio", name: "app-backend"))
    #expect(backend.route == "primary")
    #expect(backend.step == .seconds(30))
    #expect(backend.settle == .seconds(90))
    #expect(backend.policy == Policy(baseline: "v1"))
    let frontend = try #require(file.targets.last)
    #expect(frontend.virtualService == nil)
    #expect(frontend.route == nil)
    #expect(frontend.step == nil)
    #expect(frontend.settle == nil)
    #expect(frontend.policy == .standard)
  }

  @Test(
    arguments: [
      "", "\n", "# nothing yet\n", "---\n", "---\n---\n", "{}\n", "targets:\n", "targets: []\n",
      "database:\nvictoriaMetrics: ~\nkubernetes: null\n",
    ])
  func `a file that says nothing leaves all to the options`(text: String) throws {
    #expect(try parse(text) == .empty)
  }

  @Test func `an empty document beside the one that says something is none`() throws {
    #expect(try parse("---\ndatabase: a.db\n---\n").database == "a.db")
  }

  @Test(arguments: [("0s", 1), ("500ms", 1), ("1s", 1), ("30s", 30)])
  func `points of the last second are never read`(text: String, seconds: Int) throws {
    #expect(
      try parse("targets: [{name: a, latencyOffset: \(text)}]").targets.map(\.latencyOffset)
        == [.seconds(seconds)])
  }

  @Test func `counts may settle at once`() throws {
    #expect(try parse("targets: [{name: a, settle: 0s}]").targets.map(\.settle) == [.zero])
  }

  @Test(
    arguments: [
      ("database: [\n", "line 2, column 1: did not find expected node content"),
      (
        "database: a.db\n kubernetes: b\n",
        "line 2, column 12: mapping values are not allowed in this context"
      ),
      ("database: a.db\ndatabase: b.db\n", "the key \"database\" stands twice"),
      ("database: a.db\n---\ndatabase: b.db\n", "it holds several YAML documents; keep one"),
      ("analyze\n", "the document is not a mapping"),
      ("- name: a\n", "the document is not a mapping"),
    ])
  func `a file of another shape is refused`(text: String, reason: String) {
    #expect(throws: ConfigurationError("cannot use analyze.yaml: " + reason)) { try parse(text) }
  }

  @Test(
    arguments: [
      (
        "databse: a.db\n",
        "the document: the key \"databse\" is not known; the keys are database, victoriaMetrics, "
          + "kubernetes, kubeconfig, context, policy, targets"
      ),
      (
        "database: a.db\nvictoria-metrics: http://vm\n",
        "the document: the key \"victoria-metrics\" is not known; the keys are database, "
          + "victoriaMetrics, kubernetes, kubeconfig, context, policy, targets"
      ),
      (
        "targets: [{name: a}, {name: b, namespace: istio}]\n",
        "targets[1]: the key \"namespace\" is not known; the keys are name, virtualService, route, "
          + "profile, step, latencyOffset, settle, policy"
      ),
      (
        "targets: [{title: a}]\n",
        "targets[0]: the key \"title\" is not known; the keys are name, virtualService, route, "
          + "profile, step, latencyOffset, settle, policy"
      ),
    ])
  func `a key that is not known is named, with those that are`(text: String, reason: String) {
    #expect(throws: ConfigurationError("cannot use analyze.yaml: " + reason)) { try parse(text) }
  }

  @Test(
    arguments: [
      ("database: {path: a.db}\n", "database is not a single value"),
      ("victoriaMetrics: [http://a, http://b]\n", "victoriaMetrics is not a mapping"),
      ("kubernetes: {}\n", "kubernetes is not a single value"),
      ("targets: backend\n", "targets is not a list"),
      ("targets: {name: backend}\n", "targets is not a list"),
      ("targets: [backend]\n", "targets[0] is not a mapping"),
      ("targets: [{name: a}, ~]\n", "targets[1] is not a mapping"),
      ("targets: [{}]\n", "targets[0].name is missing"),
      ("targets: [{name: [a]}]\n", "targets[0].name is not a single value"),
      (
        "targets: [{name: a, virtualService: {name: b}}]\n",
        "targets[0].virtualService is not a single value"
      ),
      ("targets: [{name: a, route: [b]}]\n", "targets[0].route is not a single value"),
      ("targets: [{name: a, step: [15s]}]\n", "targets[0].step is not a single value"),
      ("targets: [{name: a, settle: {}}]\n", "targets[0].settle is not a single value"),
      (
        "targets: [{name: a, policy: {baseline: []}}]\n",
        "targets[0].policy.baseline is not a single value"
      ),
    ])
  func `a value of another kind is named by its path`(text: String, reason: String) {
    #expect(throws: ConfigurationError("cannot use analyze.yaml: " + reason)) { try parse(text) }
  }

  @Test(
    arguments: [
      ("{name: \"\"}", ": a name is empty; give it one"),
      ("{name: a}, {name: b}, {name: a}", ", a: the name stands twice"),
      (
        "{name: a, virtualService: app-backend}",
        ", a: virtualService is \"app-backend\"; write it as NAMESPACE/NAME"
      ),
      (
        "{name: a, virtualService: istio/app/backend}",
        ", a: virtualService is \"istio/app/backend\"; write it as NAMESPACE/NAME"
      ),
      (
        "{name: a, virtualService: /app-backend}",
        ", a: virtualService is \"/app-backend\"; write it as NAMESPACE/NAME"
      ),
      (
        "{name: a, virtualService: \"\"}",
        ", a: virtualService is \"\"; write it as NAMESPACE/NAME"
      ),
      ("{name: a, step: 15}", ", a: step is \"15\"; write a duration such as 15s or 1m"),
      ("{name: a, step: fast}", ", a: step is \"fast\"; write a duration such as 15s or 1m"),
      ("{name: a, step: -15s}", ", a: step is \"-15s\"; write a duration such as 15s or 1m"),
      (
        "{name: a, step: 0s}",
        ", a: step is \"0s\"; write whole seconds, at least 1s and at most 1h"
      ),
      (
        "{name: a, step: 500ms}",
        ", a: step is \"500ms\"; write whole seconds, at least 1s and at most 1h"
      ),
      (
        "{name: a, step: 1s500ms}",
        ", a: step is \"1s500ms\"; write whole seconds, at least 1s and at most 1h"
      ),
      ("{name: a, settle: soon}", ", a: settle is \"soon\"; write a duration such as 15s or 1m"),
    ])
  func `a value that cannot be meant is named with its target`(targets: String, reason: String) {
    #expect(throws: ConfigurationError("cannot use analyze.yaml: targets" + reason)) {
      try parse("targets: [\(targets)]\n")
    }
  }

  @Test func `a file is read from its path`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("database: a.db\n", to: "analyze.yaml")
    #expect(try ConfigurationFile.read(at: path).database == "a.db")
  }

  @Test func `a mistake in a file is told with its path`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("targets: 1\n", to: "analyze.yaml")
    #expect(throws: ConfigurationError("cannot use \(path): targets is not a list")) {
      try ConfigurationFile.read(at: path)
    }
  }

  @Test func `a file that is not there, or no text, cannot be read`() throws {
    let folder = try TemporaryFolder()
    let picture = folder.path("picture.png")
    try Data([0x89, 0x50, 0xFF, 0xFE, 0x00]).write(to: URL(filePath: picture))
    for path in [folder.path("missing.yaml"), folder.url.path, picture] {
      let message =
        "cannot read the configuration \(path): no such file, or no readable text; "
        + "check --config"
      #expect(throws: ConfigurationError(message)) { try ConfigurationFile.read(at: path) }
    }
  }
}

struct ProfileTests {
  private func parse(_ profile: String) throws(ConfigurationError) -> MetricsProfile? {
    try ConfigurationFile.parse(
      "targets:\n- name: a\n  profile: \(profile)\n", path: "analyze.yaml"
    ).targets.first?.profile
  }

  @Test func `the known profiles go by name`() throws {
    #expect(try parse("istio") == .istio)
    #expect(try parse("envoy") == .envoy)
  }

  @Test func `a profile of one's own is read with its defaults`() throws {
    let profile = try parse(
      """
      {requests: "sum by (v, c) (increase(hits[{{step}}]))", durationUnit: seconds,
       labels: {version: v, responseCode: c}}
      """)
    #expect(
      profile
        == MetricsProfile(
          name: "custom", requests: "sum by (v, c) (increase(hits[{{step}}]))", durations: nil,
          labels: MetricsProfile.Labels(version: "v", responseCode: "c"),
          durationUnitMilliseconds: 1000))
  }

  @Test(
    arguments: [
      (
        "linkerd",
        "profile is \"linkerd\"; write istio or envoy, or a profile of your own with "
          + "requests and labels"
      ),
      (
        "{requests: up, labels: {version: v, responseCode: c}}",
        "profile.requests has no {{step}}; write increase(METRIC{…}[{{step}}]), so that it counts "
          + "each interval"
      ),
      (
        "{requests: \"up[{{step}}]\", durationUnit: s, labels: {version: v, responseCode: c}}",
        "profile.durationUnit is \"s\"; write milliseconds or seconds"
      ),
      (
        "{requests: \"up[{{step}}]\", reporter: me, labels: {version: v, responseCode: c}}",
        "profile.reporter is \"me\"; write source or destination"
      ),
    ] as [(String, String)])
  func `a profile that cannot be meant is refused`(profile: String, reason: String) {
    #expect(throws: ConfigurationError("cannot use analyze.yaml: targets, a: \(reason)")) {
      try parse(profile)
    }
  }
}

struct VictoriaMetricsSettingsTests {
  private func parse(_ text: String) throws(ConfigurationError) -> ConfigurationFile {
    try ConfigurationFile.parse(text, path: "analyze.yaml")
  }

  @Test func `an address may come with settings`() throws {
    let file = try parse(
      """
      victoriaMetrics:
        url: https://vm
        username: analyze
        passwordFile: /run/password
        headers: {AccountID: "42"}
        headerFiles: {X-Key: /run/key}
        certificateAuthority: ca.pem
        clientCertificate: client.pem
        clientKey: client.key
        serverName: vm.internal
      """)
    var settings = VictoriaMetricsSettings()
    settings.username = "analyze"
    settings.passwordFile = "/run/password"
    settings.headers = ["AccountID": "42"]
    settings.headerFiles = ["X-Key": "/run/key"]
    settings.certificateAuthority = "ca.pem"
    settings.clientCertificate = "client.pem"
    settings.clientKey = "client.key"
    settings.serverName = "vm.internal"
    #expect(file.victoriaMetrics == "https://vm")
    #expect(file.victoriaMetricsSettings == settings)
  }

  @Test(
    arguments: [
      ("{url: a, clientCertificate: c}", "clientCertificate and clientKey go together"),
      ("{url: a, username: u, tokenFile: t}", "username and tokenFile exclude each other"),
      ("{url: a, passwordFile: p}", "passwordFile goes with username"),
    ])
  func `settings that contradict each other are refused`(text: String, reason: String) {
    #expect(
      throws: ConfigurationError("cannot use analyze.yaml: victoriaMetrics: \(reason)")
    ) { try parse("victoriaMetrics: \(text)") }
  }

  @Test(
    arguments: [
      "https://user:hidden@vm", "{url: \"http://user:hidden@vm:8428/select/0\", username: u}",
      "https://:hidden@vm", "user:hidden@vm", "https://user:hid@den@vm", "https://u:hidden/x@vm",
    ])
  func `a password in the address is refused with where it belongs`(address: String) {
    #expect(
      throws: ConfigurationError(
        "cannot use analyze.yaml: victoriaMetrics: url holds a password, which whoever reads this "
          + "file reads too; put it in a file that passwordFile names, or in "
          + "ANALYZE_VICTORIA_METRICS_PASSWORD, and the user in username")
    ) { try parse("victoriaMetrics: \(address)") }
  }

  @Test(arguments: ["https://user@vm:8428", "https://[::1]:8428/a@b", "http://vm:8428/a:b"])
  func `an address without a password is taken`(address: String) throws {
    #expect(try parse("victoriaMetrics: \"\(address)\"").victoriaMetrics == address)
  }

  @Test func `a password stands in no file of settings`() {
    #expect(throws: ConfigurationError.self) {
      try parse("victoriaMetrics: {url: a, username: u, password: secret}")
    }
  }
}
