import Foundation
import TestSupport
import Testing

/// The Dockerfiles, as far as they can be tried without a container engine.
@Suite(.serialized) struct DockerfileTests {
  private static let known: Set<String> = [
    "FROM", "RUN", "WORKDIR", "COPY", "ENV", "USER", "EXPOSE", "ENTRYPOINT", "CMD",
  ]

  private static let all = [
    ("workshop/app-backend/v1/Dockerfile", "workshop/app-backend"),
    ("workshop/app-backend/v2/Dockerfile", "workshop/app-backend"),
    ("deploy/Dockerfile", ""),
  ]

  @Test(arguments: all)
  func `an image is built in one stage and runs in another, and not as root`(
    path: String, context: String
  ) throws {
    let file = try Dockerfile(path, context: context)
    #expect(Set(file.instructions.map(\.name)).subtracting(Self.known) == [])
    #expect(file.stages.count == 2)
    let images = file.instructions.filter { $0.name == "FROM" }.map(\.operands)
    // A tag that moves from one release to the next would make another image of the same sources.
    #expect(images.allSatisfy { $0[0].contains(":") && !$0[0].hasSuffix(":latest") })
    #expect(images[0].dropFirst() == ["AS", "build"])
    let final = try #require(file.stages.last)
    let users = final.filter { $0.name == "USER" }
    #expect(users.map(\.text) == ["65532:65532"])
    let program = try #require(final.last { $0.name == "ENTRYPOINT" })
    #expect(program.text.hasPrefix("[\""))
  }

  @Test(arguments: all)
  func `everything that is copied is there`(path: String, context: String) throws {
    let file = try Dockerfile(path, context: context)
    let build = try #require(file.stages.first)
    for copy in build where copy.name == "COPY" {
      let sources = try file.sources(of: copy)
      #expect(!sources.isEmpty)
      for source in sources {
        #expect(FileManager.default.fileExists(atPath: source.path), "\(source.path)")
      }
    }
    let installed = build.filter { $0.name == "RUN" }.map(\.text).joined()
    for copy in try #require(file.stages.last) where copy.name == "COPY" {
      #expect(copy.text.hasPrefix("--from=build "))
      #expect(installed.contains(" \(copy.operands[0])"))
    }
  }

  /// What is copied is all that the build sees; what was built is kept, so that the next time is quick.
  @Test(arguments: ["v1", "v2"])
  func `the steps that need no engine make a program that answers`(version: String) async throws {
    let file = try Dockerfile(
      "workshop/app-backend/\(version)/Dockerfile", context: "workshop/app-backend")
    let stage = file.context.appending(path: ".build-image")
    let source = stage.appending(path: "source")
    try FileManager.default.createDirectory(at: source, withIntermediateDirectories: true)
    for name in try FileManager.default.contentsOfDirectory(atPath: source.path)
    where name != ".build" {
      try FileManager.default.removeItem(at: source.appending(path: name))
    }
    for instruction in try #require(file.stages.first) {
      switch instruction.name {
      case "COPY":
        let destination = try #require(instruction.operands.last)
        for each in try file.sources(of: instruction) {
          let target =
            destination.hasSuffix("/")
            ? source.appending(path: each.lastPathComponent) : source.appending(path: destination)
          // With its time, so that only what changed is built again.
          _ = try await Shell.run("cp", "-a", each.path, target.path)
        }
      case "RUN" where !instruction.text.hasPrefix("apt-get "):
        let command = instruction.text.replacing(" /install/", with: " \(stage.path)/install/")
        _ = try await Shell.run("sh", "-c", "cd '\(source.path)' && \(command)")
      default:
        continue
      }
    }
    let program = stage.appending(path: "install/app-backend-\(version)")
    let folder = try TemporaryFolder()
    let port = try ServerProcess.freePorts(1)[0]
    let process = try ServerProcess(
      program.path, [], environment: ["LISTEN_ADDRESS": "127.0.0.1", "PORT": "\(port)"],
      log: folder.url.appending(path: "log"))
    defer { process.stop() }
    let url = try #require(URL(string: "http://127.0.0.1:\(port)/"))
    try await process.waitUntilReady(at: url.appending(path: "healthz"))
    #expect(try await ServerProcess.get(url) == "\(version) - Request 1\n")
    // The libraries that it needs beside the C library's are in the packages of the final stage.
    let libraries = try await Shell.run("ldd", program.path)
    #expect(!libraries.contains("libswift"))
    #expect(!libraries.contains("not found"))
  }
}
