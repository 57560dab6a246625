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

  private func timeline(_ version: String, bounds: [Double]) -> VersionTimeline {
    let window = TimeWindow(
      from: Timestamp(secondsSince1970: 0), to: Timestamp(secondsSince1970: 15))
    let uppers = bounds.map(Optional.some) + [nil]
    let buckets = zip([0] + bounds, uppers).map { lower, upper in
      DurationPoint.Bucket(lowerMilliseconds: lower, upperMilliseconds: upper, requests: 1)
    }
    return VersionTimeline(
      version: version, requests: [], durations: [DurationPoint(window: window, buckets: buckets)])
  }

  @Test func `the pictures of versions with the same buckets have the same rows`() {
    let first = timeline("v1", bounds: [10, 25, 3_600_000])
    let second = timeline("v2", bounds: [10])
    #expect(
      Heatmap.rows(of: first, among: [first, timeline("v2", bounds: [10, 25, 3_600_000])]).map(
        \.text) == ["to 10", "to 25", "to 3600000", "> 3600000"])
    #expect(Heatmap.rows(of: second, among: [second]).map(\.text) == ["to 10", "> 10"])
  }

  @Test func `a row has the bounds of the version that is drawn`() {
    let all = [timeline("v1", bounds: [25, 50, 100]), timeline("v2", bounds: [25, 75, 100])]
    #expect(
      all.map { Heatmap.rows(of: $0, among: all).map(\.text) } == [
        ["to 25", "to 50", "to 100", "> 100"], ["to 25", "to 75", "to 100", "> 100"],
      ])
  }

  private let context = PictureContext(
    window: TimeWindow(
      from: Timestamp(secondsSince1970: 0), to: Timestamp(secondsSince1970: 3600)),
    versions: ["v1", "v2"], gaps: [], knowledge: Knowledge(unknownWeights: [], warmUps: []),
    changes: [], turns: [])

  @Test(arguments: [PictureSize.wide, .narrow])
  func `what stands before a plot has room there`(size: PictureSize) {
    let label = "> 3600000"
    let frame = Frame(context, size, legend: [], labels: ["to 5", label])
    // Twelve pixels high, a character of the usual fonts is less than seven wide.
    #expect(frame.left >= 6 + 6.4 * Double(label.count))
    #expect(Frame(context, size, legend: [], labels: ["to 5"]).left == size.left)
  }

  @Test func `a legend takes as many lines as it needs, and leaves nothing out`() {
    let entries = ["worse", "within margin", "6.68 blocks", "5.99 promotes"].map {
      LegendEntry(.line("limit"), $0)
    }
    let wide = Frame(context, .wide, legend: entries)
    let narrow = Frame(context, .narrow, legend: entries)
    #expect(narrow.top > wide.top)
    for frame in [wide, narrow] {
      let picture = frame.picture(
        "picture", title: "", description: "", unit: "", axis: [], content: [])
      for entry in entries { #expect(picture.markup.contains(entry.text)) }
    }
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
