import Foundation
import Rollouts

/// The evidence of a decision as it is stored: one part about the rollout, and one for each clock
/// hour of counts.
///
/// An hour that is over is the same in every later decision, so that it needs to be stored once.
public enum EvidenceRecord {
  /// The version of the form.
  public static let format = 1

  /// The version of the statistics: another one may judge the same counts otherwise.
  public static let statistics = 2

  /// Why stored evidence cannot be read.
  public struct Unreadable: Error, Equatable, CustomStringConvertible {
    /// What is wrong.
    public let description: String
  }

  /// Which version of the statistics made a decision.
  ///
  /// - Parameter parts: Its evidence, as `material(of:policy:)` reads it.
  /// - Returns: The version; 1 where it was not recorded yet.
  /// - Throws: If the evidence is damaged.
  public static func statistics(of parts: [[UInt8]]) throws -> Int {
    try parts.first.flatMap {
      try JSONDecoder().decode(HeadRecord.self, from: Data($0)).statistics
    } ?? 1
  }

  /// The parts, each as JSON in UTF-8; the same material always gives the same bytes.
  ///
  /// - Parameter material: What a decision is made from, its policy left out.
  /// - Returns: The part about the rollout first, then the hours in order.
  /// - Throws: If a figure cannot be encoded.
  public static func parts(of material: DecisionMaterial) throws -> [[UInt8]] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let hours = material.evidence.map(HourRecord.all(of:)) ?? []
    return try [Array(encoder.encode(HeadRecord(material)))]
      + hours.map { try Array(encoder.encode($0)) }
  }

  /// The material that parts were made of.
  ///
  /// - Parameters:
  ///   - parts: What `parts(of:)` returned.
  ///   - policy: The policy, which is stored apart.
  /// - Returns: The material.
  /// - Throws: `Unreadable` if the parts have another form.
  public static func material(
    of parts: [[UInt8]], policy: Policy
  ) throws(Unreadable) -> DecisionMaterial {
    guard let first = parts.first else {
      throw Unreadable(description: "no evidence is stored with it")
    }
    do {
      let decoder = JSONDecoder()
      let head = try decoder.decode(HeadRecord.self, from: Data(first))
      guard head.format == format else {
        throw Unreadable(
          description: "its evidence has the form \(head.format), this program reads \(format)")
      }
      let hours = try parts.dropFirst().map {
        try decoder.decode(HourRecord.self, from: Data($0))
      }
      return try head.material(hours, policy: policy)
    } catch let error as Unreadable {
      throw error
    } catch {
      throw Unreadable(description: "its evidence is damaged: \(error)")
    }
  }
}
