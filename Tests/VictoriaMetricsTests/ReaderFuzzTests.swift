import TestSupport
import Testing

@testable import VictoriaMetrics

struct ReaderFuzzTests {
  private static let words = [
    #""isPartial":true,"#, #""warnings":["w"],"#, #""x":{"y":[1]},"#, "null", "true", "1e999", "-",
    "[", "]", "{", "}", ",", ":", "\"", #"\"#, #"\u00e9"#, #"\uD800"#, "\u{0}", "\u{FEFF}", "é",
    " ",
  ]

  @Test func `a changed answer is read alike in whichever chunks it comes`() throws {
    // Long answers make the test slow and have no other shape than short ones.
    let bodies = try RecordedBodies.all().map(\.body).filter { $0.count < 2000 }
    var accepted = 0
    var refused = 0
    for number in 0..<Fuzzing.iterations {
      var generator = SplitMix64(seed: UInt64(number))
      let body = mutate(bodies[number % bodies.count], using: &generator)
      let whole = WholeAnswer.read([body])
      let maximumBytes = [1, 7, 100].randomElement(using: &generator) ?? 1
      let chunks = body.split(maximumBytes: maximumBytes, using: &generator)
      let isAlike = WholeAnswer.read(chunks) == whole
      #expect(isAlike, "seed \(number)")
      guard case .success(let answer) = whole else {
        refused += 1
        continue
      }
      accepted += 1
      let expected = try FoundationAnswer.read(body)
      #expect(answer == expected, "seed \(number)")
    }
    #expect(accepted > Fuzzing.iterations / 20)
    #expect(refused > Fuzzing.iterations / 20)
  }

  /// Changes a body in one to three places.
  private func mutate(
    _ original: [UInt8], using generator: inout SplitMix64
  ) -> [UInt8] {
    var body = original
    for _ in 0..<Int.random(in: 1...3, using: &generator) where !body.isEmpty {
      let start = Int.random(in: 0..<body.count, using: &generator)
      let end = min(body.count, start + Int.random(in: 1...30, using: &generator))
      switch Int.random(in: 0...8, using: &generator) {
      case 0: body[start] = UInt8.random(in: 0...255, using: &generator)
      case 1: body[start] = UInt8.random(in: 0x20...0x7E, using: &generator)
      case 2: body[start] ^= 1 << UInt8.random(in: 0...7, using: &generator)
      case 3: body.removeSubrange(start..<end)
      case 4: body.removeSubrange(start...)
      case 5: body.insert(contentsOf: body[start..<end], at: start)
      case 6: body.swapAt(start, end - 1)
      case 7: body[start] = UInt8.random(in: 0x30...0x39, using: &generator)
      default:
        let word = Self.words.randomElement(using: &generator) ?? ""
        body.insert(contentsOf: Array(word.utf8), at: start)
      }
    }
    return body
  }
}
