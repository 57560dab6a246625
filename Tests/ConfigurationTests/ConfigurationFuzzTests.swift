import Configuration
import TestSupport
import Testing

struct ConfigurationFuzzTests {
  private static let original = """
    database: analyze.db
    victoriaMetrics: {url: "http://vm:8428", username: a, passwordFile: b, headers: {AccountID: "1"}}
    kubernetes: http://127.0.0.1:8001
    targets:
    - name: app
      virtualService: istio/app
      route: primary
      step: 15s
      settle: 1m
      baseline: v1
      profile:
        requests: "sum by (v, c) (increase(hits{v=~{{versions}}}[{{step}}]))"
        labels: {version: v, responseCode: c}
    """

  @Test func `whatever the file holds, it is read or refused on one line`() {
    var generator = SplitMix64(seed: 7)
    var refused = 0
    for _ in 0..<Fuzzing.iterations {
      var bytes = Array(Self.original.utf8)
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let index = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.remove(at: index)
        case 2: bytes.insert(bytes[Int.random(in: 0..<bytes.count, using: &generator)], at: index)
        default: bytes.removeSubrange(index..<min(bytes.count, index + 9))
        }
      }
      do {
        _ = try ConfigurationFile.parse(String(decoding: bytes, as: UTF8.self), path: "a.yaml")
      } catch {
        refused += 1
        #expect(error.description.hasPrefix("cannot use a.yaml: "))
        #expect(!error.description.contains("\n"))
      }
    }
    #expect(refused > Fuzzing.iterations / 10)
  }
}
