import Foundation
import TestSupport
import Testing

/// The progress of a run of several chunks, on a pseudo-terminal.
@Suite struct ProgressBarTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(CollectTests.manifest, to: "vs.yaml")
  }

  /// What a run shows that fills three chunks back.
  private func collect(
    terminal: Bool = true, environment: [String] = [], failingAt failing: Int = .max
  ) async throws -> String {
    let script: FaultServer.Script = { request in
      request.number >= failing ? [.respond(422, text: "no")] : [.respond(text: CollectTests.empty)]
    }
    return try await withFaultServer(script) { server in
      // Both streams and the exit status go into one text, as on a terminal.
      let program = """
        import os, pty, sys
        status = pty.spawn(sys.argv[2:]) if sys.argv[1] == "terminal" else os.spawnvp(
            os.P_WAIT, sys.argv[2], sys.argv[2:]) << 8
        print(f"status {status >> 8}")
        """
      return try await Shell.run(
        [
          "env", "-C", folder.url.path, "-u", "NO_COLOR", "PYTHONUNBUFFERED=1",
        ] + environment + [
          "python3", "-c", program, terminal ? "terminal" : "pipe", "sh", "-c", "exec \"$@\" 2>&1",
          "sh", AnalyzeProgram.executable.path, "collect", "--victoria-metrics", server.url,
          "--virtual-service-file", "vs.yaml", "--since", "2026-11-24T00:00:00Z", "--now",
          "2026-11-24T12:00:30Z",
        ])
    }
  }

  private static let erasing = "\r\u{1B}[2K"

  @Test func `a terminal shows how far a back-fill has come, and the bar goes away`() async throws {
    #expect(
      try await collect() == """
        \(Self.erasing)reading intervals [##########--------------------] 960/2880\
        \(Self.erasing)reading intervals [####################----------] 1920/2880\
        \(Self.erasing)app-backend: 2880 new intervals with 0 requests, stored up to \
        2026-11-24T12:00:00Z; weights v1 90 %, v2 10 %\r
        status 0

        """)
  }

  @Test func `an error takes the place of the bar`() async throws {
    let text = try await collect(failingAt: 3)
    #expect(text.contains("960/2880\(Self.erasing)analyze: cannot query VictoriaMetrics"))
    #expect(text.hasSuffix("status 3\n"))
  }

  @Test func `with NO_COLOR and without a terminal there is no bar`() async throws {
    for text in [
      try await collect(environment: ["NO_COLOR=1"]), try await collect(terminal: false),
    ] {
      #expect(!text.contains("reading intervals"))
      #expect(!text.contains("\u{1B}"))
      #expect(text.contains("app-backend: "))
      #expect(text.hasSuffix("status 0\n"))
    }
  }
}
