import Rollouts

/// One picture of a page: a heading, and the drawing in both sizes.
struct HTMLFigure {
  let heading: String
  let caption: String
  let drawings: [SVGElement]
}

extension CanaryReport {
  private static let drawnQuantiles = [("p50", 0.5), ("p99", 0.99)]

  /// All pictures, in the order in which they are read.
  var figures: [HTMLFigure] {
    let context = pictureContext
    func figure(
      _ heading: String, _ caption: String, _ draw: (PictureSize) -> SVGElement
    ) -> HTMLFigure {
      HTMLFigure(
        heading: heading, caption: caption, drawings: [PictureSize.wide, .narrow].map(draw))
    }
    let latency = Self.drawnQuantiles.map { quantile in
      figure(
        "Latency, \(quantile.0)",
        "The box is the bucket that holds the quantile; the line its place in the box, if requests "
          + "are spread evenly in it."
      ) { latencyPicture(quantile, context, $0) }
    }
    let heatmaps = timelines.enumerated().map { index, timeline in
      figure("Durations, \(timeline.version)", "The deeper, the larger the part of the requests.") {
        heatmap(of: timeline, number: index, context, $0)
      }
    }
    let evidences = evidence.enumerated().map { index, history in
      figure(
        "Evidence, \(history.check) of \(history.canary)",
        "The check decides where a line reaches its limit; the axis is logarithmic far from 0."
      ) { evidencePicture(history, number: index, context, $0) }
    }
    return [
      figure(
        "Weights",
        "A number marks a change of weights; the table below says by whom. Weights are read apart "
          + "from the counts, and known also where an interval is missing."
      ) {
        weightPicture(context, $0)
      },
      figure(
        "Error rate",
        "Markers are the rates of single stretches; the line is the rate of all requests so far, the "
          + "band its bounds, which hold at every look."
      ) { errorRatePicture(context, $0) },
    ] + evidences
      + [
        figure("Traffic split", "The pale line is configured, the other was observed.") {
          sharePicture(context, $0)
        }
      ] + latency + heatmaps
  }

  private var pictureContext: PictureContext {
    let step = Duration.seconds(dataQuality.stepSeconds ?? 1)
    var gaps = dataQuality.gaps.map(\.window)
    if let lag = dataQuality.lagSeconds, lag >= step.seconds {
      gaps.append(
        TimeWindow(from: window.to - .milliseconds(Int64(lag * 1000)), to: window.to))
    }
    return PictureContext(
      window: window, versions: versions.map(\.version), gaps: gaps, knowledge: knowledge,
      changes: changes.enumerated().map { index, entry in
        let shares = entry.weights.map { "\($0.version) \($0.share.percentText)" }
        return PictureContext.ChangeMark(
          at: entry.from, number: index + 1, writer: (entry.changedBy ?? "").shownName,
          words: "\(entry.from.shortText) \(shares.joined(separator: ", ")), "
            + "by \(entry.changedBy ?? "an unknown writer")")
      },
      turns: turns.map {
        PictureContext.TurnMark(
          at: $0.at, verdict: $0.verdict,
          words: "\($0.at.shortText) \($0.verdict.rawValue): \($0.reason)")
      })
  }
}
