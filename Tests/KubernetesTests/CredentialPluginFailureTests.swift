import Foundation
import HTTP
import TestSupport
import Testing

@testable import Kubernetes

/// Programs that do not give credentials.
struct CredentialPluginFailureTests: CredentialPluginSuite {
  let certificates: TestCertificates
  let folder: TemporaryFolder
  let clock = TestClock()

  init() async throws {
    certificates = try await TestCertificates.make()
    folder = try TemporaryFolder()
  }

  @Test func `a plugin that is missing brings its hint`() async throws {
    let hint = """
      installHint: |
        get it with
          apt-get install nowhere
      """
    for (command, reason) in [
      ("nowhere-plugin", "no such program in PATH"), ("bin/nowhere", "no such program"),
      ("/tmp", "no such program"),
    ] {
      let user = try user("", further: hint).replacing("command: sh", with: "command: \(command)")
      let shown = command.hasPrefix("bin") ? folder.path(command) : command
      let connection = try connection(user)
      #expect(
        try await message { try await connection.readVirtualService() }
          == "cannot get credentials of user \"tester\" of \(folder.path("config")) from "
          + "\"\(shown)\": \(reason); get it with apt-get install nowhere")
    }
  }

  @Test(
    arguments: [
      (
        "echo starting >&2; echo 'please log in' >&2; echo hidden; exit 3",
        "it ended with status 3 (please log in); try it in a shell, you may have to log in again"
      ),
      (
        "kill -9 $$",
        "signal 9 ended it (nothing); try it in a shell, you may have to log in again"
      ),
      ("echo hidden", "what it wrote is no ExecCredential in JSON; try it in a shell"),
      ("true", "what it wrote is no ExecCredential in JSON; try it in a shell"),
      (
        #"echo '{"kind":"Secret","apiVersion":"client.authentication.k8s.io/v1"}'"#,
        "what it wrote is no ExecCredential in JSON; try it in a shell"
      ),
      (
        #"echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1"}'"#,
        "it answers in client.authentication.k8s.io/v1beta1 and exec.apiVersion says "
          + "client.authentication.k8s.io/v1; correct the latter"
      ),
      (
        #"echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1"}'"#,
        "what it wrote has no status; try it in a shell"
      ),
      ("{}", "it gave neither token nor client certificate; try it in a shell"),
      (
        #"{"token":"hidden","clientKeyData":"hidden"}"#,
        "it gave only one of client certificate and key; try it in a shell"
      ),
      (
        #"{"token":"hidden","expirationTimestamp":"soon"}"#,
        "its expirationTimestamp is no RFC 3339 time; try it in a shell"
      ),
      (
        "head -c 2000000 /dev/zero",
        "it wrote more than 1 MiB; try it in a shell, you may have to log in again"
      ),
    ])
  func `a plugin that fails is named with the reason`(
    script: String, reason: String
  ) async throws {
    let user = try user(script.hasPrefix("{") ? answer(script) : script)
    let connection = try connection(user)
    let message = try await message { try await connection.readVirtualService() }
    #expect(
      message
        == "cannot get credentials of user \"tester\" of \(folder.path("config")) from \"sh\": "
        + reason)
    #expect(!message.contains("hidden"))
  }

  @Test(.timeLimit(.minutes(1)))
  func `a plugin that does not end is ended with all that it started`() async throws {
    let user = try user("sleep 600 & echo $! > \"$0.child\"; sleep 600")
    guard case .plugin(var plugin) = try connection(user).credentials.method else {
      Issue.record("no plugin")
      return
    }
    plugin.deadline = .seconds(1)
    let late = plugin
    #expect(
      try await message { try await late.run() }
        == "cannot get credentials of user \"tester\" of \(folder.path("config")) from \"sh\": "
        + "no answer within 1 s; try it in a shell")
    let text = try String(contentsOfFile: folder.path("plugin.sh.child"), encoding: .utf8)
    let child = try #require(pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)))
    #expect(await eventually { isGone(child) })
  }

  @Test(.timeLimit(.minutes(1)))
  func `cancelling one request leaves the plugin of another alone`() async throws {
    let object = try Recording("get-v1-before").steps
    let user = try user("sleep 0.5\n" + answer("{\"token\": \"abc\"}"))
    try await withCluster(user) { _ in
      object
    } _: { client, server async throws in
      let cancelled = Task { try await read(client) }
      #expect(await eventually { runCount == 1 })
      let other = Task { try await read(client) }
      try await Task.sleep(for: .milliseconds(100))
      cancelled.cancel()
      await #expect(throws: KubernetesError.self) { try await cancelled.value }
      try await other.value
      #expect(server.requests.count == 1)
    }
  }
}

/// Whether a process has ended; one that nobody waits for may stay as a zombie.
private func isGone(_ identifier: pid_t) -> Bool {
  let status = (try? String(contentsOfFile: "/proc/\(identifier)/stat", encoding: .utf8)) ?? ""
  return status.isEmpty || status.split(separator: " ").dropFirst(2).first == "Z"
}
