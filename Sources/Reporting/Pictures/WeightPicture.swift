import Rollouts

extension CanaryReport {
  /// The configured shares over time, one upon another, and where they changed.
  func weightPicture(_ context: PictureContext, _ size: PictureSize) -> SVGElement {
    let frame = Frame(
      context, size,
      legend: context.versions.enumerated().map {
        LegendEntry(.area("area version\($0.offset % VersionMark.count)"), $0.element)
      }, plotHeight: size.plotHeight * 0.7)
    let scale = Scale.linear(0...1, (frame.bottom, frame.top))
    let areas = steps.flatMap { step -> [SVGElement] in
      var below = 0.0
      return context.versions.flatMap { version -> [SVGElement] in
        guard let share = step.weights.first(where: { $0.version == version })?.share, share > 0
        else { return [] }
        defer { below += share }
        let (corner, end) = (
          Point(frame.time[step.from], scale[below + share]),
          Point(frame.time[step.to], scale[below])
        )
        let area = SVGElement.rectangle(
          "area \(context.versionClass(version))", from: corner, to: end
        ).titled("\(version): \(share.percentText)")
        let text = "\(version.terminalSafe.elided(to: 12)) \(share.percentText)"
        guard frame.hasRoom(for: text, from: corner, to: end) else { return [area] }
        return [area, .label(text, at: Point(corner.x + 5, corner.y + 13), .start, "share")]
      }
    }
    let words = weights.map { entry in
      let shares = entry.weights.map { "\($0.version) \($0.share.percentText)" }
      return "from \(entry.from.shortText) \(shares.joined(separator: ", "))"
    }
    return frame.picture(
      "weights", title: "Configured weights over time",
      description: words.isEmpty ? "No weights are known." : words.joined(separator: "; ") + ".",
      unit: "% of traffic, configured",
      axis: frame.axis([(0, "0"), (0.5, "50"), (1, "100")], scale), content: areas,
      showsNumbers: true)
  }

  /// The observed against the configured share of each version.
  func sharePicture(_ context: PictureContext, _ size: PictureSize) -> SVGElement {
    let frame = Frame(
      context, size,
      legend: context.versionLegend + [LegendEntry(.line("configured"), "configured")])
    let scale = Scale.linear(0...1, (frame.bottom, frame.top))
    let chart = LineChart(frame: frame, scale: scale)
    var totals: [TimeWindow: Int] = [:]
    for point in timelines.flatMap(\.requests) {
      totals[point.window, default: 0] += point.requests
    }
    let content = context.versions.enumerated().flatMap { index, version -> [SVGElement] in
      let configured = steps.compactMap { step in
        step.weights.first { $0.version == version }.map {
          LineChart.Sample(
            window: TimeWindow(from: step.from, to: step.to), value: $0.share)
        }
      }
      let observed = (timelines.first { $0.version == version }?.requests ?? []).compactMap {
        point -> LineChart.Sample? in
        guard let total = totals[point.window], total > 0 else { return nil }
        return LineChart.Sample(
          window: point.window, value: Double(point.requests) / Double(total))
      }
      let cssClass = context.versionClass(version)
      return chart.levels(configured, "configured \(cssClass)")
        + chart.line(observed, "line \(cssClass)")
    }
    let words = trafficSplit.map {
      "\($0.version): configured \($0.configuredShare.percentText), observed "
        + $0.observedShare.percentText
    }
    return frame.picture(
      "share", title: "Observed against configured share of traffic",
      description: words.isEmpty ? "No requests." : words.joined(separator: "; ") + ".",
      unit: "% of requests",
      axis: frame.axis([(0, "0"), (0.25, "25"), (0.5, "50"), (0.75, "75"), (1, "100")], scale),
      content: content)
  }
}
