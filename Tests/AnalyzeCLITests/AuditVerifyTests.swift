import Foundation
import TestSupport
import Testing

@Suite struct AuditVerifyTests {
  let folder: TemporaryFolder
  let program: AnalyzeProgram

  init() throws {
    folder = try TemporaryFolder()
    program = AnalyzeProgram(in: folder.url)
    try SampleDatabase(canaryErrorsInThousand: 60).write(to: folder.path("analyze.db"))
  }

  /// Asks the gate, and returns the head of the ledger that it printed.
  @discardableResult
  private func ask(at clock: String = "08:30:45", _ arguments: String...) async throws -> String {
    let outcome = try await program.run(["gate", "--now", "2026-11-24T\(clock)Z"] + arguments)
    #expect(outcome.status == 1)
    return try #require(outcome.output.firstMatch(of: #/\nledger head ([0-9a-f]{64})\n$/#)).1
      .description
  }

  private func shell(_ sql: String) async throws -> String {
    try await Shell.run("sqlite3", folder.path("analyze.db"), sql)
  }

  @Test func `a ledger that nobody touched fits, and ends with the head that the gate printed`()
    async throws
  {
    let first = try await ask()
    let head = try await ask(at: "08:31:00")
    let outcome = try await program.run("audit", "verify", "--head", first)
    #expect(outcome.status == 0)
    #expect(outcome.output == "6 entries, each as it was written\nledger head \(head)\n")
    let answer = try await program.run(
      "gate", "--now", "2026-11-24T08:31:15Z", "--format", "json")
    let json = try #require(
      JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any])
    let newest = try await shell("SELECT hash FROM ledger_entry ORDER BY sequence DESC LIMIT 1")
    #expect(json["ledgerHead"] as? String == newest.trimmingCharacters(in: .newlines))
  }

  @Test func `what was altered is named, with status 1`() async throws {
    try await ask()
    _ = try await shell(
      "DROP TRIGGER decision_is_not_updated; UPDATE decision SET verdict = 'promote'")
    let outcome = try await program.run("audit", "verify")
    #expect(outcome.status == 1)
    #expect(
      outcome.errors == """
        analyze: the ledger of analyze.db does not fit: entry 5 records decision 1, whose row was \
        altered: verdict was "block", is "promote"

        """)
  }

  @Test func `what was cut off is found by the line of a log`() async throws {
    let first = try await ask()
    let second = try await ask(at: "08:31:00")
    try await Tampering.alter(
      folder.path("analyze.db"),
      "DELETE FROM decision WHERE id = 2; DELETE FROM ledger_entry WHERE sequence = 6")
    #expect(try await program.run("audit", "verify").status == 0)
    let outcome = try await program.run("audit", "verify", "--head", second)
    #expect(outcome.status == 1)
    #expect(
      outcome.errors == """
        analyze: the ledger of analyze.db does not fit: no entry has the hash \(second): the \
        ledger ends with entry 5, \(first), so what was written after or before was removed or \
        replaced

        """)
  }

  @Test func `decisions are signed with a key of openssl, which is stored nowhere`() async throws {
    _ = try await Shell.run(
      "openssl", "genpkey", "-algorithm", "ed25519", "-out", folder.path("key"))
    _ = try await Shell.run(
      "openssl", "pkey", "-in", folder.path("key"), "-pubout", "-out", folder.path("public"))
    try await ask()
    let unsigned = try await program.run("audit", "verify", "--public-key", "public")
    #expect(unsigned.status == 1)
    #expect(
      unsigned.errors == """
        analyze: the ledger of analyze.db does not fit: no decision is signed; sign them with \
        "analyze gate --signing-key"

        """)
    try await ask(at: "08:31:00", "--signing-key", "key")
    var signing = program
    signing.environment["ANALYZE_SIGNING_KEY_FILE"] = folder.path("key")
    _ = try await signing.run("gate", "--now", "2026-11-24T08:31:15Z")
    let outcome = try await program.run("audit", "verify", "--public-key", "public")
    #expect(
      outcome.output.hasPrefix(
        """
        7 entries, each as it was written
        2 decisions are signed by the key
        1 decisions before the first signed one are not
        ledger head 
        """))
    let secret = try await Shell.run(
      "openssl", "pkey", "-in", folder.path("key"), "-outform", "DER", "-out",
      folder.path("key.der"))
    #expect(secret == "")
    let seed = try Data(contentsOf: folder.url.appending(path: "key.der")).suffix(32)
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
    where name.hasPrefix("analyze.db") {
      let content = try Data(contentsOf: folder.url.appending(path: name))
      #expect(content.range(of: seed) == nil)
      #expect(content.range(of: Data(seed.base64EncodedString().utf8)) == nil)
    }
  }

  @Test func `after a change of keys each decision is signed by one of those that are given`()
    async throws
  {
    for name in ["old", "new"] {
      _ = try await Shell.run(
        "openssl", "genpkey", "-algorithm", "ed25519", "-out", folder.path(name))
      _ = try await Shell.run(
        "openssl", "pkey", "-in", folder.path(name), "-pubout", "-out", folder.path("\(name).pub"))
    }
    try await ask("--signing-key", "old")
    try await ask(at: "08:31:00", "--signing-key", "new")
    for (key, entry) in [("old.pub", 6), ("new.pub", 5)] {
      let outcome = try await program.run("audit", "verify", "--public-key", key)
      #expect(outcome.status == 1)
      #expect(
        outcome.errors == """
          analyze: the ledger of analyze.db does not fit: entry \(entry) is signed by none of the \
          keys that were given

          """)
    }
    let both = try await program.run(
      "audit", "verify", "--public-key", "old.pub", "--public-key", "new.pub")
    #expect(both.status == 0)
    #expect(
      both.output.hasPrefix(
        """
        6 entries, each as it was written
        2 decisions are signed by one of the 2 keys
        ledger head 
        """))
  }

  @Test func `a key that cannot be used is named, and nothing is decided`() async throws {
    try folder.write("no key", to: "key")
    let outcome = try await program.run("gate", "--signing-key", "key")
    #expect(outcome.status == 78)
    #expect(
      outcome.errors == """
        analyze: cannot use the signing key key: it is no Ed25519 private key; make one with \
        "openssl genpkey -algorithm ed25519"

        """)
    let missing = try await program.run("audit", "verify", "--public-key", "none")
    #expect(missing.status == 78)
    #expect(
      missing.errors == """
        analyze: cannot read the public key none: no such file, or you may not read it

        """)
    #expect(try await shell("SELECT count(*) FROM decision") == "0\n")
  }

  @Test func `a head that is no hash is refused`() async throws {
    let outcome = try await program.run("audit", "verify", "--head", "12")
    #expect(outcome.status == 64)
  }

  @Test func `the commands of docs-audit-md compute the hashes that are stored`() async throws {
    try await ask()
    let page = try String(
      contentsOf: Checkout.root.appending(path: "docs/audit.md"), encoding: .utf8)
    let commands = page.matches(of: #/```bash\n((?:[^`]|\n)*)```/#).map { String($0.1) }
    #expect(commands.count == 2)
    let sums = try await Shell.run(
      "bash", "-c", "cd '\(folder.url.path)'\n" + commands.joined(separator: "\n"))
    let stored = try await shell(
      """
      SELECT hash FROM ledger_entry WHERE sequence = 1;
      SELECT json_extract(content, '$.policy_sha256') FROM ledger_entry WHERE kind = 'decision';
      """)
    #expect(sums.replacing("  -", with: "") == stored)
  }
}
