extension Timestamp {
  private static let millisecondsPerDay: Int64 = 86_400_000

  /// The moment that an RFC 3339 text names, cut to milliseconds; `nil` if it names none.
  ///
  /// A time zone is required (`Z` or an offset), since a local time names no moment. Days and times
  /// that do not exist are refused; a leap second is the first of the next minute.
  ///
  /// Foundation's `ISO8601FormatStyle` reads 30 February as 2 March, ignores what follows the time
  /// zone, and loses milliseconds in writing, so this is done by hand.
  ///
  /// **Source:** RFC 3339, section 5.6.
  public init?(rfc3339 text: String) {
    var scanner = DigitScanner(text)
    guard let year = scanner.number(digits: 4), scanner.skip("-"),
      let month = scanner.number(digits: 2), (1...12).contains(month), scanner.skip("-"),
      let day = scanner.number(digits: 2), (1...Self.dayCount(of: month, year)).contains(day),
      scanner.skip("Tt"),
      let hour = scanner.number(digits: 2), hour < 24, scanner.skip(":"),
      let minute = scanner.number(digits: 2), minute < 60, scanner.skip(":"),
      let second = scanner.number(digits: 2), second <= 60,
      let fraction = scanner.millisecondsOfFraction(),
      let offsetMinutes = scanner.offsetMinutes(), scanner.isAtEnd
    else { return nil }
    let minutes = hour * 60 + minute - offsetMinutes
    self.init(
      millisecondsSince1970: Self.daysSince1970(year, month, day) * Self.millisecondsPerDay
        + (minutes * 60 + second) * 1000 + fraction)
  }

  /// This moment as RFC 3339 in UTC; a fraction is written only where there is one.
  public var rfc3339: String {
    let days = millisecondsSince1970.dividedDown(by: Self.millisecondsPerDay)
    let ofDay = millisecondsSince1970 - days * Self.millisecondsPerDay
    let (year, month, day) = Self.date(daysSince1970: days)
    let seconds = ofDay / 1000
    let fraction = ofDay % 1000 == 0 ? "" : "." + (ofDay % 1000).padded(to: 3)
    let date = "\(year.padded(to: 4))-\(month.padded(to: 2))-\(day.padded(to: 2))"
    let hour = (seconds / 3600).padded(to: 2)
    let minute = (seconds / 60 % 60).padded(to: 2)
    return "\(date)T\(hour):\(minute):\((seconds % 60).padded(to: 2))\(fraction)Z"
  }

  private static func dayCount(of month: Int64, _ year: Int64) -> Int64 {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// The number of a day of the Gregorian calendar, extended to all times; 1970-01-01 is 0.
  ///
  /// Years begin in March here, so that a leap day is the last of its year.
  ///
  /// **Source:** H. Hinnant, chrono-Compatible Low-Level Date Algorithms, `days_from_civil`.
  private static func daysSince1970(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let marchYear = month <= 2 ? year - 1 : year
    let era = marchYear.dividedDown(by: 400)
    let yearOfEra = marchYear - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// The day of the Gregorian calendar of a number.
  ///
  /// **Source:** as above, `civil_from_days`.
  private static func date(daysSince1970: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let days = daysSince1970 + 719_468
    let era = days.dividedDown(by: 146_097)
    let dayOfEra = days - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth + (marchMonth < 10 ? 3 : -9)
    return (
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
      dayOfYear - (153 * marchMonth + 2) / 5 + 1
    )
  }
}

/// Reads a text of digits and signs from left to right.
private struct DigitScanner {
  private var rest: Substring.UTF8View

  init(_ text: String) { rest = text[...].utf8 }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func number(digits: Int) -> Int64? {
    let text = rest.prefix(digits)
    guard text.count == digits, text.allSatisfy(Self.isDigit) else { return nil }
    rest = rest.dropFirst(digits)
    return Int64(Substring(text))
  }

  mutating func skip(_ characters: String) -> Bool {
    guard let first = rest.first, characters.utf8.contains(first) else { return false }
    rest = rest.dropFirst()
    return true
  }

  /// 0 where there is no fraction; `nil` where there is a point and no digit.
  mutating func millisecondsOfFraction() -> Int64? {
    guard skip(".") else { return 0 }
    let digits = rest.prefix(while: Self.isDigit)
    rest = rest.dropFirst(digits.count)
    guard let milliseconds = Int64(Substring(digits.prefix(3))) else { return nil }
    return [100, 10, 1][min(digits.count, 3) - 1] * milliseconds
  }

  /// 0 for `Z`, else hours and minutes ahead of it; `nil` where there is neither.
  mutating func offsetMinutes() -> Int64? {
    if skip("Zz") { return 0 }
    let isAhead = skip("+")
    guard isAhead || skip("-"), let hours = number(digits: 2), hours < 24, skip(":"),
      let minutes = number(digits: 2), minutes < 60
    else { return nil }
    return (isAhead ? 1 : -1) * (hours * 60 + minutes)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}

extension Int64 {
  fileprivate func dividedDown(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }

  fileprivate func padded(to digits: Int) -> String {
    let text = String(magnitude)
    let padding = String(repeating: "0", count: Swift.max(0, digits - text.count))
    return (self < 0 ? "-" : "") + padding + text
  }
}
