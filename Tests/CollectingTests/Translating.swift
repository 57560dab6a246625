import Rollouts
import Store
import VictoriaMetrics

@testable import Collecting

/// The moment so many seconds after noon of 24 November 2026.
func moment(_ seconds: Int64) -> Timestamp { Timestamp(secondsSince1970: 1_795_521_600 + seconds) }

/// A series of requests to `app-backend`, labelled as Istio would but for the given labels; `nil`
/// takes one away.
func series(
  _ labels: [String: String?], _ samples: [(seconds: Int64, value: String)]
) -> RangeSeries {
  var all: [String: String] = [
    "reporter": "source", "destination_service_name": "app-backend",
    "destination_service_namespace": "istio", "destination_version": "v1", "response_code": "200",
  ]
  for (name, value) in labels { all[name] = value }
  return RangeSeries(
    labels: SeriesLabels(all),
    samples: samples.map {
      RangeSample(millisecondsSince1970: moment($0.seconds).millisecondsSince1970, value: $0.value)
    })
}

/// A series of a cumulative duration bucket.
func bucket(
  _ bound: String, _ samples: [(seconds: Int64, value: String)], _ labels: [String: String?] = [:]
) -> RangeSeries {
  series(labels.merging(["le": bound, "response_code": nil]) { $1 }, samples)
}

func responses(_ version: String, _ code: String, _ reporter: Reporter = .source) -> SeriesKey {
  SeriesKey(version: version, reporter: reporter, measure: .response(code: code))
}

func durations(
  _ bound: Double, version: String = "v1", reporter: Reporter = .source
) -> SeriesKey {
  SeriesKey(
    version: version, reporter: reporter, measure: .duration(upperBoundMilliseconds: bound))
}

enum Translating {
  /// The two intervals from noon to 30 s past it.
  static let intervals = [
    Interval(start: moment(0), end: moment(15)), Interval(start: moment(15), end: moment(30)),
  ]

  /// The labels of a route over two subsets, or of other weights.
  static func labels(_ weights: Weights? = nil) -> VersionLabels {
    let split = Weights(
      ["v1", "v2"].map {
        VersionWeight(
          version: $0, weight: 50, destination: Destination(host: "app-backend", subset: $0))
      })
    return VersionLabels(profile: .istio, weights: weights ?? split, namespace: "istio")
  }

  /// A translation of the two intervals for a route over two subsets, or other weights.
  static func translation(_ weights: Weights? = nil) -> CountTranslation {
    CountTranslation(profile: .istio, labels: labels(weights), intervals: intervals)
  }
}
