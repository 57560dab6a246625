import Rollouts

/// Bounds over time, as filled bands.
struct BandChart {
  /// Bounds of a stretch of time.
  struct Sample {
    let window: TimeWindow
    let lower: Double
    let upper: Double
  }

  let frame: Frame
  let scale: Scale

  /// A band through the middles of the stretches, with a break wherever one is missing.
  func band(_ samples: [Sample], _ cssClass: String) -> [SVGElement] {
    let chart = LineChart(frame: frame, scale: scale)
    let uppers = LineChart.runs(samples.map { .init(window: $0.window, value: $0.upper) })
    let lowers = LineChart.runs(samples.map { .init(window: $0.window, value: $0.lower) })
    return zip(uppers, lowers).filter { $0.0.count > 1 }.map { upper, lower in
      let edge =
        upper.map { Point(chart.middle($0.window), scale[$0.value]) }
        + lower.reversed().map { Point(chart.middle($0.window), scale[$0.value]) }
      return .path(cssClass, edge.pathData + "Z")
    }
  }

  /// A box for each stretch: bounds that hold for all of it.
  func boxes(_ samples: [Sample], _ cssClass: String) -> [SVGElement] {
    Self.merged(samples).map { sample in
      .rectangle(
        cssClass, from: Point(frame.time[sample.window.from], scale[sample.upper]),
        to: Point(frame.time[sample.window.to], scale[sample.lower]))
    }
  }

  /// Neighbours with the same bounds as one.
  private static func merged(_ samples: [Sample]) -> [Sample] {
    samples.reduce(into: []) { merged, sample in
      guard let last = merged.last, last.window.to == sample.window.from,
        last.lower == sample.lower, last.upper == sample.upper
      else { return merged.append(sample) }
      merged[merged.count - 1] = Sample(
        window: TimeWindow(from: last.window.from, to: sample.window.to), lower: last.lower,
        upper: last.upper)
    }
  }
}
