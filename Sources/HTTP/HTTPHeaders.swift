/// Header fields in the order in which they were written; names are compared without case.
public struct HTTPHeaders: Sendable, Equatable {
  /// One field.
  public struct Field: Sendable, Equatable {
    /// The name, as written.
    public let name: String
    /// The value, without white space around it.
    public let value: String
  }

  /// The fields; a name may occur more than once.
  public private(set) var fields: [Field] = []

  /// No fields.
  public init() {}

  /// Fields in the given order.
  public init(_ fields: [(name: String, value: String)]) {
    self.fields = fields.map { Field(name: $0.name, value: $0.value) }
  }

  /// The value of the first field of this name; setting it replaces all fields of the name.
  public subscript(name: String) -> String? {
    get { fields.first { isSameName($0.name, name) }?.value }
    set {
      fields = fields.filter { !isSameName($0.name, name) }
      guard let newValue else { return }
      add(name, newValue)
    }
  }

  /// The values of all fields of this name, in order.
  public func values(of name: String) -> [String] {
    fields.filter { isSameName($0.name, name) }.map(\.value)
  }

  /// Appends a field and leaves others of the same name in place.
  public mutating func add(_ name: String, _ value: String) {
    fields.append(Field(name: name, value: value))
  }

  /// Whether a text may be the name of a field, or a method.
  ///
  /// Source: RFC 9110, section 5.6.2, "token".
  public static func isToken(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { $0 > 32 && $0 < 127 && !"()<>@,;:\\\"/[]?={}".utf8.contains($0) }
  }

  private func isSameName(_ first: String, _ second: String) -> Bool {
    first.utf8.count == second.utf8.count
      && zip(first.utf8, second.utf8).allSatisfy { Self.lowercase($0) == Self.lowercase($1) }
  }

  /// A name has nothing but ASCII in it.
  private static func lowercase(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }
}

extension HTTPHeaders: ExpressibleByDictionaryLiteral {
  /// Fields in the order of the literal.
  public init(dictionaryLiteral elements: (String, String)...) {
    self.init(elements.map { (name: $0.0, value: $0.1) })
  }
}

extension HTTPHeaders: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The names without the values, which may be secret.
  public var description: String {
    "[" + fields.map(\.name).joined(separator: ", ") + "]"
  }
  /// The names without the values.
  public var debugDescription: String { description }
  /// No children, so that `dump` shows no values.
  public var customMirror: Mirror { Mirror(self, children: []) }
}

extension HTTPHeaders.Field: CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  /// The name without the value, which may be secret.
  public var description: String { name }
  /// The name without the value.
  public var debugDescription: String { description }
  /// No children, so that `dump` shows no value.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
