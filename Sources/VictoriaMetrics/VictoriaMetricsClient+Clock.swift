import Foundation
import HTTP
import Synchronization

extension VictoriaMetricsClient {
  /// How far the dates of answers may be from this machine's time before the server is asked: they
  /// have no fractions, and an answer takes a while.
  private static let dateTolerance = Duration.seconds(2)

  /// Seconds since 1970 up to the year 9999.
  private static let possibleTimes = 0.0...253_402_300_799

  /// How far the clock of this machine is ahead of the server's.
  ///
  /// The dates of the answers so far tell it. Only where they differ from this machine's time is the
  /// server asked for its own: they may be those of a proxy or of a cache.
  ///
  /// - Returns: Below zero where the clock is behind; zero where the clocks agree to 2 s, and where
  ///   nothing is known of one of them.
  /// - Throws: A `VictoriaMetricsError` if the server does not tell its time.
  public func clockLead() async throws(VictoriaMetricsError) -> Duration {
    let tolerated = .zero - Self.dateTolerance...Self.dateTolerance
    guard let lead = dates.newestLead, !tolerated.contains(lead) else { return .zero }
    return try await measuredClockLead() ?? .zero
  }

  /// How far the clock of this machine is ahead of the server's, which is asked for its time.
  ///
  /// - Returns: Up to 1 s too much, for VictoriaMetrics tells whole seconds; below zero where the
  ///   clock is behind; `nil` if the connection has no clock.
  /// - Throws: A `VictoriaMetricsError` if the server does not tell its time.
  public func measuredClockLead() async throws(VictoriaMetricsError) -> Duration? {
    guard let now = connection.now else { return nil }
    let askedAt = now()
    let answer = try await instantQuery("time()", atSeconds: nil).first
    let answeredAt = now()
    guard let answer, let time = Double(answer.value), Self.possibleTimes.contains(time) else {
      let said = credentials.redacting(answer?.value ?? "").firstLineShown
      throw .unreadable(server: shownURL, reason: "no time but \"\(said)\"")
    }
    let present = (askedAt.timeIntervalSince1970 + answeredAt.timeIntervalSince1970) / 2
    return .seconds(present - time)
  }
}

/// What the dates of answers tell about the server's clock.
final class AnswerDates: Sendable {
  private struct Newest {
    let text: String
    let seconds: Int64
    var lead: Duration
  }

  private let newest = Mutex<Newest?>(nil)

  /// How far this machine's clock was ahead of the newest answer's date; `nil` if none had one.
  var newestLead: Duration? { newest.withLock { $0?.lead } }

  func note(_ headers: HTTPHeaders, receivedAt moment: Date) {
    guard let text = headers["Date"] else { return }
    newest.withLock { newest in
      // Many answers come within a second, whose date is read once.
      guard let seconds = newest?.text == text ? newest?.seconds : headers.dateSeconds else {
        return
      }
      newest = Newest(
        text: text, seconds: seconds,
        lead: .seconds(moment.timeIntervalSince1970 - Double(seconds)))
    }
  }
}
