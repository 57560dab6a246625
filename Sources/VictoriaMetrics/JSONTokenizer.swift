/// Cuts JSON text into tokens as its bytes come, and keeps no more of it than one string.
///
/// Refuses what RFC 8259 does not allow, invalid UTF-8 and halves of surrogate pairs among it.
struct JSONTokenizer {
  /// How many objects and arrays may lie within each other.
  static let maximumDepth = 64
  /// How long a string or number may be, in bytes.
  static let maximumTextBytes = 1024 * 1024

  private static let shortTextBytes = 15
  private static let maximumLongKeys = 8

  private enum Container { case object, array }
  private enum Expected { case value, valueOrEnd, key, keyOrEnd, colon, commaOrEnd, end }
  private enum Lexeme {
    case none, string, escape, word, number(JSONNumberPart), codeUnit(missingDigits: Int)
  }

  private var containers: [Container] = []
  private var expected = Expected.value
  private var lexeme = Lexeme.none
  private var text: [UInt8] = []
  /// Long keys, which occur again and again: each is made once.
  private var longKeys: [String] = []
  private var codeUnit: UInt32 = 0
  private var highSurrogate: UInt32?
  private var word = JSONToken.null
  private var restOfWord: ArraySlice<UInt8> = []

  /// Takes the next bytes.
  mutating func read(
    _ bytes: [UInt8], to receiver: inout some JSONTokenReceiver
  ) throws(AnswerProblem) {
    let span = bytes.span
    var position = 0
    while position < span.count {
      try read(span[position], &receiver)
      position += 1
      // Most of an answer is plain text within strings, and digits: they are taken as they stand.
      let begin = position
      switch lexeme {
      case .string where highSurrogate == nil:
        while position < span.count, Self.isPlain(span[position]) { position += 1 }
      case .number(.integer):
        while position < span.count, Self.isDigit(span[position]) { position += 1 }
      default: continue
      }
      if begin < position { try append(bytes[begin..<position]) }
    }
  }

  /// Takes note that no bytes will follow.
  mutating func finish(_ receiver: inout some JSONTokenReceiver) throws(AnswerProblem) {
    if case .number(let part) = lexeme { try endNumber(part, &receiver) }
    guard case .none = lexeme, expected == .end else { throw .malformed("it ends early") }
  }

  private mutating func read(
    _ byte: UInt8, _ receiver: inout some JSONTokenReceiver
  ) throws(AnswerProblem) {
    switch lexeme {
    case .none: try readBetween(byte, &receiver)
    case .string: try readString(byte, &receiver)
    case .escape: try readEscape(byte)
    case .codeUnit(let missingDigits): try readDigit(byte, missingDigits)
    case .number(let part):
      if let next = part.next(after: byte) {
        lexeme = .number(next)
        return try append(byte)
      }
      try endNumber(part, &receiver)
      try readBetween(byte, &receiver)
    case .word:
      guard restOfWord.popFirst() == byte else {
        throw .malformed("a word that JSON does not know")
      }
      if restOfWord.isEmpty { try endValue(word, &receiver) }
    }
  }

  // MARK: Between strings, numbers and words

  private mutating func readBetween(
    _ byte: UInt8, _ receiver: inout some JSONTokenReceiver
  ) throws(AnswerProblem) {
    switch byte {
    case 0x20, 0x09, 0x0A, 0x0D:
      return
    case UInt8(ascii: "\"") where expected != .colon && expected != .commaOrEnd && expected != .end:
      lexeme = .string
      text.removeAll(keepingCapacity: true)
    case UInt8(ascii: ":") where expected == .colon:
      expected = .value
    case UInt8(ascii: ",") where expected == .commaOrEnd:
      expected = containers.last == .object ? .key : .value
    case UInt8(ascii: "}") where containers.last == .object && mayEnd(.keyOrEnd):
      containers.removeLast()
      try endValue(.endObject, &receiver)
    case UInt8(ascii: "]") where containers.last == .array && mayEnd(.valueOrEnd):
      containers.removeLast()
      try endValue(.endArray, &receiver)
    default:
      guard expected == .value || expected == .valueOrEnd else {
        throw .malformed("a character that is out of place")
      }
      try beginValue(byte, &receiver)
    }
  }

  private func mayEnd(_ beginning: Expected) -> Bool {
    expected == .commaOrEnd || expected == beginning
  }

  private mutating func beginValue(
    _ byte: UInt8, _ receiver: inout some JSONTokenReceiver
  ) throws(AnswerProblem) {
    switch byte {
    case UInt8(ascii: "{"): try begin(.object, .beginObject, &receiver)
    case UInt8(ascii: "["): try begin(.array, .beginArray, &receiver)
    case UInt8(ascii: "t"): beginWord(.boolean(true), rest: "rue")
    case UInt8(ascii: "f"): beginWord(.boolean(false), rest: "alse")
    case UInt8(ascii: "n"): beginWord(.null, rest: "ull")
    default:
      guard let part = JSONNumberPart(startingWith: byte) else {
        throw .malformed("a value that JSON does not know")
      }
      lexeme = .number(part)
      text.removeAll(keepingCapacity: true)
      try append(byte)
    }
  }

  private mutating func beginWord(_ token: JSONToken, rest: String) {
    lexeme = .word
    word = token
    restOfWord = ArraySlice(rest.utf8)
  }

  private mutating func begin(
    _ container: Container, _ token: JSONToken, _ receiver: inout some JSONTokenReceiver
  ) throws(AnswerProblem) {
    guard containers.count < JSONTokenizer.maximumDepth else {
      throw .malformed("more than \(JSONTokenizer.maximumDepth) levels")
    }
    containers.append(container)
    expected = container == .object ? .keyOrEnd : .valueOrEnd
    try receiver.receive(token)
  }

  private mutating func endValue(
    _ token: JSONToken, _ receiver: inout some JSONTokenReceiver
  ) throws(AnswerProblem) {
    lexeme = .none
    expected = containers.isEmpty ? .end : .commaOrEnd
    try receiver.receive(token)
  }

  private mutating func endNumber(
    _ part: JSONNumberPart, _ receiver: inout some JSONTokenReceiver
  ) throws(AnswerProblem) {
    guard part.isComplete else { throw .malformed("a number that is cut short") }
    try endValue(.number(String(decoding: text, as: UTF8.self)), &receiver)
  }

  private mutating func append(_ byte: UInt8) throws(AnswerProblem) {
    try checkRoom(for: 1)
    text.append(byte)
  }

  private mutating func append(_ bytes: ArraySlice<UInt8>) throws(AnswerProblem) {
    try checkRoom(for: bytes.count)
    text.append(contentsOf: bytes)
  }

  private func checkRoom(for count: Int) throws(AnswerProblem) {
    guard count <= JSONTokenizer.maximumTextBytes - text.count else {
      throw .malformed("a text of more than \(JSONTokenizer.maximumTextBytes) bytes")
    }
  }
}

// MARK: Strings

extension JSONTokenizer {
  /// Whether a byte within a string stands for itself.
  private static func isPlain(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  private mutating func readString(
    _ byte: UInt8, _ receiver: inout some JSONTokenReceiver
  ) throws(AnswerProblem) {
    if byte == UInt8(ascii: "\\") {
      lexeme = .escape
      return
    }
    guard highSurrogate == nil else { throw .malformed("half of a surrogate pair") }
    guard byte != UInt8(ascii: "\"") else { return try endString(&receiver) }
    guard byte >= 0x20 else { throw .malformed("a control character in a string") }
    try append(byte)
  }

  private mutating func endString(
    _ receiver: inout some JSONTokenReceiver
  ) throws(AnswerProblem) {
    guard expected == .key || expected == .keyOrEnd else {
      return try endValue(.string(try wholeText()), &receiver)
    }
    lexeme = .none
    expected = .colon
    try receiver.receive(.key(try wholeKey()))
  }

  private func wholeText() throws(AnswerProblem) -> String {
    // Most are ASCII, which is decoded far faster than it is validated.
    let isPlain = text.allSatisfy { $0 < 0x80 }
    guard
      let string = isPlain
        ? String(decoding: text, as: UTF8.self) : String(validating: text, as: UTF8.self)
    else {
      throw .malformed("a string that is not UTF-8")
    }
    return string
  }

  private mutating func wholeKey() throws(AnswerProblem) -> String {
    // A short string holds its bytes itself, which costs nothing.
    guard text.count > JSONTokenizer.shortTextBytes else { return try wholeText() }
    if let known = longKeys.first(where: {
      $0.utf8.count == text.count && $0.utf8.elementsEqual(text)
    }) {
      return known
    }
    let key = try wholeText()
    if longKeys.count < JSONTokenizer.maximumLongKeys { longKeys.append(key) }
    return key
  }

  private mutating func readEscape(_ byte: UInt8) throws(AnswerProblem) {
    guard byte != UInt8(ascii: "u") else {
      lexeme = .codeUnit(missingDigits: 4)
      codeUnit = 0
      return
    }
    guard highSurrogate == nil else { throw .malformed("half of a surrogate pair") }
    lexeme = .string
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): try append(byte)
    case UInt8(ascii: "b"): try append(0x08)
    case UInt8(ascii: "f"): try append(0x0C)
    case UInt8(ascii: "n"): try append(0x0A)
    case UInt8(ascii: "r"): try append(0x0D)
    case UInt8(ascii: "t"): try append(0x09)
    default: throw .malformed("an escape that JSON does not know")
    }
  }

  private mutating func readDigit(_ byte: UInt8, _ missingDigits: Int) throws(AnswerProblem) {
    guard let digit = Character(UnicodeScalar(byte)).hexDigitValue else {
      throw .malformed("an escape that JSON does not know")
    }
    codeUnit = codeUnit << 4 | UInt32(digit)
    lexeme = .codeUnit(missingDigits: missingDigits - 1)
    guard missingDigits == 1 else { return }
    lexeme = .string
    if let high = highSurrogate {
      guard (0xDC00...0xDFFF).contains(codeUnit) else {
        throw .malformed("half of a surrogate pair")
      }
      highSurrogate = nil
      codeUnit = 0x1_0000 + ((high - 0xD800) << 10) + (codeUnit - 0xDC00)
    } else if (0xD800...0xDBFF).contains(codeUnit) {
      highSurrogate = codeUnit
      return
    }
    guard let scalar = UnicodeScalar(codeUnit) else {
      throw .malformed("half of a surrogate pair")
    }
    for byte in String(Character(scalar)).utf8 { try append(byte) }
  }
}
