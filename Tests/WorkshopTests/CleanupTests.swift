import Foundation
import TestSupport
import Testing

/// `cleanup.sh` after `setup.sh`, against the same stand-ins.
@Suite struct CleanupTests {
  private let cluster: WorkshopCluster
  private let before: WorkshopCluster.Content

  init() throws {
    cluster = try WorkshopCluster()
    before = try cluster.content()
  }

  private func setUp() async throws {
    try cluster.put(try await WorkshopCluster.installedContent())
  }

  private func cleanUp(_ arguments: String...) async throws -> AnalyzeProgram.Outcome {
    try await cluster.run("cleanup.sh", ["--yes"] + arguments)
  }

  @Test func `nothing is left but the database`() async throws {
    try await setUp()
    let outcome = try await cleanUp()
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try cluster.unknownArguments() == [])
    let after = try cluster.content()
    #expect(after.releases == [:])
    #expect(
      Set(after.objects.keys).subtracting(before.objects.keys)
        == ["namespace//istio", "persistentvolumeclaim/istio/analyze"])
    #expect(outcome.output.contains("It stays: the claim analyze in namespace istio"))
    let calls = try cluster.takeCalls().joined(separator: "\n") + "\n"
    try expect(calls, matchesSnapshot: "cleanup-calls.txt")
  }

  @Test func `with --delete-database nothing is left at all`() async throws {
    try await setUp()
    _ = try await cleanUp()
    let outcome = try await cleanUp("--delete-database")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try cluster.content().objects == before.objects)
  }

  @Test func `it can be run twice, and where nothing was installed`() async throws {
    #expect(try await cleanUp().status == 0)
    #expect(try cluster.content() == before)
    try await setUp()
    #expect(try await cleanUp().status == 0)
    let once = try cluster.content()
    let again = try await cleanUp()
    #expect(again.status == 0, "\(again.errors)")
    #expect(try cluster.content() == once)
  }

  @Test func `what others installed stays`() async throws {
    var content = before
    content.objects["namespace//istio-system"] = [:]
    content.objects["namespace//istio"] = [:]
    content.objects["deployment/istio/of-somebody-else"] = [:]
    for kind in ["destinationrules", "gateways", "virtualservices"] {
      content.objects["customresourcedefinition//\(kind).networking.istio.io"] = [:]
    }
    content.releases = ["istio-base": .init(), "istiod": .init(), "prometheus": .init()]
    try cluster.put(content)
    _ = try await cluster.run("setup.sh", WorkshopCluster.answers)
    let outcome = try await cleanUp("--delete-database")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("The release istiod is not of this workshop: it stays.\n"))
    var after = try cluster.content()
    after.images = []
    #expect(after == content)
  }

  @Test func `what has the name but not the label of the workshop stays`() async throws {
    try await setUp()
    var content = try cluster.content()
    let others = [
      "cronjob/istio/analyze", "persistentvolumeclaim/istio/analyze",
      "virtualservice/istio/app-backend", "service/istio/app-backend",
      "deployment/istio/app-backend-v1", "ingress/istio-system/workshop-dashboards",
    ]
    for object in others {
      content.objects[object] = ["app": "app-backend"]
    }
    try cluster.put(content)
    let outcome = try await cleanUp("--delete-database")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let left = try cluster.content().objects.keys
    #expect(
      Set(left).subtracting(before.objects.keys)
        == Set(
          others + [
            "namespace//istio", "namespace//istio-system",
            "customresourcedefinition//virtualservices.networking.istio.io",
          ]))
    #expect(
      outcome.output.contains(
        "Namespace istio-system stays, with: ingress/workshop-dashboards\n"))
  }

  @Test(arguments: [nil, "disabled", "enabled"])
  func `a namespace of somebody else injects sidecars only if it did before`(
    injection: String?
  ) async throws {
    var content = before
    content.objects["namespace//istio"] = injection.map { ["istio-injection": $0] } ?? [:]
    try cluster.put(content)
    for _ in 1...2 {
      #expect(try await cluster.run("setup.sh", WorkshopCluster.answers).status == 0)
      let labels = try cluster.content().objects["namespace//istio"]
      #expect(labels == ["istio-injection": "enabled"])
    }
    let outcome = try await cleanUp("--delete-database")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try cluster.content().objects == content.objects)
    #expect(try cluster.content().annotations == [:])
  }

  @Test func `a kind of Istio stays as long as there are objects of it`() async throws {
    try await setUp()
    var content = try cluster.content()
    content.objects["virtualservice/default/of-somebody-else"] = [:]
    try cluster.put(content)
    let outcome = try await cleanUp()
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(
      outcome.output.contains(
        "The kind virtualservices.networking.istio.io stays: there are objects of it.\n"))
    let kept = try cluster.content().objects.keys.filter { $0.hasPrefix("customresource") }
    #expect(kept == ["customresourcedefinition//virtualservices.networking.istio.io"])
  }

  @Test func `it asks first, and does nothing without a yes`() async throws {
    try await setUp()
    let installed = try cluster.content()
    for input in ["\n", "no\n", ""] {
      let outcome = try await cluster.run("cleanup.sh", [], input: input)
      #expect(outcome.status == 1)
      #expect(outcome.errors.contains("Remove the workshop from the cluster of context workshop?"))
    }
    #expect(try cluster.content() == installed)
    #expect(try await cluster.run("cleanup.sh", [], input: "y\n").status == 0)
    #expect(try cluster.content() != installed)
  }

  @Test func `a dry run changes nothing`() async throws {
    try await setUp()
    let installed = try cluster.content()
    let outcome = try await cluster.run("cleanup.sh", ["--dry-run", "--delete-database"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try cluster.takeCalls() == [])
    #expect(try cluster.content() == installed)
    #expect(outcome.output.contains("+ helm uninstall istiod"))
    #expect(outcome.output.contains("+ kubectl delete persistentvolumeclaims "))
  }

  @Test func `wherever it fails, the next run ends as one that did not`() async throws {
    try await setUp()
    let installed = try cluster.content()
    _ = try await cleanUp("--delete-database")
    let calls = try cluster.takeCalls().count
    for failing in stride(from: 1, through: calls, by: 3) {
      try cluster.put(installed)
      try cluster.set(.init(failAt: failing))
      let failed = try await cleanUp("--delete-database")
      #expect(failed.status == 1, "call \(failing)")
      #expect(failed.errors.contains("cleanup: stopped at step"))
      try cluster.set(.init())
      _ = try cluster.takeCalls()
      let repeated = try await cleanUp("--delete-database")
      #expect(repeated.status == 0, "after call \(failing): \(repeated.errors)")
      #expect(try cluster.content().objects == before.objects, "after call \(failing)")
      _ = try cluster.takeCalls()
    }
  }

  @Test func `without kubectl, helm or a cluster nothing is tried`() async throws {
    try cluster.set(.init(broken: ["cluster"]))
    let outcome = try await cleanUp()
    #expect(outcome.status == 1)
    #expect(
      outcome.errors.contains("cannot begin: the cluster does not answer; nothing was changed"))
    try cluster.remove(program: "helm")
    let another = try await cleanUp()
    #expect(another.errors == "cleanup: cannot begin: helm is missing; nothing was changed\n")
  }
}
