import Foundation
import Rollouts

extension CanaryReport {
  /// How the evidence of one check grew, against the lines where it decides.
  func evidencePicture(
    _ history: EvidenceHistory, number: Int, _ context: PictureContext, _ size: PictureSize
  ) -> SVGElement {
    let frame = Frame(
      context, size,
      legend: [
        LegendEntry(.line("evidence block"), "worse"),
        LegendEntry(.line("evidence promote"), "within margin"),
      ] + limits(history).map { LegendEntry(.line($0.cssClass), $0.text) })
    let figures =
      history.points.flatMap { [$0.toBlock, $0.toPromote] }.filter(\.isFinite)
      + [history.requiredToBlock, history.requiredToPromote]
    let highest = max(figures.max() ?? 1, history.requiredToBlock * 2)
    let lowest = min(figures.min() ?? 0, -1)
    let scale = Scale.symmetricLogarithmic(lowest...highest, (frame.bottom, frame.top))
    let chart = LineChart(frame: frame, scale: scale)
    let step = Duration.seconds(dataQuality.stepSeconds ?? 1)
    func samples(_ figure: (EvidencePoint) -> Double) -> [LineChart.Sample] {
      var previous: Timestamp?
      return history.points.map { point in
        // A thinned history has a point for many intervals: only a longer pause is a break.
        let from = previous.flatMap { point.at - $0 <= pause(history, step) ? $0 : nil }
        previous = point.at
        return .init(
          window: TimeWindow(from: from ?? point.at - step, to: point.at), value: figure(point))
      }
    }
    let required = limits(history).map { limit in
      SVGElement.line(
        limit.cssClass, from: Point(frame.left, scale[limit.value]),
        to: Point(frame.right, scale[limit.value]))
    }
    let ticks = [-1000.0, -100, -10, -1, 0, 1, 10, 100, 1000, 10_000].filter {
      lowest <= $0 && $0 <= highest
    }
    return frame.picture(
      "evidence-\(number)", title: "Evidence of the check \(history.check) about \(history.canary)",
      description: evidenceWords(history), unit: "log of e-value",
      axis: frame.axis(ticks.map { ($0, $0.signText) }, scale),
      content: required + chart.line(samples(\.toBlock), "evidence block")
        + chart.line(samples(\.toPromote), "evidence promote"))
  }

  /// Where the check decides, in the colours of what it then says.
  private func limits(
    _ history: EvidenceHistory
  ) -> [(value: Double, cssClass: String, text: String)] {
    let (block, promote) = (history.requiredToBlock, history.requiredToPromote)
    guard block != promote else { return [(block, "decides", "\(block.twoDecimals) decides")] }
    return [
      (block, "decides block", "\(block.twoDecimals) blocks"),
      (promote, "decides promote", "\(promote.twoDecimals) promotes"),
    ]
  }

  private func pause(_ history: EvidenceHistory, _ step: Duration) -> Duration {
    let perPoint = window.duration.wholeMilliseconds / Int64(TimelineBuilder.mostEvidencePoints)
    return step * 3 + .milliseconds(history.points.count > 300 ? perPoint * 3 : 0)
  }

  private func evidenceWords(_ history: EvidenceHistory) -> String {
    guard let last = history.points.last else { return "No judged interval yet." }
    return
      "At the end \(last.toBlock.twoDecimals) for worse, where \(history.requiredToBlock.twoDecimals)"
      + " blocks, and \(last.toPromote.twoDecimals) for within the margin, where "
      + "\(history.requiredToPromote.twoDecimals) promotes."
  }
}

extension Double {
  fileprivate var signText: String { self < 0 ? "−\(Int(magnitude))" : "\(Int(self))" }
}
