import Foundation
import TestSupport
import Testing

/// `setup.sh` where something is missing, goes wrong, or belongs to somebody else.
@Suite struct SetupFailureTests {
  private let cluster: WorkshopCluster

  init() throws {
    cluster = try WorkshopCluster()
  }

  private func setUp(_ arguments: String...) async throws -> AnalyzeProgram.Outcome {
    try await cluster.run("setup.sh", WorkshopCluster.answers + arguments)
  }

  private func expectMissing(_ text: String, _ outcome: AnalyzeProgram.Outcome) throws {
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("  missing  \(text)"))
    #expect(outcome.errors.contains("setup: cannot begin: "))
    #expect(try cluster.takeCalls() == [])
  }

  @Test(
    arguments: [
      ("kubectl", "kubectl\n           install it: https://kubernetes.io/"),
      ("helm", "helm\n           install it, 3.13 or a later 3: https://helm.sh/"),
      ("docker", "docker\n           install it: https://docs.docker.com/"),
    ] as [(String, String)])
  func `a program that is missing is named, with how to get it`(
    program: String, text: String
  ) async throws {
    try cluster.remove(program: program)
    try expectMissing(text, try await setUp())
  }

  @Test func `all programs that are missing are named at once`() async throws {
    try cluster.remove(program: "helm")
    try cluster.remove(program: "docker")
    let outcome = try await setUp()
    try expectMissing("helm", outcome)
    try expectMissing("docker", outcome)
  }

  @Test func `without images to build docker is not needed`() async throws {
    try cluster.remove(program: "docker")
    let outcome = try await setUp("--skip-images")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("Skipped, as --skip-images says.\n"))
  }

  @Test(arguments: ["v3.12.3", "v2.17.0", "v4.0.1"])
  func `a helm of another kind is refused`(version: String) async throws {
    try cluster.set(.init(helmVersion: version))
    try expectMissing("helm 3.13 or a later 3: this one is \(version)\n", try await setUp())
  }

  @Test(
    arguments: [
      ("docker", "a docker that answers\n"),
      ("cluster", "a cluster that answers, context none\n           make one (lesson 8)"),
      (
        "victoria-metrics",
        "VictoriaMetrics: nothing answers at http://victoria-metrics.monitoring:8428\n"
      ),
    ] as [(String, String)])
  func `what does not answer is named, with what to do`(part: String, text: String) async throws {
    try cluster.set(.init(broken: [part]))
    try expectMissing(text, try await setUp())
  }

  @Test(
    arguments: [
      ("ingressclass//nginx", "the ingress class nginx\n           install it: helm upgrade"),
      (
        "service/monitoring/victoria-metrics",
        "VictoriaMetrics: no service has the port 8428 or 8481\n           say where it is"
      ),
    ] as [(String, String)])
  func `what the cluster lacks is named, with how to get it`(
    object: String, text: String
  ) async throws {
    var content = try cluster.content()
    content.objects[object] = nil
    try cluster.put(content)
    try expectMissing(text, try await setUp())
  }

  /// The numbers of a changing call of each step, as in Snapshots/setup-calls.txt.
  @Test(arguments: [1, 2, 5, 7, 9, 14, 18, 24, 26])
  func `wherever a run fails, the next one ends as one that did not`(call: Int) async throws {
    var whole = try await WorkshopCluster.installedContent()
    try cluster.set(.init(failAt: call, leavePending: call == 2))
    let failed = try await setUp()
    #expect(failed.status == 1)
    #expect(failed.errors.contains("; nothing is undone: set right what is said above"))
    try cluster.set(.init())
    let repeated = try await setUp()
    #expect(repeated.status == 0, "\(repeated.errors)")
    var content = try cluster.content()
    content.images = []
    whole.images = []
    #expect(content == whole)
  }

  @Test func `a release of somebody else is left as it is`() async throws {
    var content = try cluster.content()
    content.objects["namespace//istio-system"] = [:]
    content.releases["istiod"] = .init(labels: ["owner": "platform"])
    try cluster.put(content)
    let outcome = try await setUp()
    #expect(outcome.status == 0)
    #expect(
      outcome.errors.contains("setup: the release istiod is not of this workshop: it is left"))
    #expect(!(try cluster.takeCalls().contains { $0.hasPrefix("helm upgrade istiod") }))
  }

  @Test(
    arguments: [
      ("deployment/istio/app-backend-v1", "deployment/app-backend-v1 in namespace istio"),
      ("service/istio/app-backend", "service/app-backend in namespace istio"),
      ("pod/istio/curl-test", "pod/curl-test in namespace istio"),
      ("persistentvolumeclaim/istio/analyze", "persistentvolumeclaim/analyze in namespace istio"),
      ("virtualservice/istio/app-backend", "virtualservice/app-backend in namespace istio"),
      (
        "ingress/istio-system/workshop-dashboards",
        "ingress/workshop-dashboards in namespace istio-system"
      ),
    ] as [(String, String)])
  func `an object of somebody else with a name of the workshop is not changed, unless handed over`(
    object: String, text: String
  ) async throws {
    var content = try cluster.content()
    content.objects["namespace//istio"] = [:]
    content.objects["namespace//istio-system"] = [:]
    content.objects["customresourcedefinition//virtualservices.networking.istio.io"] = [:]
    content.objects["customresourcedefinition//gateways.networking.istio.io"] = [:]
    content.objects["customresourcedefinition//destinationrules.networking.istio.io"] = [:]
    content.objects[object] = ["app.kubernetes.io/managed-by": "Helm"]
    try cluster.put(content)
    let refused = try await setUp()
    #expect(refused.status == 1)
    #expect(refused.output.contains("  taken    \(text) is not of this workshop\n"))
    #expect(refused.output.contains(" --overwrite app.kubernetes.io/managed-by=analyze-workshop\n"))
    #expect(refused.errors.hasSuffix("as said above: 1; nothing was changed\n"))
    #expect(try cluster.takeCalls() == [])
    content.objects[object] = ["app.kubernetes.io/managed-by": "analyze-workshop"]
    try cluster.put(content)
    let handedOver = try await setUp()
    #expect(handedOver.status == 0, "\(handedOver.errors)")
  }

  @Test func `a namespace of somebody else does not get the label of this workshop`() async throws {
    var content = try cluster.content()
    content.objects["namespace//istio"] = ["team": "shop"]
    try cluster.put(content)
    _ = try await setUp()
    #expect(
      try cluster.content().objects["namespace//istio"]
        == ["team": "shop", "istio-injection": "enabled"])
  }

  @Test(
    arguments: [
      (["--nope"], "there is no option --nope"),
      (["--domain"], "the option --domain needs a value"),
      (["--tls", "on"], "--tls is \"on\"; give off, issuer:NAME or secret:NAME"),
      (
        ["--registry", "a|b"],
        "--registry is \"a|b\"; give a name such as registry.example.com/group"
      ),
      (["--domain", "A B"], "--domain is \"A B\"; give a name such as workshop.example.com"),
      (["--victoria-metrics", "vm:8428"], "--victoria-metrics is \"vm:8428\"; give a URL such as"),
    ] as [([String], String)])
  func `a wrong option changes nothing and ends with status 64`(
    arguments: [String], text: String
  ) async throws {
    let outcome = try await cluster.run("setup.sh", WorkshopCluster.answers + arguments)
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("setup: \(text)"))
    #expect(outcome.errors.hasSuffix("; see setup.sh --help\n"))
    #expect(try cluster.takeCalls() == [])
  }

  @Test func `with nobody to answer it says so`() async throws {
    let outcome = try await cluster.run("setup.sh", [])
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("nobody is there to answer; give --yes"))
  }
}
