import Analysis
import Rollouts

extension CanaryReport {
  /// A version's error rate so far, with the bounds that hold at every look.
  private struct RunningRate {
    let window: TimeWindow
    let estimate: Estimate
  }

  /// The error rate of each version: interval by interval, and of all requests so far.
  func errorRatePicture(_ context: PictureContext, _ size: PictureSize) -> SVGElement {
    let tolerated = judgement.checks.first { $0.metric == "errorRate" }?.limit
    let frame = Frame(
      context, size,
      legend: context.versionLegend
        + (tolerated.map { [LegendEntry(.line("limit"), "tolerated \(min(1, $0).percentText)")] }
          ?? []),
      plotHeight: size.plotHeight * 1.2)
    let running = timelines.map(runningRates)
    let top = highest(running, tolerated: tolerated)
    let ticks = Ticks.linear(upTo: top, count: 4)
    let scale = Scale.linear(0...(ticks.last ?? 1), (frame.bottom, frame.top))
    let chart = LineChart(frame: frame, scale: scale)
    let bands = BandChart(frame: frame, scale: scale)
    let content = zip(timelines, running).flatMap { timeline, running -> [SVGElement] in
      let cssClass = context.versionClass(timeline.version)
      let index = context.versions.firstIndex(of: timeline.version) ?? 0
      let known = running.compactMap { rate -> (TimeWindow, Double, Double, Double)? in
        guard let value = rate.estimate.estimate, let lower = rate.estimate.lower,
          let upper = rate.estimate.upper
        else { return nil }
        return (rate.window, value, lower, upper)
      }
      return bands.band(
        known.map { .init(window: $0.0, lower: $0.2, upper: $0.3) }, "band \(cssClass)")
        + chart.markers(
          timeline.requests.filter { $0.requests > 0 }.map {
            .init(window: $0.window, value: Double($0.errors) / Double($0.requests))
          }, version: index, "marker faint \(cssClass)")
        + chart.line(known.map { .init(window: $0.0, value: $0.1) }, "line \(cssClass)")
    }
    let limit = tolerated.map { value -> [SVGElement] in
      let y = scale[value]
      return [.line("limit", from: Point(frame.left, y), to: Point(frame.right, y))]
    }
    return frame.picture(
      "errors", title: "Error rate of each version",
      description: errorWords, unit: "% of requests that failed",
      axis: frame.axis(ticks.map { ($0, ($0 * 100).threeDigits) }, scale),
      content: content + (limit ?? []))
  }

  private var errorWords: String {
    guard !versions.isEmpty else { return "No requests." }
    return versions.map { version in
      "\(version.version): \(version.errorRate.estimate?.percentText ?? "not known") "
        + version.errorRate.rangeText { $0.percentText }
    }.joined(separator: "; ") + "."
  }

  private func runningRates(_ timeline: VersionTimeline) -> [RunningRate] {
    var (requests, errors) = (0, 0)
    return timeline.requests.map { point in
      requests += point.requests
      errors += point.errors
      return RunningRate(
        window: point.window,
        estimate: .errorRate(requests: requests, errors: errors, falseBound: falseBound))
    }
  }

  /// High enough for what matters at the end: bounds begin wide, and would press all else down.
  private func highest(_ running: [[RunningRate]], tolerated: Double?) -> Double {
    let ends = running.compactMap { $0.last?.estimate.upper }.map { $0 * 1.5 }
    let rates = timelines.flatMap { timeline in
      timeline.requests.filter { $0.requests >= 20 }
        .map { Double($0.errors) / Double($0.requests) }
    }.sorted()
    let usual = rates.isEmpty ? 0 : rates[(rates.count - 1) * 98 / 100] * 1.1
    let highest = (ends + [usual, (tolerated ?? 0) * 1.3]).max() ?? 0
    return highest > 0 ? min(1, highest) : 0.01
  }
}
