import Foundation
import TestSupport

@testable import VictoriaMetrics

/// All that an answer of the query API says.
struct WholeAnswer: Equatable {
  var answer: QueryAnswer
  var series: [RangeSeries]

  /// Reads a body in the given chunks.
  static func read(
    _ chunks: [[UInt8]], forms: [ResultForm] = [.value, .values, .point],
    maximumSeries: Int = 10_000
  ) -> Result<WholeAnswer, AnswerProblem> {
    var series: [RangeSeries] = []
    var reader = QueryAnswerReader(forms: forms, maximumSeries: maximumSeries) {
      series.append($0)
    }
    do throws(AnswerProblem) {
      for chunk in chunks { try reader.read(chunk) }
      return .success(WholeAnswer(answer: try reader.finish(), series: series))
    } catch {
      return .failure(error)
    }
  }

  /// Reads a text in one chunk.
  static func read(_ text: String) -> Result<WholeAnswer, AnswerProblem> {
    read([Array(text.utf8)])
  }
}

extension [UInt8] {
  /// The same bytes in chunks of 1 up to `maximumBytes`.
  func split(
    maximumBytes: Int, using generator: inout some RandomNumberGenerator
  ) -> [[UInt8]] {
    var chunks: [[UInt8]] = []
    var start = 0
    while start < count {
      let end = Swift.min(count, start + Int.random(in: 1...maximumBytes, using: &generator))
      chunks.append(Array(self[start..<end]))
      start = end
    }
    return chunks
  }
}

/// The recorded answers in JSON.
enum RecordedBodies {
  static func all() throws -> [(path: String, body: [UInt8])] {
    let folder = Checkout.root.appending(path: "Tests/VictoriaMetricsTests/Fixtures")
    let paths = FileManager.default.enumerator(atPath: folder.path)?.allObjects as? [String] ?? []
    return try paths.filter { $0.hasSuffix(".json") }.sorted().map { path in
      (path, Array(try Data(contentsOf: folder.appending(path: path))))
    }
  }
}
