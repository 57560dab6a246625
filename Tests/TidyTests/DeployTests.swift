import Foundation
import TestSupport
import Testing

/// What of `deploy/` can be checked without a container engine and without installing anything.
@Suite struct DeployTests {
  private struct Instruction {
    let name: String
    let words: [String]
  }

  /// The instructions of the Dockerfile, continued lines joined.
  private let instructions: [Instruction]

  init() throws {
    let file = Checkout.root.appending(path: "deploy/Dockerfile")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      .filter { !$0.hasPrefix("#") }.joined(separator: "\n").replacing("\\\n", with: " ")
    instructions = lines.split(separator: "\n").map { line in
      let words = line.split(separator: " ").map(String.init)
      return Instruction(name: words[0], words: Array(words.dropFirst()))
    }
  }

  private var stages: [[Instruction]] {
    instructions.reduce(into: []) { stages, instruction in
      if instruction.name == "FROM" { stages.append([]) }
      stages[stages.count - 1].append(instruction)
    }
  }

  @Test func `the Dockerfile has known instructions, and two stages`() {
    // Source: https://docs.docker.com/reference/dockerfile/
    let known: Set = [
      "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL",
      "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
    ]
    #expect(instructions.map(\.name).filter { !known.contains($0) } == [])
    #expect(instructions.first?.name == "FROM")
    #expect(stages.count == 2)
  }

  @Test func `the image runs as a user by number, not as root`() {
    let user = stages.last?.last { $0.name == "USER" }?.words.first
    let numbers = user?.split(separator: ":").compactMap { Int($0) } ?? []
    #expect(numbers.count == 2)
    #expect(numbers.allSatisfy { $0 > 0 })
  }

  @Test func `what is copied is in the checkout, or was made by an earlier stage`() throws {
    var copied = 0
    for (number, stage) in stages.enumerated() {
      for copy in stage where copy.name == "COPY" {
        var sources = copy.words.dropLast()
        if let from = sources.first, from.hasPrefix("--from=") {
          sources.removeFirst()
          let earlier = stages[..<number].first { stage in
            stage.first?.words.suffix(2) == ["AS", String(from.dropFirst("--from=".count))]
          }
          let commands = try #require(earlier).filter { $0.name == "RUN" }.flatMap(\.words)
          for source in sources { #expect(commands.contains(source)) }
        } else {
          for source in sources where !source.contains("*") {
            let path = Checkout.root.appending(path: source).path
            #expect(FileManager.default.fileExists(atPath: path), "\(source)")
          }
        }
        copied += 1
      }
    }
    #expect(copied >= 2)
  }

  @Test func `what is copied is a package that can be built`() async throws {
    let folder = try TemporaryFolder()
    for copy in try #require(stages.first) where copy.name == "COPY" {
      let (sources, target) = (copy.words.dropLast(), try #require(copy.words.last))
      let command = "cp -a \(sources.joined(separator: " ")) '\(folder.path(target))'"
      _ = try await Shell.run("sh", "-c", "cd '\(Checkout.root.path)' && \(command)")
    }
    // It looks for the folder of each target, and needs no dependencies.
    let package = try await Shell.run(
      "swift", "package", "--package-path", folder.url.path, "describe", "--type", "json")
    #expect(package.contains(#""name" : "analyze""#))
  }

  private static let hasPackageLists =
    (FileManager.default.enumerator(atPath: "/var/lib/apt/lists")?.allObjects ?? [])
    .contains { "\($0)".contains("_Packages") }

  @Test(.enabled(if: hasPackageLists, "apt has no lists of packages here"))
  func `what is installed are Debian packages`() async throws {
    let commands = instructions.filter { $0.name == "RUN" }
    var packages: [String] = []
    for command in commands {
      guard let start = command.words.firstIndex(of: "--no-install-recommends") else { continue }
      packages += command.words[(start + 1)...].prefix { $0 != "&&" }
    }
    #expect(packages.contains("libcurl4"))
    for package in packages { _ = try await Shell.run("apt-cache", "show", package) }
  }

  private static let hasSystemd = FileManager.default.fileExists(atPath: "/usr/bin/systemd-analyze")

  @Test(.enabled(if: hasSystemd, "there is no systemd-analyze here"))
  func `systemd has no objection to the unit and the timer, and finds it well confined`()
    async throws
  {
    let folder = try TemporaryFolder()
    for name in ["analyze.service", "analyze.timer"] {
      let unit = try String(
        contentsOf: Checkout.root.appending(path: "deploy/\(name)"), encoding: .utf8)
      // The program need not be installed where the tests run.
      try folder.write(unit.replacing("/usr/local/bin/analyze ", with: "/bin/true "), to: name)
    }
    // It ends with 0 although it warns of a key that it does not know.
    let objections = try await Shell.run(
      "sh", "-c", "systemd-analyze verify \"$@\" 2>&1", "sh", folder.path("analyze.service"),
      folder.path("analyze.timer"))
    #expect(objections == "")
    // The exposure, in tenths of ten; it ends with an error above the threshold.
    _ = try await Shell.run(
      "systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager",
      folder.path("analyze.service"))
  }
}
