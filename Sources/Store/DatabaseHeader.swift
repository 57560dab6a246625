import Foundation

/// The first bytes of an SQLite file, which say how the rest is to be read.
///
/// **Source:** https://sqlite.org/fileformat2.html#the_database_header
struct DatabaseHeader {
  static let byteCount = 100
  /// What SQLite can use, the usual one first.
  static let pageSizes = [4096, 8192, 16384, 32768, 65536, 2048, 1024, 512]

  private static let beginning = Array("SQLite format 3\0".utf8)

  private let bytes: [UInt8]

  /// Reads a header; what is missing of it counts as zero.
  init(_ bytes: [UInt8]) {
    let present = bytes.prefix(Self.byteCount)
    self.bytes = present + Array(repeating: 0, count: Self.byteCount - present.count)
  }

  /// A header as SQLite would write it for a file of ours.
  ///
  /// What only matters to writers is left out: such a file is to be read.
  ///
  /// - Parameters:
  ///   - pageSize: The size of a page in bytes.
  ///   - pageCount: How many pages there are.
  ///   - hasLog: Whether a write-ahead log belongs to the file.
  init(pageSize: Int, pageCount: Int, hasLog: Bool) {
    var bytes = Self.beginning + Array(repeating: 0, count: Self.byteCount - Self.beginning.count)
    func put(_ value: Int, at offset: Int) {
      for index in 0..<4 { bytes[offset + index] = UInt8(value >> (24 - 8 * index) & 0xFF) }
    }
    // 65536 is written as 1.
    bytes[16] = UInt8(pageSize >> 8 & 0xFF)
    bytes[17] = UInt8(pageSize >> 16 & 0xFF)
    bytes.replaceSubrange(18..<20, with: hasLog ? [2, 2] : [1, 1])
    bytes.replaceSubrange(21..<24, with: Self.payloadFractions)
    put(1, at: 24)
    put(pageCount, at: 28)
    put(4, at: 44)
    put(1, at: 56)
    put(Database.applicationID, at: 68)
    put(1, at: 92)
    self.bytes = bytes
  }

  private static let payloadFractions: [UInt8] = [64, 32, 32]

  /// The bytes to write.
  var data: Data { Data(bytes) }

  /// Whether it begins as every SQLite file does.
  var isOfSQLite: Bool { bytes.starts(with: Self.beginning) }

  /// The size of a page in bytes; `nil` if it says none that is possible.
  var pageSize: Int? {
    let size = Int(bytes[16]) << 8 | Int(bytes[17]) << 16
    return Self.pageSizes.contains(size) ? size : nil
  }

  /// How many pages the file had when it was last written; `nil` if it does not say so.
  var pageCount: Int? {
    let count = number(at: 28)
    return count > 0 && number(at: 24) == number(at: 92) ? count : nil
  }

  /// Whether all by which a file is read is as it is in a file of ours.
  var isPlausible: Bool {
    isOfSQLite && pageSize != nil && (1...2).contains(bytes[18]) && (1...2).contains(bytes[19])
      && bytes[20] == 0 && Array(bytes[21..<24]) == Self.payloadFractions
      && (1...4).contains(number(at: 44)) && number(at: 56) == 1
  }

  private func number(at offset: Int) -> Int {
    bytes[offset..<(offset + 4)].reduce(0) { $0 << 8 | Int($1) }
  }
}
