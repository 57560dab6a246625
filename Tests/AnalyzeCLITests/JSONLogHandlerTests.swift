@testable import AnalyzeCLI

import Foundation
import Logging
import Rollouts
import Synchronization
import Testing

@Suite struct JSONLogHandlerTests {
  /// Keeps the lines that were written.
  final class Lines: Sendable {
    private let lines = Mutex<[String]>([])

    func add(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
  }

  static let moment = Timestamp(millisecondsSince1970: 1_795_509_610_007)

  let lines = Lines()

  private func logger(
    at moment: Timestamp = Self.moment, _ provider: Logger.MetadataProvider? = nil
  ) -> Logger {
    let lines = lines
    return Logger(label: "analyze.collect") { label in
      JSONLogHandler(
        label: label, metadataProvider: provider, presentTime: { moment },
        writeLine: { lines.add($0) })
    }
  }

  @Test func `a message is one JSON object on a line of its own`() {
    logger().info("stored 3 intervals")
    #expect(
      lines.all == [
        #"{"time":"2026-11-24T08:40:10.007Z","level":"info","label":"analyze.collect","#
          + #""message":"stored 3 intervals"}"# + "\n"
      ])
  }

  @Test func `a whole second has its milliseconds too`() {
    logger(at: Timestamp(secondsSince1970: 1_795_509_610)).info("m")
    #expect(lines.all.first?.contains(#""time":"2026-11-24T08:40:10.000Z""#) == true)
  }

  @Test func `what a message holds cannot break out of its line`() throws {
    let text = "a \"quoted\"\r\n\\path\u{1}\u{7F}\u{2028}ä"
    logger().error("\(text)", metadata: ["reason": "\(text)"])
    let line = try #require(lines.all.first)
    #expect(line.utf8.filter { $0 == UInt8(ascii: "\n") }.count == 1)
    #expect(line.hasSuffix("}\n"))
    let members = try #require(
      try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String])
    #expect(members["message"] == text)
    #expect(members["reason"] == text)
  }

  @Test func `metadata are members in the order of their keys`() {
    logger().warning(
      "m",
      metadata: [
        "target": "app-backend", "intervals": .stringConvertible(4),
        "share": .stringConvertible(0.25), "late": .stringConvertible(true),
        "lag": .stringConvertible(Double.nan), "ends": ["1", .stringConvertible(2)],
        "weights": ["v2": .stringConvertible(10), "v1": .stringConvertible(90)],
      ])
    #expect(
      lines.all.first?.hasSuffix(
        #""message":"m","ends":["1",2],"intervals":4,"lag":"nan","late":true,"share":0.25,"#
          + #""target":"app-backend","weights":{"v1":90,"v2":10}}"# + "\n") == true)
  }

  @Test func `metadata cannot take the place of time, level, label or message`() {
    logger().info("m", metadata: ["time": "1", "metadata.time": "2", "message": "3"])
    #expect(
      lines.all.first?.hasSuffix(
        #""message":"m","metadata.message":"3","metadata.time":"2","metadata.metadata.time":"1"}"#
          + "\n") == true)
  }

  @Test func `the nearest metadata count`() {
    var logger = logger(Logger.MetadataProvider { ["b": "provider", "c": "provider"] })
    logger[metadataKey: "a"] = "logger"
    logger[metadataKey: "b"] = "logger"
    logger.info("m", metadata: ["c": "message"])
    #expect(
      lines.all.first?.hasSuffix(#""a":"logger","b":"provider","c":"message"}"# + "\n") == true)
    #expect(logger[metadataKey: "b"] == "logger")
  }

  @Test func `messages below the level are not written`() {
    var logger = logger()
    logger.debug("not written")
    logger.logLevel = .debug
    logger.debug("written")
    #expect(lines.all.count == 1)
    #expect(lines.all.first?.contains(#""level":"debug""#) == true)
  }
}
