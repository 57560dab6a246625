import Rollouts
import Testing

@testable import Reporting

@Suite struct PictureTests {
  @Test func `coordinates have one digit after the point at most`() {
    #expect(
      [0, 1.25, -0.04, 99.96, -3.14159].map(\.coordinate) == ["0", "1.3", "0", "100", "-3.1"])
  }

  @Test func `what means something in markup is written as an entity`() {
    let element = SVGElement("text", [("class", "\"\u{301}>")], text: "<&'\u{202E}>")
    #expect(
      element.markup
        == "<text class=\"&quot;\u{301}&gt;\">&lt;&amp;&#39;\\u{202e}&gt;</text>")
  }

  @Test func `ticks are round figures`() {
    #expect(Ticks.linear(upTo: 0.083, count: 4) == [0, 0.05, 0.1])
    #expect(Ticks.linear(upTo: 1, count: 4) == [0, 0.5, 1])
    #expect(Ticks.linear(upTo: 0, count: 4) == [0])
  }

  @Test func `times are round and few enough`() throws {
    let from = try #require(Timestamp(rfc3339: "2026-11-24T07:59:10Z"))
    for (seconds, step) in [(60.0, 10), (3600, 600), (86_400, 21_600), (2_592_000, 604_800)] {
      let ticks = Ticks.times(
        in: TimeWindow(from: from, to: from + .seconds(seconds)), count: 8)
      #expect(ticks.step == Int64(step))
      #expect(ticks.moments.count <= 9)
      #expect(ticks.moments.allSatisfy { $0.millisecondsSince1970 % (Int64(step) * 1000) == 0 })
    }
  }

  @Test func `a line is broken where something is missing`() {
    let windows = [(0, 15), (15, 30), (45, 60)].map { from, to in
      LineChart.Sample(
        window: TimeWindow(
          from: Timestamp(secondsSince1970: from), to: Timestamp(secondsSince1970: to)), value: 1)
    }
    #expect(LineChart.runs(windows).map(\.count) == [2, 1])
  }

  @Test func `scales keep to their range`() {
    let linear = Scale.linear(0...10, (100, 0))
    #expect([-5, 0, 2.5, 10, 99].map { linear[$0] } == [100, 100, 75, 0, 0])
    let logarithmic = Scale.logarithmic(1...100, (0, 200))
    #expect([0, 1, 10, 100].map { logarithmic[$0] } == [0, 0, 100, 200])
    let symmetric = Scale.symmetricLogarithmic(-10...10, (0, 200))
    #expect(symmetric[0] == 100)
  }
}
