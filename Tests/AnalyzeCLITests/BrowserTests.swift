import Foundation
import TestSupport
import Testing

/// The page in Debian's Chromium.
@Suite struct BrowserTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// What a browser did with a page.
  private struct Visit {
    /// Lines that the page wrote to the console.
    let console: [String]
    /// The addresses that were asked for, but for the page itself.
    let requests: [String]
  }

  private func visit(_ page: String) async throws -> Visit {
    let file = try folder.write(page, to: "page.html")
    // Every address leads to a closed port: a request fails at once, and is in the log.
    let output = try await Shell.run(
      "sh", "-c", "chromium \"$@\" 2>&1", "sh", "--headless=new", "--no-sandbox", "--disable-gpu",
      "--disable-background-networking", "--disable-component-update", "--no-first-run",
      "--disable-sync", "--enable-logging=stderr", "--proxy-server=127.0.0.1:1",
      "--user-data-dir=\(folder.path("profile"))", "--log-net-log=\(folder.path("net.json"))",
      "--virtual-time-budget=2000", "--dump-dom", "file://\(file)")
    let log = try String(contentsOfFile: folder.path("net.json"), encoding: .utf8)
    return Visit(
      console: output.split(separator: "\n").filter { $0.contains("CONSOLE") }.map(String.init),
      requests: log.matches(of: #/"url":"((?:https?|wss?)://[^"]+)"/#).map { String($0.1) }
        .filter { !Self.asksOfItself($0) })
  }

  /// Whether the browser asks for an address of its own accord, as it does with an empty page.
  private static func asksOfItself(_ address: String) -> Bool {
    let hosts = [
      "accounts.google.com", "android.clients.google.com", "clients2.google.com",
      "clientservices.googleapis.com", "content-autofill.googleapis.com",
      "optimizationguide-pa.googleapis.com", "safebrowsingohttpgateway.googleapis.com",
      "update.googleapis.com", "www.google.com",
    ]
    return URL(string: address)?.host().map(hosts.contains) ?? false
  }

  @Test func `a page asks for nothing and has nothing to complain about`() async throws {
    for name in ["v2", "<script>alert(1)</script>", "\"\u{301} onload=\"alert(1)"] {
      let path = folder.path("\(UUID().uuidString).db")
      try await PicturesDatabase(canary: name, writer: name).write(to: path)
      let page = try await AnalyzeProgram(in: folder.url).run(
        "report", "--database", path, "--now", PicturesDatabase.now, "--format", "html"
      ).output
      let visit = try await visit(page)
      #expect(visit.console == [])
      #expect(visit.requests == [])
    }
  }

  @Test func `a page that asks and complains is found out`() async throws {
    let visit = try await visit(
      """
      <!doctype html><img src="http://analyze.test/picture.png">
      <img src="https://fonts.gstatic.com/picture.png"><script>console.log("here")</script>
      """)
    #expect(visit.console.contains { $0.contains("here") })
    #expect(visit.requests.contains("http://analyze.test/picture.png"))
    #expect(visit.requests.contains { $0.hasPrefix("https://fonts.gstatic.com/") })
  }
}
