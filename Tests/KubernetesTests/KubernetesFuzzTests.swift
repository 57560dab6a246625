import Foundation
import HTTP
import TestSupport
import Testing

@testable import Kubernetes

/// Inputs that were damaged at random, from fixed seeds.
struct KubernetesFuzzTests {
  /// Damages a text in one to eight places.
  private func mutated(_ original: [UInt8], _ generator: inout SplitMix64) -> [UInt8] {
    var bytes = original
    for _ in 0..<Int.random(in: 1...8, using: &generator) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &generator)
      let end = min(bytes.count, place + Int.random(in: 1...40, using: &generator))
      switch Int.random(in: 0..<6, using: &generator) {
      case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &generator)
      case 1: bytes.removeSubrange(place..<end)
      case 2: bytes.insert(contentsOf: bytes[place..<end], at: place)
      case 3: bytes.replaceSubrange(place..<end, with: Array("9223372036854775808e999".utf8))
      case 4:
        bytes.insert(
          contentsOf: "\"{[:&*-\n\t ~|>%!?'#,]}\\".utf8.shuffled(using: &generator).prefix(4),
          at: place)
      default: bytes.removeSubrange(place...)
      }
    }
    return bytes
  }

  @Test func `damaged kubeconfigs are read or refused, and show no secret`() throws {
    let original = Array(
      kubeconfig(
        server: "https://a.example",
        cluster: """
          certificate-authority-data: Q0E=
          tls-server-name: other
          insecure-skip-tls-verify: false
          proxy-url: http://me:SECRET@proxy.example
          extensions: [{name: client.authentication.k8s.io/exec, extension: {a: [1, true]}}]
          """,
        user: """
          client-certificate-data: Q0E=
          client-key-data: U0VDUkVU
          exec:
            apiVersion: client.authentication.k8s.io/v1
            interactiveMode: Never
            command: /bin/plugin
            args: [SECRET]
            env: [{name: a, value: SECRET}]
            provideClusterInfo: true
          """
      ).utf8)
    var generator = SplitMix64(seed: 1)
    var readCount = 0
    for _ in 0..<Fuzzing.iterations {
      let text = String(decoding: mutated(original, &generator), as: UTF8.self)
      do throws(KubernetesError) {
        let connection = try Kubeconfig(parsing: text, file: "/k").connection(
          environment: [:], now: TestClock().now)
        if case .plugin(let plugin) = connection.credentials.method {
          _ = try plugin.information()
        }
        readCount += 1
      } catch {
        #expect(!error.description.contains("\n"))
        #expect(!error.description.contains("SECRET"))
      }
    }
    #expect(readCount > 0)
    #expect(readCount < Fuzzing.iterations)
  }

  @Test func `damaged watch lines are read or refused`() throws {
    let text = try Recording("watch-from-rv").text + Recording("watch-410-rv1").text
    let originals = text.split(separator: "\n").map { Array($0.utf8) }
    var generator = SplitMix64(seed: 2)
    var readCount = 0
    for iteration in 0..<Fuzzing.iterations {
      let bytes = mutated(originals[iteration % originals.count], &generator)
      var splitter = LineSplitter(maximumLineBytes: 1 << 20)
      splitter.append(bytes + [0x0A])
      while let line = try splitter.next() {
        do {
          _ = try WatchLine(line)
          readCount += 1
        } catch is DecodingError {}
      }
    }
    #expect(readCount > 0)
    #expect(readCount < Fuzzing.iterations)
  }

  @Test func `damaged answers of plugins and of the server are read or refused`() throws {
    let plugin = CredentialPlugin(
      apiVersion: "v", command: "c", arguments: [], environment: [:], installHint: nil,
      cluster: nil, owner: "o")
    let answer = """
      {"kind": "ExecCredential", "apiVersion": "v", "status": {"token": "SECRET",
       "expirationTimestamp": "2026-11-24T02:06:01.5+01:00"}}
      """
    let status = try Recording("err-403-get").body
    var generator = SplitMix64(seed: 3)
    var readCount = 0
    for _ in 0..<Fuzzing.iterations {
      do throws(KubernetesError) {
        readCount +=
          try plugin.outcome(of: mutated(Array(answer.utf8), &generator)).token == nil ? 0 : 1
      } catch {
        #expect(!error.description.contains("SECRET"))
      }
      let error = KubernetesError.answered(
        403, mutated(status, &generator), subject: "s", Redaction())
      #expect(!error.description.contains("\n"))
    }
    #expect(readCount > 0)
    #expect(readCount < Fuzzing.iterations)
  }
}
