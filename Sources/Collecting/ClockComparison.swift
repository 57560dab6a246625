import Rollouts
import VictoriaMetrics

/// How the clock of this machine stands to that of VictoriaMetrics.
///
/// What has arrived at VictoriaMetrics is told by its clock alone: by one that is ahead of it,
/// intervals would be read before they are complete, and settle before their samples are there.
struct ClockComparison: CustomStringConvertible {
  private static let tolerance = Duration.seconds(5)

  /// How far the clock of this machine is ahead; negative where it is behind.
  let lead: Duration

  /// Whether they differ by so little that nothing has to be done.
  var agree: Bool { abs(lead.seconds) <= Self.tolerance.seconds }

  /// The time of VictoriaMetrics, but never later than that of this machine.
  func serverTime(at moment: Timestamp) -> Timestamp {
    moment - max(lead, .zero)
  }

  /// How they differ, in a sentence without its full stop.
  var description: String {
    "the clock of this machine is \(Duration.seconds(Int64(abs(lead.seconds).rounded())).text) "
      + "\(lead > .zero ? "ahead of" : "behind") that of VictoriaMetrics"
  }
}

extension Collector {
  /// Compares the clocks; costs nothing where the dates of earlier answers agree with this machine's.
  func compareClocks() async throws(CollectingError) -> ClockComparison {
    do {
      return ClockComparison(lead: try await metrics.clockLead())
    } catch {
      throw .metrics(error)
    }
  }
}
