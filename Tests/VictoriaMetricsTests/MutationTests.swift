import Foundation
import TestSupport
import Testing
import VictoriaMetrics

struct MutationTests {
  private static let files = [
    "1.79.5/query_range.json", "master-2026-08/query_range.json", "1.79.5/query_range_empty.json",
    "envoy-live/query_range_split.json", "1.79.5/query_vector.json", "1.79.5/err_parse.json",
    "master-2026-08/err_range_points.json",
  ]

  @Test func `a recorded answer with bytes changed gives a value or an error`() async throws {
    let bodies = try Self.files.map { try Recording($0).body }
    let mutated = (0..<Fuzzing.iterations).map { number in
      var generator = SplitMix64(seed: UInt64(number))
      return mutate(bodies[number % bodies.count], with: &generator)
    }
    try await withFaultServer({ [.respond(body: mutated[$0.number])] }) { server in
      let client = VictoriaMetricsClient(baseURL: server.url, http: .direct())
      var values = 0
      var errors = 0
      for body in mutated {
        switch await ask(client) {
        case .success(let series):
          guard let count = seriesCount(body) else { continue }
          values += 1
          #expect(count == series.count)
        case .failure(let error):
          errors += 1
          #expect(error.description.contains("VictoriaMetrics at \(server.url): "))
          #expect(!error.description.contains { $0.isNewline })
        }
      }
      #expect(server.requests.count == Fuzzing.iterations)
      #expect(values > Fuzzing.iterations / 20)
      #expect(errors > Fuzzing.iterations / 20)
    }
  }

  /// How many series another reader finds in an answer that was taken for good; `nil` if that
  /// reader minds something in a part that is not used.
  private func seriesCount(_ body: [UInt8]) -> Int? {
    let text = String(decoding: body, as: UTF8.self)
    guard
      let object = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    else { return nil }
    let data = object["data"] as? [String: Any]
    guard object["status"] as? String == "success", data?["resultType"] as? String == "matrix"
    else { return -1 }
    return (data?["result"] as? [Any])?.count
  }

  /// Changes a body in one or two places.
  private func mutate(_ body: [UInt8], with generator: inout SplitMix64) -> [UInt8] {
    var body = body
    for _ in 0...Int.random(in: 0...1, using: &generator) where !body.isEmpty {
      let start = Int.random(in: 0..<body.count, using: &generator)
      let end = min(body.count, start + Int.random(in: 1...20, using: &generator))
      switch Int.random(in: 0...7, using: &generator) {
      case 0: body[start] = UInt8.random(in: 0...255, using: &generator)
      case 1: body.removeSubrange(start..<end)
      case 2: body.insert(contentsOf: body[start..<end], at: start)
      case 3: body.removeSubrange(start...)
      case 4:
        let words = [
          #""isPartial":true,"#, "null", "1e999", "-", "[", "}", "\\n", "99999",
        ]
        let word = words.randomElement(using: &generator) ?? ""
        body.insert(contentsOf: Array(word.utf8), at: start)
      case 5: body[start] = UInt8(ascii: "7")
      case 6: body.swapAt(start, end - 1)
      default: body[start] ^= 1 << UInt8.random(in: 0...7, using: &generator)
      }
    }
    return body
  }
}
