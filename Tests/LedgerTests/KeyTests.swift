import Foundation
import Ledger
import TestSupport
import Testing

@Suite struct KeyTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func content(_ name: String) throws -> Data {
    try Data(contentsOf: folder.url.appending(path: name))
  }

  @Test(arguments: ["PEM", "DER"])
  func `keys are read as openssl writes them, and it verifies what they sign`(
    form: String
  ) async throws {
    let (privateKey, publicKey) = (folder.path("private"), folder.path("public"))
    _ = try await Shell.run(
      "openssl", "genpkey", "-algorithm", "ed25519", "-outform", form, "-out", privateKey)
    _ = try await Shell.run(
      "openssl", "pkey", "-in", privateKey, "-inform", form, "-pubout", "-outform", form, "-out",
      publicKey)
    let key = try SigningKey(content: content("private"))
    let sample = try SampleLedger(key: key)
    _ = try sample.verify(keys: [VerifyingKey(content: content("public"))])
    let entry = sample.entries[3]
    try folder.write(entry.signedText, to: "text")
    let signature = try #require(entry.signature)
    let bytes = stride(from: 0, to: 128, by: 2).compactMap {
      UInt8(signature.dropFirst($0).prefix(2), radix: 16)
    }
    try Data(bytes).write(to: folder.url.appending(path: "signature"))
    let verdict = try await Shell.run(
      "openssl", "pkeyutl", "-verify", "-pubin", "-inkey", publicKey, "-keyform", form, "-rawin",
      "-in", folder.path("text"), "-sigfile", folder.path("signature"))
    #expect(verdict.contains("Signature Verified Successfully"))
  }

  @Test func `32 bytes are a key`() throws {
    let sample = try SampleLedger(key: SampleLedger.key(1))
    _ = try sample.verify(keys: [SampleLedger.key(1).verifyingKey])
  }

  @Test func `what is no key is refused`() async throws {
    for content in ["", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "key"] {
      #expect(throws: KeyError.noPrivateKey) { try SigningKey(content: Data(content.utf8)) }
      #expect(throws: KeyError.noPublicKey) { try VerifyingKey(content: Data(content.utf8)) }
    }
    let other = try await Shell.run("openssl", "genpkey", "-algorithm", "x25519")
    #expect(throws: KeyError.noPrivateKey) { try SigningKey(content: Data(other.utf8)) }
  }

  @Test func `a key does not tell what it is`() throws {
    #expect("\(try SampleLedger.key())" == "<redacted>")
    #expect(String(reflecting: try SampleLedger.key()).contains("redacted"))
  }
}
