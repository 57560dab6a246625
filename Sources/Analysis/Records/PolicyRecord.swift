import Foundation
import Rollouts

/// A policy as it is stored with a decision: JSON with the words of `analyze.yaml`.
public enum PolicyRecord {
  /// Reads a stored policy.
  ///
  /// - Parameter json: What is stored with a decision.
  /// - Returns: The policy.
  /// - Throws: `EvidenceRecord.Unreadable` if it has another form.
  public static func policy(of json: String) throws(EvidenceRecord.Unreadable) -> Policy {
    do {
      return try JSONDecoder().decode(Content.self, from: Data(json.utf8)).policy()
    } catch let error as EvidenceRecord.Unreadable {
      throw error
    } catch {
      throw EvidenceRecord.Unreadable(
        description: "its policy has a form that this program does not know: \(error)")
    }
  }

  private struct Content: Decodable {
    var baseline: String?
    var canaries: [String]?
    var falseBlockBound: Double
    var falsePromoteBound: Double
    var reporter: String?
    var errorResponses: [String]
    var warmUpSeconds: Double?
    /// `nil` in policies from before there was one.
    var canaryWarmUpSeconds: Double?
    var minimumRequests: Int
    var maximumDataAgeSeconds: Double
    var strict: Bool
    var retries: Int?
    var checks: [Check]

    func policy() throws -> Policy {
      Policy(
        baseline: baseline, canaries: canaries, falseBlockBound: falseBlockBound,
        falsePromoteBound: falsePromoteBound, reporter: try reporter.map { try .known($0) },
        errorResponses: ErrorResponses(words: errorResponses),
        warmUp: warmUpSeconds.map { .milliseconds(Int64(($0 * 1000).rounded())) },
        canaryWarmUp: .milliseconds(Int64(((canaryWarmUpSeconds ?? 0) * 1000).rounded())),
        minimumRequests: minimumRequests,
        maximumDataAge: .milliseconds(Int64((maximumDataAgeSeconds * 1000).rounded())),
        isStrict: strict, retries: retries, checks: try checks.map { try $0.policyCheck() })
    }
  }

  private struct Rise: Decodable {
    var ratio: Double
    var points: Double

    var rise: ToleratedRise { ToleratedRise(ratio: ratio, points: points) }
  }

  private struct Check: Decodable {
    var check: String
    var name: String
    var required: String
    var atMost: Rise?
    var quantile: Double?
    var boundMilliseconds: Double?
    var tolerance: Double?
    var errors: Double?
    var latencyMilliseconds: Double?
    var good: String?
    var bad: String?

    func policyCheck() throws -> PolicyCheck {
      PolicyCheck(name: name, demand: try demand(), requirement: try .known(required))
    }

    private func demand() throws -> PolicyCheck.Demand {
      switch (check, atMost) {
      case ("errors", let atMost?): return .errors(atMost.rise)
      case ("latency", let atMost?):
        return .latency(LatencyDemand(atMost: atMost.rise, at: slowness))
      case ("custom", let atMost?):
        if let good, let bad {
          return .custom(CustomCounts(good: good, bad: bad, atMost: atMost.rise))
        }
      case ("traffic-split", _): if let tolerance { return .trafficSplit(oddsTolerance: tolerance) }
      case ("limit", _):
        if let errors { return .limit(.errorRate(errors)) }
        if let quantile, let latencyMilliseconds {
          return .limit(.latency(quantile: quantile, milliseconds: latencyMilliseconds))
        }
      default: break
      }
      throw EvidenceRecord.Unreadable(
        description: "its policy has a check \"\(check)\" that this program does not know")
    }

    private var slowness: LatencyDemand.Slowness {
      if let quantile { return .quantile(quantile) }
      return boundMilliseconds.map(LatencyDemand.Slowness.milliseconds) ?? .everyBound
    }
  }
}
