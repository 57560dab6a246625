import Rollouts

extension CanaryReport {
  /// A quantile of each version over time, between the bounds of its bucket.
  func latencyPicture(
    _ quantile: (name: String, rank: Double), _ context: PictureContext, _ size: PictureSize
  ) -> SVGElement {
    let bounds = bounds(aroundQuantile: quantile.rank)
    let lowest = max(bounds.first.map { $0 / 2 } ?? 1, 0.001)
    // A quantile beyond the last bound is drawn above it.
    let highest = max(bounds.last ?? 1, lowest * 2) * (reachesBeyond(quantile.rank) ? 1.6 : 1)
    let frame = Frame(
      context, size,
      legend: context.versionLegend + [LegendEntry(.area("bracket version0"), "bucket")],
      labels: bounds.map(\.plainText))
    let scale = Scale.logarithmic(lowest...highest, (frame.bottom, frame.top))
    let chart = LineChart(frame: frame, scale: scale)
    let boxes = BandChart(frame: frame, scale: scale)
    var beyond: [SVGElement] = []
    let content = timelines.flatMap { timeline -> [SVGElement] in
      let cssClass = context.versionClass(timeline.version)
      let found = timeline.durations.compactMap { point in
        point.bucket(ofQuantile: quantile.rank).map { (point, $0) }
      }
      beyond += found.filter { $0.1.upperMilliseconds == nil }.prefix(1).map { point, bucket in
        let x = frame.time[point.window.from]
        let isLate = x > (frame.left + frame.right) / 2
        return .label(
          "> \(bucket.lowerMilliseconds.plainText) ms",
          at: Point(isLate ? x - 4 : x + 4, frame.top + 12), isLate ? .end : .start, "beyond")
      }
      return boxes.boxes(
        found.map { point, bucket in
          .init(
            window: point.window, lower: max(lowest, bucket.lowerMilliseconds),
            upper: bucket.upperMilliseconds ?? highest)
        }, "bracket \(cssClass)")
        + chart.line(
          found.map { point, bucket in
            .init(window: point.window, value: point.estimate(quantile.rank, in: bucket) ?? highest)
          }, "line \(cssClass)")
    }
    return frame.picture(
      "latency-\(quantile.name)", title: "Latency: \(quantile.name) of each version",
      description: latencyWords(quantile.name), unit: "\(quantile.name), ms",
      axis: frame.axis(
        Self.spread(bounds, by: { scale[$0] }, atLeast: 15).map { ($0, $0.plainText) }, scale),
      content: content + beyond.prefix(1))
  }

  /// How many requests of a version took how long.
  func heatmap(
    of timeline: VersionTimeline, number: Int, _ context: PictureContext, _ size: PictureSize
  ) -> SVGElement {
    let buckets = Heatmap.rows(of: timeline, among: timelines)
    let cssClass = context.versionClass(timeline.version)
    let depths = Heatmap.depths.indices.map { index in
      LegendEntry(
        .area("\(cssClass) cell depth\(index + 1)"),
        index == 0 ? "few" : index == Heatmap.depths.count - 1 ? "most" : "")
    }
    let frame = Frame(
      context, size,
      legend: size.name == "wide" ? depths : [depths[0], depths[depths.count - 1]],
      plotHeight: min(size.plotHeight, Double(max(3, buckets.count)) * 14),
      labels: buckets.map(\.text))
    let map = Heatmap(frame: frame, rowCount: buckets.count)
    let rows = Dictionary(
      uniqueKeysWithValues: buckets.enumerated().map { ($0.element, $0.offset) })
    let cells = timeline.durations.flatMap { point -> [Heatmap.Cell] in
      let total = Double(point.buckets.reduce(0) { $0 + $1.requests })
      return point.buckets.compactMap { bucket in
        rows[Heatmap.Row(bucket)].map {
          Heatmap.Cell(
            window: point.window, row: $0, share: Double(bucket.requests) / total)
        }
      }
    }
    let places = buckets.indices.map(Double.init)
    let labelled = Self.spread(places, by: { map.top(ofRow: Int($0)) }, atLeast: 13)
    let labels = labelled.map { place -> SVGElement in
      let row = Int(place)
      let middle = map.top(ofRow: row) + map.rowHeight / 2
      return .label(buckets[row].text, at: Point(frame.left - 6, middle + 4), .end)
    }
    return frame.picture(
      "heatmap-\(number)", title: "Durations of requests to \(timeline.version)",
      description: latencyWords(of: timeline.version),
      unit: "ms, requests to \(timeline.version.terminalSafe.elided(to: 24))", axis: labels,
      content: map.cells(cells, "\(cssClass) cell"))
  }

  private func latencyWords(_ quantile: String) -> String {
    let words = versions.compactMap { version -> String? in
      version.latencyMilliseconds.first { $0.quantile == quantile }.map {
        "\(version.version): \($0.estimate.millisecondsText)"
      }
    }
    return words.isEmpty ? "No durations." : words.joined(separator: "; ") + "."
  }

  private func latencyWords(of version: String) -> String {
    let figures = versions.first { $0.version == version }?.latencyMilliseconds ?? []
    return figures.map { "\($0.quantile) \($0.estimate.millisecondsText)" }
      .joined(separator: ", ") + "."
  }

  /// The finite bounds of the buckets that hold the quantile at any time, in order.
  private func bounds(aroundQuantile rank: Double) -> [Double] {
    let buckets = timelines.flatMap(\.durations).compactMap { $0.bucket(ofQuantile: rank) }
    return Set(buckets.flatMap { [$0.lowerMilliseconds, $0.upperMilliseconds].compactMap(\.self) })
      .filter { $0 > 0 }.sorted()
  }

  private func reachesBeyond(_ rank: Double) -> Bool {
    timelines.flatMap(\.durations).contains { point in
      point.bucket(ofQuantile: rank).map { $0.upperMilliseconds == nil } ?? false
    }
  }

  /// Of figures in order those whose places are far enough apart to write them.
  private static func spread(
    _ values: [Double], by place: (Double) -> Double, atLeast distance: Double
  ) -> [Double] {
    values.reduce(into: []) { kept, value in
      if let last = kept.last, abs(place(value) - place(last)) < distance { return }
      kept.append(value)
    }
  }
}

extension DurationPoint {
  /// The quantile's place in its bucket, if the requests were spread evenly in it; `nil` in the
  /// last, which has no end.
  func estimate(_ rank: Double, in bucket: Bucket) -> Double? {
    guard let upper = bucket.upperMilliseconds else { return nil }
    let total = buckets.reduce(0) { $0 + $1.requests }
    let before = buckets.filter { $0.lowerMilliseconds < bucket.lowerMilliseconds }
      .reduce(0) { $0 + $1.requests }
    let share = (rank * Double(total) - Double(before)) / Double(bucket.requests)
    return bucket.lowerMilliseconds + (upper - bucket.lowerMilliseconds) * min(1, max(0, share))
  }
}
