#if canImport(Glibc)
  import Glibc
#endif

/// A seeded generator, so that a simulation gives the same figures on every run.
///
/// Source: Steele, Lea & Flood, Fast Splittable Pseudorandom Number Generators (2014).
public struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// Creates a generator; different seeds give streams without visible relation.
  public init(seed: UInt64) {
    state = seed
  }

  /// Returns the next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

extension SplitMix64 {
  /// Returns a number between 0 and 1, neither included.
  public mutating func fraction() -> Double {
    (Double(next() >> 11) + 0.5) * 0x1p-53
  }

  /// Returns a normal variate of mean 0 and variance 1, by the method of Box and Muller.
  public mutating func normal() -> Double {
    (-2 * log(fraction())).squareRoot() * cos(2 * Double.pi * fraction())
  }

  /// Returns a Poisson variate: by products below 30, above by the transformed rejection of Hörmann.
  ///
  /// Source: Hörmann, The transformed rejection method for generating Poisson random variables
  /// (1993), algorithm PTRS.
  ///
  /// - Parameter mean: At least 0.
  /// - Returns: At least 0.
  public mutating func poisson(mean: Double) -> Int {
    guard mean >= 30 else { return smallPoisson(mean: mean) }
    let slope = 0.931 + 2.53 * mean.squareRoot()
    let shift = -0.059 + 0.02483 * slope
    let inverse = 1.1239 + 1.1328 / (slope - 3.4)
    let squeeze = 0.9277 - 3.6224 / (slope - 2)
    let logMean = log(mean)
    while true {
      let place = fraction() - 0.5
      let height = fraction()
      let distance = 0.5 - abs(place)
      let count = ((2 * shift / distance + slope) * place + mean + 0.43).rounded(.down)
      if distance >= 0.07, height <= squeeze { return Int(count) }
      guard count >= 0, distance >= 0.013 || height <= distance else { continue }
      let bound = log(height) + log(inverse) - log(shift / (distance * distance) + slope)
      if bound <= count * logMean - mean - lgamma(count + 1) { return Int(count) }
    }
  }

  private mutating func smallPoisson(mean: Double) -> Int {
    let limit = exp(-mean)
    var product = fraction()
    var count = 0
    while product > limit {
      product *= fraction()
      count += 1
    }
    return count
  }

  /// Returns a binomial variate: by the waiting times of a geometric variate where few events are
  /// expected, else by halving at the median of a beta variate.
  ///
  /// Source: Devroye, Non-Uniform Random Variate Generation (1986), X.4.3 and X.4.4.
  ///
  /// - Parameters:
  ///   - trials: At least 0.
  ///   - rate: 0…1.
  /// - Returns: 0…`trials`.
  public mutating func binomial(trials: Int, rate: Double) -> Int {
    var trials = trials
    var rate = rate
    var events = 0
    while trials > 0, rate > 0 {
      if rate >= 1 { return events + trials }
      if Double(trials) * min(rate, 1 - rate) < 25 { break }
      // The smaller-than-rate half is either all events, or the rest holds all others.
      let middle = (trials + 1) / 2
      let left = gamma(shape: Double(middle))
      let right = gamma(shape: Double(trials + 1 - middle))
      let median = left / (left + right)
      if median <= rate {
        events += middle
        rate = (rate - median) / (1 - median)
        trials -= middle
      } else {
        rate /= median
        trials = middle - 1
      }
    }
    guard trials > 0, rate > 0 else { return events }
    guard rate <= 0.5 else {
      return events + trials - rareBinomial(trials: trials, rate: 1 - rate)
    }
    return events + rareBinomial(trials: trials, rate: rate)
  }

  private mutating func rareBinomial(trials: Int, rate: Double) -> Int {
    guard rate > 0 else { return 0 }
    let scale = log1p(-rate)
    var position = 0.0
    var events = 0
    while true {
      position += (log(fraction()) / scale).rounded(.down) + 1
      guard position <= Double(trials) else { return events }
      events += 1
    }
  }

  /// Returns a gamma variate of scale 1.
  ///
  /// Source: Marsaglia & Tsang, A simple method for generating gamma variables (2000).
  ///
  /// - Parameter shape: Above 0.
  /// - Returns: Above 0.
  public mutating func gamma(shape: Double) -> Double {
    guard shape >= 1 else {
      return gamma(shape: shape + 1) * pow(fraction(), 1 / shape)
    }
    let offset = shape - 1 / 3.0
    let scale = 1 / (9 * offset).squareRoot()
    while true {
      let normal = normal()
      let root = 1 + scale * normal
      let cube = root * root * root
      guard cube > 0 else { continue }
      if log(fraction()) < 0.5 * normal * normal + offset * (1 - cube + log(cube)) {
        return offset * cube
      }
    }
  }
}
