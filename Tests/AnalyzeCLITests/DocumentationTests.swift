import Foundation
import TestSupport
import Testing

@Suite struct DocumentationTests {
  /// README and `docs/` as one text.
  private func documentation() throws -> String {
    let folder = Checkout.root.appending(path: "docs")
    let pages = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".md") }.map { folder.appending(path: $0) }
    return try (pages + [Checkout.root.appending(path: "README.md")])
      .map { try String(contentsOf: $0, encoding: .utf8) }.joined(separator: "\n")
  }

  private func help(_ command: String) async throws -> String {
    let folder = try TemporaryFolder()
    return try await AnalyzeProgram(in: folder.url).run(
      command.split(separator: " ").map(String.init) + ["--help"]
    ).output
  }

  @Test(arguments: [
    "collect", "report", "watch", "gate", "plan", "calibrate", "override", "audit timeline",
    "audit verify",
    "audit replay", "export", "database prune",
  ])
  func `every option of a command is documented`(command: String) async throws {
    let documentation = try documentation()
    let options = try await help(command).matches(of: #/\n  (?:-h, )?(--[a-z-]+)/#).map { $0.1 }
    #expect(options.count > 3)
    let missing = options.filter { !["--help", "--version"].contains($0) }
      .filter { !documentation.contains($0) }
    #expect(missing == [])
  }

  @Test(arguments: [2, 10, 60])
  func `the report as JSON is accepted by the published schema`(errorsInThousand: Int) async throws
  {
    let folder = try TemporaryFolder()
    let program = AnalyzeProgram(in: folder.url)
    try SampleDatabase(canaryErrorsInThousand: errorsInThousand).write(
      to: folder.path("analyze.db"))
    _ = try await program.run("gate", "--now", "2026-11-24T08:30:45Z")
    for since in ["1h", "2026-11-24T08:29:59Z", "2026-11-24T08:12:00Z"] {
      let outcome = try await program.run(
        "report", "--since", since, "--format", "json", "--now", "2026-11-24T08:30:45Z",
        "--output", "report.json")
      #expect(outcome.status == 0)
      try await validate(folder.path("report.json"))
    }
  }

  @Test func `a report with all that there can be is accepted by the published schema`()
    async throws
  {
    let folder = try TemporaryFolder()
    try await PicturesDatabase().write(to: folder.path("analyze.db"))
    let outcome = try await AnalyzeProgram(in: folder.url).run(
      "report", "--format", "json", "--now", PicturesDatabase.now, "--output", "report.json")
    #expect(outcome.status == 0)
    try await validate(folder.path("report.json"))
  }

  @Test func `the schema refuses a report that lacks a key`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(#"{"schemaVersion": 1}"#, to: "report.json")
    await #expect(throws: ShellError.self) { try await validate(folder.path("report.json")) }
  }

  /// Every block of YAML in a text.
  private func yamlBlocks(_ text: String) -> [String] {
    text.matches(of: #/```yaml\n([\s\S]*?)```/#).map { String($0.1) }
  }

  private func page(_ name: String) throws -> String {
    try String(contentsOf: Checkout.root.appending(path: name), encoding: .utf8)
  }

  @Test func `the examples of analyze.yaml are accepted by its schema and by the program`()
    async throws
  {
    let files = try ["docs/configuration.md", "docs/pipeline.md", "deploy/README.md"]
      .flatMap { yamlBlocks(try page($0)) }
      .filter {
        $0.contains(/^(database|victoriaMetrics|policy|targets):/.anchorsMatchLineEndings())
      }
    #expect(files.count >= 5)
    let folder = try TemporaryFolder()
    for file in files {
      try folder.write(file, to: "analyze.yaml")
      try await validate(folder.path("analyze.yaml"), by: "docs/analyze.schema.json")
      let outcome = try await AnalyzeProgram(in: folder.url).run(
        "plan", "--requests-per-second", "1", "--error-rate", "0.01")
      #expect(outcome.errors == "", "\(file)")
    }
  }

  @Test(arguments: [
    "targets: [{name: app, baseline: v1}]", "policy: {falseBlockBound: 0.7}",
    "policy: {checks: []}", "policy: {checks: [{check: weather}]}",
    "policy: {checks: [{check: errors, quantile: 0.9}]}",
    "policy: {checks: [{check: limit, errors: 0.1, quantile: 0.9, latency: 1s}]}",
    "policy: {checks: [{check: latency, quantile: 0.9, bound: 250ms}]}",
    "policy: {checks: [{check: custom, good: a, bad: b}]}", "policy: {maximumDataAge: soon}",
    "policy: {errorResponses: [6xx]}",
  ])
  func `the schema of analyze.yaml refuses what the program refuses`(file: String) async throws {
    let folder = try TemporaryFolder()
    try folder.write(file, to: "analyze.yaml")
    await #expect(throws: ShellError.self) {
      try await validate(folder.path("analyze.yaml"), by: "docs/analyze.schema.json")
    }
    let outcome = try await AnalyzeProgram(in: folder.url).run(
      "plan", "--requests-per-second", "1", "--error-rate", "0.01")
    #expect(outcome.status == 78)
  }

  /// The keys of an enumeration `CodingKeys`, as written in the sources.
  private func codingKeys() throws -> [(file: String, keys: Set<String>)] {
    let folder = Checkout.root.appending(path: "Sources/Configuration")
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().flatMap {
      file in
      let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
      return text.matches(of: #/enum CodingKeys[^{]*\{([^}]*)\}/#).map { match in
        let names = match.1.split { !$0.isLetter }.map(String.init).filter { $0 != "case" }
        return (file, Set(names))
      }
    }
  }

  @Test func `every key that the program reads is in the schema, with a description`() throws {
    let data = try Data(contentsOf: Checkout.root.appending(path: "docs/analyze.schema.json"))
    var described: Set<String> = []
    func collect(_ value: Any) {
      if let list = value as? [Any] { list.forEach(collect) }
      guard let object = value as? [String: Any] else { return }
      if let properties = object["properties"] as? [String: [String: Any]] {
        for (key, property) in properties {
          let description = property["description"] as? String
          #expect(description?.isEmpty == false, "\(key) has no description")
          described.insert(key)
        }
      }
      object.values.forEach(collect)
    }
    collect(try JSONSerialization.jsonObject(with: data))
    let read = try codingKeys()
    #expect(read.count == 8)
    for (file, keys) in read {
      #expect(keys.subtracting(described).isEmpty, "\(file)")
    }
    #expect(described.subtracting(read.reduce(into: []) { $0.formUnion($1.keys) }).isEmpty)
  }

  @Test func `the pipelines of the documentation are YAML of the right form`() async throws {
    let folder = try TemporaryFolder()
    let examples = yamlBlocks(try page("docs/pipeline.md"))
    #expect(examples.count == 6)
    for (index, example) in examples.enumerated() {
      try folder.write(example, to: "\(index).yaml")
    }
    let program = """
      import sys, yaml
      def load(index):
        with open(f"{sys.argv[1]}/{index}.yaml") as file:
          return list(yaml.safe_load_all(file))
      (gitlab,), (github,), argo, (profile,), (canary,), (flagger,) = map(load, range(6))
      for job in [gitlab["gate"], flagger["gate"]]:
        assert any("analyze gate --wait" in line for line in job["script"]), job
        assert all(isinstance(line, str) for line in job["script"]), job
      assert gitlab["gate"]["artifacts"]["reports"]["junit"] in str(gitlab["gate"]["script"])
      assert gitlab["promote"]["needs"] == ["gate"]
      steps = github["jobs"]["gate"]["steps"]
      assert "--format markdown" in steps[0]["run"] and "GITHUB_STEP_SUMMARY" in steps[0]["run"]
      assert github["jobs"]["promote"]["needs"] == "gate" and True in github
      template, rollout = argo
      assert template["kind"] == "AnalysisTemplate"
      (metric,) = template["spec"]["metrics"]
      job = metric["provider"]["job"]["spec"]
      assert job["backoffLimit"] == 0 and metric["failureLimit"] == 0 and metric["count"] == 1
      (container,) = job["template"]["spec"]["containers"]
      assert container["args"][0] == "gate" and job["template"]["spec"]["restartPolicy"] == "Never"
      analysis = [s["analysis"] for s in rollout["spec"]["strategy"]["canary"]["steps"] if "analysis" in s]
      assert analysis[0]["templates"][0]["templateName"] == template["metadata"]["name"]
      hooks = {hook["type"]: hook["url"] for hook in canary["spec"]["analysis"]["webhooks"]}
      assert hooks["confirm-promotion"].endswith("/gate/check")
      assert hooks["rollback"].endswith("/rollback/check")
      """
    let python = Checkout.root.appending(path: ".venv/bin/python").path
    _ = try await Shell.run(python, "-c", program, folder.url.path)
  }

  /// Validates JSON or YAML with the Python package jsonschema, which `make set-up` installs.
  private func validate(_ file: String, by schema: String = "docs/report.schema.json") async throws
  {
    let python = Checkout.root.appending(path: ".venv/bin/python").path
    let program = """
      import json, sys, jsonschema, yaml
      with open(sys.argv[1]) as schema_file, open(sys.argv[2]) as file:
        schema = json.load(schema_file)
        value = json.load(file) if sys.argv[2].endswith(".json") else yaml.safe_load(file)
      jsonschema.Draft202012Validator.check_schema(schema)
      jsonschema.Draft202012Validator(schema).validate(value)
      """
    _ = try await Shell.run(
      python, "-c", program, Checkout.root.appending(path: schema).path, file)
  }
}
