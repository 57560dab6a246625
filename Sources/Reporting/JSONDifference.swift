import Foundation

/// Where two JSON texts differ.
public enum JSONDifference {
  /// The places that differ, each with both values.
  ///
  /// - Parameters:
  ///   - before: A JSON text.
  ///   - after: Another.
  /// - Returns: Lines such as `checks[0].evidenceToBlock: 1.5, now 2`; none if they are equal.
  /// - Throws: If one of them is no JSON.
  public static func lines(before: String, after: String) throws -> [String] {
    func value(_ text: String) throws -> Any {
      try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
    }
    return compare(try value(before), try value(after), at: "")
  }

  private static func compare(_ before: Any?, _ after: Any?, at path: String) -> [String] {
    switch (before, after) {
    case (let before as [String: Any], let after as [String: Any]):
      return Set(before.keys).union(after.keys).sorted().flatMap { key in
        compare(before[key], after[key], at: path.isEmpty ? key : "\(path).\(key)")
      }
    case (let before as [Any], let after as [Any]):
      return (0..<max(before.count, after.count)).flatMap { index in
        compare(
          index < before.count ? before[index] : nil, index < after.count ? after[index] : nil,
          at: "\(path)[\(index)]")
      }
    default:
      let (before, after) = (text(before), text(after))
      // Byte for byte: canonically equivalent texts are equal too.
      return before.utf8.elementsEqual(after.utf8) ? [] : ["\(path): \(before), now \(after)"]
    }
  }

  private static func text(_ value: Any?) -> String {
    switch value {
    case nil: "nothing"
    case is NSNull: "null"
    case let number as NSNumber where isBool(number): number.boolValue ? "true" : "false"
    case let number as NSNumber: "\(number)"
    case let text as String: "\"\(text)\""
    case let other?: "\(other)"
    }
  }

  /// Foundation gives `true` as the number 1 of a type that no JSON number has.
  private static func isBool(_ number: NSNumber) -> Bool {
    ["c", "B"].contains(String(cString: number.objCType))
  }
}
