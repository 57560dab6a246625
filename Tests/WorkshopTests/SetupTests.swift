import Foundation
import TestSupport
import Testing

/// `setup.sh` against stand-ins that refuse what the real programs do not know.
@Suite struct SetupTests {
  private let cluster: WorkshopCluster

  init() throws {
    cluster = try WorkshopCluster()
  }

  private func setUp(_ arguments: String...) async throws -> AnalyzeProgram.Outcome {
    try await cluster.run("setup.sh", WorkshopCluster.answers + arguments)
  }

  @Test func `the steps come in their order, with arguments that the programs know`() async throws {
    let outcome = try await setUp()
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try cluster.unknownArguments() == [])
    let steps = outcome.output.matches(of: /\n(\d+\. .+)\n/).map { String($0.1) }
    #expect(
      steps == [
        "1. Checking the prerequisites",
        "2. Asking for the configuration",
        "3. Installing Istio 1.28.3",
        "4. Installing Jaeger 4.4.8 and Kiali 2.20.0, with VictoriaMetrics as the source of metrics",
        "5. Configuring the ways in: the dashboards, and NGINX Ingress to Istio's gateway",
        "6. Building and pushing the images",
        "7. Deploying both versions of app-backend, 90/10",
        "8. Deploying the collector of analyze: a CronJob, what it may read, and its disk",
        "9. Asking analyze doctor",
      ])
    let calls = try cluster.takeCalls().joined(separator: "\n") + "\n"
    try expect(calls, matchesSnapshot: "setup-calls.txt")
  }

  @Test func `everything that is made carries the label by which cleanup.sh knows it`() async throws
  {
    let before = try cluster.content().objects
    let made = try await WorkshopCluster.installedContent().objects.filter { object, _ in
      // The definitions of Istio's kinds come with its release.
      before[object] == nil && !object.hasPrefix("customresourcedefinition/")
    }
    #expect(made.count == 17)
    for (object, labels) in made {
      #expect(labels["app.kubernetes.io/managed-by"] == "analyze-workshop", "\(object)")
    }
  }

  @Test func `a second run leaves everything as it is`() async throws {
    let first = try await WorkshopCluster.installedContent()
    try cluster.put(first)
    let outcome = try await setUp()
    #expect(outcome.status == 0, "\(outcome.errors)")
    var second = try cluster.content()
    second.images = first.images
    #expect(second == first)
  }

  @Test func `the weights of a rollout that runs are kept, unless told otherwise`() async throws {
    try cluster.put(try await WorkshopCluster.installedContent())
    let outcome = try await setUp()
    let virtualService = "virtualservice/istio/app-backend"
    let patches = try cluster.takeCalls().filter { $0.contains(virtualService) }
    #expect(
      patches == [
        "kubectl patch \(virtualService) {\"spec\":{\"hosts\":[\"app-backend\","
          + "\"app-backend.workshop.test\"],\"gateways\":[\"mesh\",\"app-backend\"]}}"
      ])
    #expect(outcome.output.contains("its weights are kept. --reset-weights puts 90/10 back"))
    _ = try await setUp("--reset-weights")
    #expect(try cluster.takeCalls().contains("kubectl apply \(virtualService)"))
  }

  @Test func `a dry run prints every command and changes nothing`() async throws {
    let before = try cluster.content()
    let dry = try await setUp("--dry-run")
    #expect(dry.status == 0, "\(dry.errors)")
    #expect(try cluster.takeCalls() == [])
    #expect(try cluster.content() == before)
    let real = try await setUp()
    #expect(commands(in: dry).count > 25)
    #expect(commands(in: dry) == commands(in: real))
  }

  @Test func `the answers are in what is applied, and no example is left`() async throws {
    _ = try await setUp(
      "--tls", "issuer:my-issuer", "--pull-secret", "my-secret", "--dashboards-from",
      "192.0.2.0/24",
      "--victoria-metrics", "http://vm.metrics.svc.cluster.local:8429")
    let manifests = try cluster.appliedManifests()
    #expect(!manifests.contains("example.com"))
    #expect(!manifests.contains("victoria-metrics.monitoring"))
    for expected in [
      "cert-manager.io/cluster-issuer: my-issuer", "whitelist-source-range: 192.0.2.0/24",
      "image: registry.test/group/app-backend:v2", "image: registry.test/group/analyze:0.1.0",
      "value: http://vm.metrics.svc.cluster.local:8429", "- host: kiali.workshop.test",
      "    - app-backend.workshop.test",
    ] {
      #expect(manifests.contains(expected))
    }
    let patches = try cluster.takeCalls().filter { $0.contains("imagePullSecrets") }
    #expect(patches.count == 2)
  }

  @Test(arguments: ["off", "secret:wildcard"])
  func `without an issuer of certificates no annotation asks for one`(tls: String) async throws {
    _ = try await setUp("--tls", tls)
    let manifests = try cluster.appliedManifests()
    #expect(!manifests.contains("cert-manager.io"))
    #expect(manifests.contains("secretName: wildcard") == (tls != "off"))
  }

  @Test func `every answer can come from the environment`() async throws {
    let outcome = try await cluster.run(
      "setup.sh", ["--yes"],
      environment: [
        "WORKSHOP_DOMAIN": "workshop.test", "WORKSHOP_REGISTRY": "registry.test/group",
        "WORKSHOP_TLS": "off",
        "ANALYZE_VICTORIA_METRICS": "http://victoria-metrics.monitoring:8428",
        "WORKSHOP_PULL_SECRET": "none", "WORKSHOP_DASHBOARDS_FROM": "10.0.0.0/8",
        "WORKSHOP_CONTEXT": "other",
      ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("+ kubectl --context other rollout status"))
    #expect(outcome.output.contains("+ helm --kube-context other upgrade"))
  }

  @Test func `what is not given is asked for, with what was found as the default`() async throws {
    let outcome = try await cluster.run(
      "setup.sh", [], input: "workshop.test\nregistry.test/group\n\n\n\n\ny\n")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("[http://victoria-metrics.monitoring:8428]: "))
    let refused = try await cluster.run(
      "setup.sh", [], input: "workshop.test\nregistry.test/group\n\n\n\n\nn\n")
    #expect(refused.status == 1)
    #expect(refused.errors.hasSuffix("setup: the answer was no; nothing was changed\n"))
  }

  private func commands(in outcome: AnalyzeProgram.Outcome) -> [Substring] {
    outcome.output.split(separator: "\n").filter { $0.hasPrefix("+ ") }
  }
}
