import Rollouts
import TestSupport
import Testing

struct TimestampTests {
  @Test(
    arguments: [
      ("1970-01-01T00:00:00Z", 0),
      ("2026-11-24T08:00:00Z", 1_795_507_200_000),
      ("2026-11-24T08:00:00.1Z", 1_795_507_200_100),
      ("2026-11-24T08:00:00.012Z", 1_795_507_200_012),
      ("2026-11-24T10:00:00+02:00", 1_795_507_200_000),
      ("2026-11-24T04:30:00.250-03:30", 1_795_507_200_250),
      ("2026-11-24t08:00:00z", 1_795_507_200_000),
      ("2026-11-24T08:00:00-00:00", 1_795_507_200_000),
      ("2024-02-29T00:00:00Z", 1_709_164_800_000),
      ("2000-02-29T00:00:00Z", 951_782_400_000),
      ("1969-12-31T23:59:59.999Z", -1),
      ("1900-03-01T00:00:00Z", -2_203_891_200_000),
      ("0001-01-01T00:00:00Z", -62_135_596_800_000),
      ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
      ("2016-12-31T23:59:60Z", 1_483_228_800_000),
    ] as [(String, Int64)])
  func `an RFC 3339 text names a moment`(text: String, milliseconds: Int64) {
    #expect(Timestamp(rfc3339: text)?.millisecondsSince1970 == milliseconds)
  }

  @Test(
    arguments: [
      ("2026-11-24T08:00:00.9999Z", 999), ("2026-11-24T08:00:00.0009Z", 0),
      ("2026-11-24T08:00:00.123456789012345Z", 123),
    ] as [(String, Int64)])
  func `a finer fraction is cut to milliseconds`(text: String, milliseconds: Int64) {
    #expect(
      Timestamp(rfc3339: text)?.millisecondsSince1970 == 1_795_507_200_000 + milliseconds)
  }

  @Test(arguments: [
    "", "2026-11-24", "2026-11-24T08:00:00", "2026-11-24 08:00:00Z", "2026-11-24T08:00Z",
    "20261124T080000Z", "2026-1-1T0:0:0Z", " 2026-11-24T08:00:00Z", "2026-11-24T08:00:00 Z",
    "2026-11-24T08:00:00UTC", "2026-11-24T08:00:00Zulu", "2026-11-24T08:00:00Z\n",
    "2026-11-24T08:00:00.Z", "2026-11-24T08:00:00,5Z", "2026-11-24T08:00:00+02",
    "2026-11-24T08:00:00+0200", "2026-11-24T08:00:00−02:00", "２０２６-11-24T08:00:00Z",
    "12026-11-24T08:00:00Z", "-2026-11-24T08:00:00Z", "now", "1795507200",
  ])
  func `a text of another shape, or without a time zone, names none`(text: String) {
    #expect(Timestamp(rfc3339: text) == nil)
  }

  @Test(arguments: [
    "2026-02-30T00:00:00Z", "2025-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
    "2026-04-31T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-10T00:00:00Z",
    "2026-01-00T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
    "2026-01-01T00:00:61Z", "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00+01:60",
  ])
  func `a day or time that does not exist is refused, not moved`(text: String) {
    #expect(Timestamp(rfc3339: text) == nil)
  }

  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00Z"), (1_795_507_200_000, "2026-11-24T08:00:00Z"),
      (1_795_507_200_100, "2026-11-24T08:00:00.100Z"), (-1, "1969-12-31T23:59:59.999Z"),
      (-86_400_000, "1969-12-31T00:00:00Z"), (-62_135_596_800_000, "0001-01-01T00:00:00Z"),
      (951_868_799_999, "2000-02-29T23:59:59.999Z"),
    ] as [(Int64, String)])
  func `a moment is written in UTC, with a fraction only where there is one`(
    milliseconds: Int64, text: String
  ) {
    #expect(Timestamp(millisecondsSince1970: milliseconds).rfc3339 == text)
  }

  @Test func `every millisecond reads back as it was written`() {
    var generator = SplitMix64(seed: 2)
    let chosen = (0..<3000).map { _ in
      Int64.random(in: -62_135_596_800_000...253_402_300_799_999, using: &generator)
    }
    for milliseconds in Array(-1500...1500) + chosen {
      let moment = Timestamp(millisecondsSince1970: milliseconds)
      #expect(Timestamp(rfc3339: moment.rfc3339) == moment)
    }
  }

  @Test func `every day of four hundred years follows the day before`() {
    let day: Int64 = 86_400_000
    var before = Timestamp(millisecondsSince1970: -25_567 * day).rfc3339
    #expect(before == "1900-01-01T00:00:00Z")
    for number in Int64(-25_566)...(-25_566 + 146_097) {
      let text = Timestamp(millisecondsSince1970: number * day).rfc3339
      #expect(text > before)
      #expect(text.hasSuffix("T00:00:00Z"))
      before = text
    }
    #expect(before == "2300-01-02T00:00:00Z")
  }

  @Test func `moments and durations add up`() {
    let moment = Timestamp(secondsSince1970: 100)
    #expect(moment + .milliseconds(1500) == Timestamp(millisecondsSince1970: 101_500))
    #expect(moment - .seconds(200) == Timestamp(secondsSince1970: -100))
    #expect(Timestamp(secondsSince1970: 40) - moment == .seconds(-60))
    #expect(Timestamp(secondsSince1970: -1) < Timestamp(secondsSince1970: 0))
  }
}
