#if canImport(Glibc)
  import Glibc
#endif

/// How failures depend on one another.
public enum Noise: Sendable, Hashable {
  /// Every request fails by itself.
  case independent
  /// Incidents that hit both versions alike: the rate ten times as high for five minutes, one such
  /// time an hour in the mean.
  case sharedIncidents
  /// Failures in threes: a failed request was tried three times and counted as often.
  case clumps
  /// The rate of each version times a gamma variate of mean 1 and this coefficient of variation,
  /// another in each interval.
  case gamma(variation: Double)
  /// The logarithm of each version's rate as an autoregressive process of the first order.
  case autoregressive(correlation: Double, deviation: Double)
  /// Bursts of one version alone: with this probability an interval, requests of a version fail at
  /// 5 % on top of its rate.
  case bursts(probability: Double)
  /// One bad minute of each version alone, at any time: requests fail at 5 % on top of its rate.
  case badMinute
  /// Bursts of one version alone of random size: with a chance of 1 % an interval, the rate times a
  /// Pareto variate of this exponent, decaying by half from interval to interval.
  case paretoBursts(exponent: Double)
  /// The rate of each version times a slow wave of its own: this amplitude, a period of an hour, a
  /// random phase.
  case waves(amplitude: Double)

  func rate(_ rate: Double, _ factor: Double) -> Double {
    switch self {
    case .bursts, .badMinute: rate + factor
    default: rate * factor
    }
  }

  func badEvents(of requests: Int, rate: Double, using generator: inout SplitMix64) -> Int {
    guard case .clumps = self else { return generator.binomial(trials: requests, rate: rate) }
    return 3 * generator.binomial(trials: requests / 3, rate: rate)
  }
}

/// The state of a noise from interval to interval.
struct Disturbance {
  private static let incidentIntervals = 10

  private let noise: Noise
  private var canaryLevel = 0.0
  private var baselineLevel = 0.0
  private var incidentEnd = 0
  private let phases: (canary: Double, baseline: Double)
  private let badMinutes: (canary: Int, baseline: Int)

  init(_ noise: Noise, intervals: Int, using generator: inout SplitMix64) {
    self.noise = noise
    phases = (generator.fraction(), generator.fraction())
    badMinutes =
      noise == .badMinute
      ? (
        Int.random(in: 0..<intervals, using: &generator),
        Int.random(in: 0..<intervals, using: &generator)
      ) : (0, 0)
    if case .autoregressive(_, let deviation) = noise {
      canaryLevel = deviation * generator.normal()
      baselineLevel = deviation * generator.normal()
    }
  }

  /// Returns what the rates of canary and baseline are multiplied by, or raised by for bursts.
  mutating func next(interval: Int, using generator: inout SplitMix64) -> (Double, Double) {
    switch noise {
    case .independent, .clumps: return (1, 1)
    case .sharedIncidents:
      if interval >= incidentEnd, generator.fraction() < 1.0 / 120 {
        incidentEnd = interval + Self.incidentIntervals
      }
      let factor: Double = interval < incidentEnd ? 10 : 1
      return (factor, factor)
    case .gamma(let variation):
      let shape = 1 / (variation * variation)
      return (
        generator.gamma(shape: shape) / shape, generator.gamma(shape: shape) / shape
      )
    case .autoregressive(let correlation, let deviation):
      let innovation = deviation * (1 - correlation * correlation).squareRoot()
      canaryLevel = correlation * canaryLevel + innovation * generator.normal()
      baselineLevel = correlation * baselineLevel + innovation * generator.normal()
      return (exp(canaryLevel), exp(baselineLevel))
    case .bursts(let probability):
      return (
        generator.fraction() < probability ? 0.05 : 0,
        generator.fraction() < probability ? 0.05 : 0
      )
    case .badMinute:
      func extra(_ minute: Int) -> Double { (minute..<minute + 2).contains(interval) ? 0.05 : 0 }
      return (extra(badMinutes.canary), extra(badMinutes.baseline))
    case .paretoBursts(let exponent):
      canaryLevel = Self.burst(after: canaryLevel, exponent: exponent, using: &generator)
      baselineLevel = Self.burst(after: baselineLevel, exponent: exponent, using: &generator)
      return (1 + canaryLevel, 1 + baselineLevel)
    case .waves(let amplitude):
      let turn = Double(interval) / 120
      return (
        1 + amplitude * sin(2 * Double.pi * (turn + phases.canary)),
        1 + amplitude * sin(2 * Double.pi * (turn + phases.baseline))
      )
    }
  }

  private static func burst(
    after level: Double, exponent: Double, using generator: inout SplitMix64
  ) -> Double {
    let decayed = level / 2
    guard generator.fraction() < 0.01 else { return decayed }
    return decayed + pow(generator.fraction(), -1 / exponent)
  }
}
