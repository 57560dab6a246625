import Foundation
import Rollouts
import Statistics

/// One check of a policy applied to one canary: the measurement, and what its evidence proves.
struct CheckEvaluation: Sendable {
  let check: PolicyCheck
  let canary: String
  let result: CheckResult
  /// The part of the bound on false blocks that the check has, a fraction of 1.
  let share: Double
  /// The question that the evidence answers; `nil` where there is nothing to measure by.
  let problem: EvidenceProblem?
  let assumptions: EvidenceProblem.Assumptions
  /// What holds up a block where the baseline is no better.
  let environment: Measurement.Environment?
  /// The place of the first judged interval by which the requests were shown not to be divided as
  /// configured; `nil` if they have not been, or the check does not ask.
  let mismatchAt: Int?

  /// Applies a check.
  ///
  /// - Parameters:
  ///   - check: The check.
  ///   - canary: The canary.
  ///   - counts: What was counted.
  ///   - share: The part of the bound on false blocks that the check has.
  ///   - bounds: The tolerated chances of wrong verdicts for this canary.
  init(
    _ check: PolicyCheck, canary: String, counts: JudgedCounts, share: Double, bounds: FalseBounds
  ) {
    self.check = check
    self.canary = canary
    self.share = share
    if case .trafficSplit(let tolerance) = check.demand {
      problem = nil
      environment = nil
      assumptions = EvidenceProblem.Assumptions(dispersion: .estimated, isStrict: false)
      let finding = TrafficSplit(oddsTolerance: tolerance).finding(
        for: canary, name: check.name, isRequired: check.requirement != .informative, in: counts)
      result = finding.result
      mismatchAt = finding.mismatchAt
      return
    }
    mismatchAt = nil
    let measurement = Self.method(check).measurement(of: canary, in: counts)
    let assumptions = EvidenceProblem.Assumptions(
      dispersion: counts.dispersionSetting(for: measurement.calibration, canary: canary),
      isStrict: counts.policy.isStrict)
    self.assumptions = assumptions
    problem = measurement.problem
    environment = measurement.environment
    let judge = EvidenceJudge(
      requiredToBlock: log(1 / bounds.toBlock(share: share)),
      requiredToPromote: log(1 / bounds.toPromote), assumptions: assumptions)
    result = judge.result(of: check, canary: canary, measurement, in: counts)
  }

  /// The evidence to block after each interval, as far as the environment lets it count; `nil` where
  /// there is nothing to measure by.
  func runningToBlock() -> [Double]? {
    problem.map { problem in
      let evidence = problem.running(assumptions).toBlock
      return environment?.counting(evidence) ?? evidence
    }
  }

  /// How many kinds of bad event are counted, which is what the evidence of all intervals costs.
  var kindCount: Int { problem?.kindCount ?? 0 }

  /// Whether the canary had been shown to be worse before an interval, given by its place.
  func isBlocked(before place: Int) -> Bool {
    guard result.verdict == .block, let evidence = runningToBlock() else { return false }
    return evidence.prefix(place).dropFirst().contains { $0 >= result.requiredEvidence }
  }

  private static func method(_ check: PolicyCheck) -> any Check {
    switch check.demand {
    case .errors(let atMost): ErrorsCheck(atMost: atMost)
    case .latency(let demand): LatencyCheck(demand: demand)
    case .limit(.errorRate(let limit)): ErrorLimitCheck(limit: limit)
    case .limit(.latency(let quantile, let milliseconds)):
      LatencyLimitCheck(quantile: quantile, milliseconds: milliseconds)
    case .custom(let custom): CustomCheck(name: check.name, atMost: custom.atMost)
    case .trafficSplit: preconditionFailure("the traffic split is judged by itself")
    }
  }
}

/// The tolerated chances of wrong verdicts about one canary.
///
/// The bound on false blocks is for the whole gate, so the canaries divide it among them, and the
/// checks of a canary divide its part. That on false promotes needs no division: a canary that is
/// outside one margin is promoted only if the check of that very margin errs.
///
/// A policy that is changed while a rollout runs is a new test of what was already looked at. So
/// that the bound on false promotes holds for all of them together, the first has nine tenths of it,
/// and each further one half of what is left. Of that on false blocks nine tenths are for the canaries
/// that a rollout begins with, under its first policy. Half of the rest is for those that join later,
/// half for later policies, each of which has half of what is left of it.
struct FalseBounds: Sendable, Equatable {
  /// The part of a policy that is not changed.
  static let firstPolicyShare = 0.9

  let block: Double
  let toPromote: Double

  init(_ policy: Policy, canary: String, shares: CanaryShares, earlierPolicies: Int) {
    let (ofPolicy, toBlock): (Double, Double)
    if earlierPolicies == 0 {
      ofPolicy = Self.firstPolicyShare
      toBlock = shares.isLater(canary) ? 0.5 : 1
    } else {
      ofPolicy = (1 - Self.firstPolicyShare) * exp2(-Double(earlierPolicies))
      toBlock = ofPolicy / 2
    }
    let ofCanary = shares.share(of: canary) * toBlock
    // A share this small is not told from none, and no probability of a test.
    block = policy.falseBlockBound * max(ofCanary, 1e-9)
    toPromote = policy.falsePromoteBound * max(ofPolicy, 1e-9)
  }

  /// The bound of one check; one that is only shown is shown as if it stood alone.
  func toBlock(share: Double) -> Double {
    share > 0 ? block * share : block
  }
}

extension JudgedCounts {
  /// How dependent requests are assumed to be: as declared by the policy or calibrated, else as
  /// estimated.
  ///
  /// A calibration counts only while it fits: dispersion grows with the errors in an interval.
  func dispersionSetting(for metric: Calibration.Metric?, canary: String) -> DispersionSetting {
    let calibrated = evidence.calibrations.filter {
      $0.metric == metric && misfit(of: $0, canary: canary) == nil
    }.map(\.dispersion)
    let declared = policy.retries.map { [Double($0 + 1)] } ?? []
    guard let largest = (calibrated + declared).max() else { return .estimated }
    return .declared(max(1, largest))
  }

  /// Why a calibration does not fit what is counted under the present weights, in words; `nil` if it
  /// does.
  ///
  /// - Parameters:
  ///   - calibration: The calibration.
  ///   - canary: The canary.
  /// - Returns: What has changed.
  public func misfit(of calibration: Calibration, canary: String) -> String? {
    guard let interval = intervals.last else { return nil }
    let step = (interval.end - interval.start).seconds
    guard step == Double(calibration.stepSeconds) else {
      return "intervals are \(step.threeDigits) s wide now, \(calibration.stepSeconds) s then"
    }
    if let reporter = calibration.reporter, reporter != evidence.reporter {
      return "the counts of the \(evidence.reporter.rawValue) are judged now, it was made of those "
        + "of the \(reporter.rawValue)"
    }
    if let responses = calibration.errorResponses, responses != policy.errorResponses {
      return "errors are \(policy.errorResponses.words.joined(separator: ", ")) now, "
        + "\(responses.words.joined(separator: ", ")) then"
    }
    let present = weights.reversed().prefix { $0 == weights.last }.count
    let canaryRequests = requests(of: canary).suffix(present).reduce(0, +)
    let both = requests(of: baseline).suffix(present).reduce(canaryRequests, +)
    guard both > 0 else { return nil }
    let share = Double(canaryRequests) / Double(both)
    guard isNear(share / (1 - share), calibration.canaryShare / (1 - calibration.canaryShare))
    else {
      return "the canary gets \(share.percentText) of the requests now, "
        + "\(calibration.canaryShare.percentText) then"
    }
    let perInterval = Double(both) / Double(present)
    guard isNear(perInterval, calibration.requestsPerInterval) else {
      return "an interval has \(perInterval.threeDigits) requests now, "
        + "\(calibration.requestsPerInterval.threeDigits) then"
    }
    return nil
  }

  private func isNear(_ now: Double, _ then: Double) -> Bool {
    now <= 2 * then && then <= 2 * now
  }
}
