import Exporting
import Rollouts
import Store
import VictoriaMetrics

/// Writes time series to VictoriaMetrics, and moves the cursor after each piece that was taken.
struct SeriesDelivery {
  let export: TimeSeriesExport
  let client: VictoriaMetricsClient
  let cursorFile: CursorFile
  let labels: [String: String]

  /// Writes everything that was not written yet.
  ///
  /// - Parameter targetName: The only target that is wanted; `nil`: all.
  /// - Returns: What was done, a line for all and one for each target.
  /// - Throws: A `CommandFailure`; what was taken until then stays taken.
  func run(targetName: String?) async throws(CommandFailure) -> String {
    var cursor = try cursorFile.stored(TimeSeriesCursor.self) ?? TimeSeriesCursor(labels: labels)
    guard cursor.labels == labels else { throw cursorFile.failure(.otherLabels(cursor.labels)) }
    var count = 0
    var lines: [String] = []
    for target in try targets(named: targetName, cursor) {
      while let chunk = try chunk(of: target, after: cursor) {
        do {
          try await client.importSamples(chunk.lines)
        } catch {
          throw CommandFailure(.unreachable, error.description(of: .write))
        }
        try cursorFile.store(chunk.cursor)
        cursor = chunk.cursor
        count += chunk.count
      }
      lines.append(Self.text(of: target, cursor.targets[target] ?? TargetCursor()))
    }
    return (["\(count.groupedText) samples written"] + lines).joined(separator: "\n") + "\n"
  }

  private func targets(
    named name: String?, _ cursor: TimeSeriesCursor
  ) throws(CommandFailure) -> [String] {
    do {
      return try export.targets(named: name, cursor)
    } catch let error as ExportCursorError {
      throw cursorFile.failure(error)
    } catch let error as StoreError {
      throw CommandFailure(error)
    } catch {
      throw CommandFailure(.failure, "cannot export time series: \(error)")
    }
  }

  private func chunk(
    of target: String, after cursor: TimeSeriesCursor
  ) throws(CommandFailure) -> SampleChunk? {
    do {
      return try export.nextChunk(of: target, after: cursor)
    } catch {
      throw CommandFailure(error)
    }
  }

  private static func text(of target: String, _ position: TargetCursor) -> String {
    let intervals =
      position.upTo.map {
        "intervals up to \(Timestamp(millisecondsSince1970: $0).rfc3339)"
      } ?? "no interval"
    let decisions = position.decision > 0 ? "decisions up to \(position.decision)" : "no decision"
    return "  \(target): \(intervals), \(decisions)"
  }
}
