import Foundation
import Rollouts
import TestSupport

/// The part of the golden file of the statistics that the errors check rests on.
struct GoldenFile: Decodable {
  struct Series: Decodable {
    let nc: [Int]
    let xc: [Int]
    let nb: [Int]
    let xb: [Int]

    var counts: [Counts] {
      nc.indices.map {
        Counts(canary: (nc[$0], xc[$0]), baseline: (nb[$0], xb[$0]))
      }
    }
  }

  struct Case: Decodable {
    let function: String
    let series: String?
    let direction: String?
    let ratio: Double?
    let points: Double?
    let dispersion: Double?
    let onset: Bool?
    /// One value an interval; empty for the functions that are not used here.
    let logEvidence: [Double]

    private enum CodingKeys: String, CodingKey {
      case fn, data, args, value
    }

    private struct Arguments: Decodable {
      let direction: String?
      let theta0: Double?
      let delta: Double?
      let phi: Double?
      let onset: Bool?
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      function = try container.decode(String.self, forKey: .fn)
      guard function == "log_e_two_sample" else {
        (series, direction, ratio, points, dispersion, onset) = (nil, nil, nil, nil, nil, nil)
        logEvidence = []
        return
      }
      let arguments = try container.decode(Arguments.self, forKey: .args)
      series = try container.decode(String.self, forKey: .data)
      direction = arguments.direction
      ratio = arguments.theta0
      points = arguments.delta
      dispersion = arguments.phi
      onset = arguments.onset
      logEvidence = try container.decode([Double].self, forKey: .value)
    }
  }

  let data: [String: Series]
  let cases: [Case]

  static func read() throws -> GoldenFile {
    try JSONDecoder().decode(
      GoldenFile.self,
      from: Data(
        contentsOf: Checkout.root.appending(path: "Tests/StatisticsTests/Fixtures/golden.json")))
  }

  /// The evidence of independent requests after each interval, as another implementation found it.
  func logEvidence(_ series: String, _ direction: String, _ margin: Policy.ErrorMargin) -> [Double]?
  {
    cases.first {
      $0.series == series && $0.direction == direction && $0.ratio == margin.ratio
        && $0.points == margin.points && $0.dispersion == 1 && $0.onset == false
    }?.logEvidence
  }
}
