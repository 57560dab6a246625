import Rollouts

/// Figures over time, with a break wherever one is missing.
struct LineChart {
  /// A figure of a stretch of time.
  struct Sample {
    let window: TimeWindow
    let value: Double
  }

  let frame: Frame
  let scale: Scale

  /// A line through the middles of the stretches.
  func line(_ samples: [Sample], _ cssClass: String) -> [SVGElement] {
    Self.runs(samples).map { run in
      // A stretch alone has no line to its neighbours: it is drawn as long as it is.
      let points =
        run.count == 1
        ? [run[0].window.from, run[0].window.to].map { Point(frame.time[$0], scale[run[0].value]) }
        : run.map { Point(middle($0.window), scale[$0.value]) }
      return .path(cssClass, points.pathData)
    }
  }

  /// A marker at each figure.
  func markers(_ samples: [Sample], version: Int, _ cssClass: String) -> [SVGElement] {
    samples.map {
      VersionMark.element(version, at: Point(middle($0.window), scale[$0.value]), cssClass)
    }
  }

  /// A level line for as long as each stretch.
  func levels(_ samples: [Sample], _ cssClass: String) -> [SVGElement] {
    samples.map { sample in
      let y = scale[sample.value]
      return .line(
        cssClass, from: Point(frame.time[sample.window.from], y),
        to: Point(frame.time[sample.window.to], y))
    }
  }

  func middle(_ window: TimeWindow) -> Double {
    (frame.time[window.from] + frame.time[window.to]) / 2
  }

  /// Stretches that follow one another without a gap.
  static func runs(_ samples: [Sample]) -> [[Sample]] {
    samples.reduce(into: []) { runs, sample in
      if let last = runs.last?.last, last.window.to >= sample.window.from {
        runs[runs.count - 1].append(sample)
      } else {
        runs.append([sample])
      }
    }
  }
}

extension [Point] {
  /// The points as the data of a path.
  var pathData: String {
    enumerated().map {
      ($0.offset == 0 ? "M" : "L") + "\($0.element.x.coordinate) \($0.element.y.coordinate)"
    }
    .joined()
  }
}
