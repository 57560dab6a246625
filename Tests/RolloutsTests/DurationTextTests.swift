import Rollouts
import TestSupport
import Testing

struct DurationTextTests {
  @Test(
    arguments: [
      ("0s", 0), ("250ms", 250), ("90s", 90_000), ("15m", 900_000), ("1h", 3_600_000),
      ("7d", 604_800_000), ("1h30m", 5_400_000), ("1m500ms", 60_500), ("007s", 7000),
      ("1d2h3m4s5ms", 93_784_005), ("365999d23h59m59s999ms", 31_622_399_999_999),
    ] as [(String, Int64)])
  func `a duration is read as the sum of its parts`(text: String, milliseconds: Int64) {
    #expect(Duration(text: text) == .milliseconds(milliseconds))
  }

  @Test(arguments: [
    "", "5", "s", "5 s", " 5s", "5s ", "-5s", "+5s", "1.5h", "5S", "5sec", "1h 30m", "1h,30m", "１s",
    "5µs", "PT5S", "5w",
  ])
  func `a text of another shape names no duration`(text: String) {
    #expect(Duration(text: text) == nil)
  }

  @Test(arguments: ["1m1h", "1s1d", "1h1h", "1ms1s", "1h2m3h"])
  func `each unit comes at most once and the larger first`(text: String) {
    #expect(Duration(text: text) == nil)
  }

  @Test(arguments: [
    "366000d", "99999999999999999999s", "9223372036854775807d", "9223372036854775807ms",
    "106751991167d7h12m55s807ms", "365999d24h",
  ])
  func `a thousand years and more are refused, also where they overflow`(text: String) {
    #expect(Duration(text: text) == nil)
  }

  @Test(
    arguments: [
      (0, "0s"), (1, "1ms"), (999, "999ms"), (90_000, "1m30s"), (3_600_000, "1h"),
      (93_784_005, "1d2h3m4s5ms"), (-1, "0s"),
    ] as [(Int64, String)])
  func `a duration is written with the largest units first`(milliseconds: Int64, text: String) {
    #expect(Duration.milliseconds(milliseconds).text == text)
  }

  @Test func `what is written reads back the same`() {
    var generator = SplitMix64(seed: 1)
    for _ in 0..<2000 {
      // Of every size: a uniform choice would hardly ever be shorter than a day.
      let limit = Int64(1) << Int64.random(in: 1...44, using: &generator)
      let duration = Duration.milliseconds(Int64.random(in: 0..<limit, using: &generator))
      #expect(Duration(text: duration.text) == duration)
    }
  }

  @Test func `fractions of a millisecond are dropped towards zero`() {
    #expect(Duration.microseconds(1999).wholeMilliseconds == 1)
    #expect(Duration.microseconds(-1999).wholeMilliseconds == -1)
    #expect(Duration.milliseconds(-2500).wholeMilliseconds == -2500)
  }

  @Test func `seconds keep their fraction`() {
    #expect(Duration.milliseconds(1500).seconds == 1.5)
    #expect(Duration.milliseconds(-250).seconds == -0.25)
  }
}
