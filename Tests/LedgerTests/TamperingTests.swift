import Foundation
import Ledger
import TestSupport
import Testing

/// Whatever is done to a ledger without writing all of it anew is found by the chain alone; the
/// rest by the rows, by a signature, or by a line of a log.
@Suite struct TamperingTests {
  let sample: SampleLedger

  init() throws {
    sample = try SampleLedger(key: SampleLedger.key())
  }

  @Test func `a ledger that nobody touched fits`() throws {
    let summary = try sample.verify()
    #expect(summary.entries == 7)
    #expect(summary.head == sample.entries.last?.head)
    #expect(summary.signedDecisions == 2)
  }

  @Test func `a change of any byte of any text is found`() throws {
    let fields: [WritableKeyPath<LedgerEntry, String>] = [
      \.kind, \.content, \.predecessor, \.hash,
    ]
    var random = SplitMix64(seed: 1)
    var tried = 0
    for index in sample.entries.indices {
      for field in fields {
        let bytes = Array(sample.entries[index][keyPath: field].utf8)
        for position in bytes.indices {
          var altered = bytes
          altered[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
          let text = String(decoding: altered, as: UTF8.self)
          var ledger = sample
          ledger.entries[index][keyPath: field] = text
          #expect(throws: LedgerFault.self) { try ledger.verify() }
          tried += 1
        }
      }
    }
    #expect(tried > 1000)
  }

  @Test func `a change of any byte of a signature is found without the key`() throws {
    for index in sample.entries.indices {
      guard let signature = sample.entries[index].signature else { continue }
      for position in signature.utf8.indices {
        var altered = signature
        let digit = altered[position] == "0" ? "1" : "0"
        altered.replaceSubrange(position...position, with: digit)
        var ledger = sample
        ledger.entries[index].signature = altered
        #expect(throws: LedgerFault.self) { try ledger.verify() }
      }
      var ledger = sample
      ledger.entries[index].signature = nil
      #expect(throws: LedgerFault.self) { try ledger.verify() }
    }
    for index in sample.entries.indices where sample.entries[index].signature == nil {
      var ledger = sample
      ledger.entries[index].signature = ""
      #expect(throws: LedgerFault.emptySignature(sequence: Int64(index + 1))) {
        try ledger.verify()
      }
    }
  }

  @Test func `a change of any bit of any number is found`() throws {
    for index in sample.entries.indices {
      for bit in 0..<63 {
        let mask = Int64(1) << Int64(bit)
        let changes: [(inout LedgerEntry) -> Void] = [
          { $0.sequence ^= mask }, { $0.at ^= mask }, { $0.targetID = ($0.targetID ?? 0) ^ mask },
          { $0.factID = ($0.factID ?? 0) ^ mask },
        ]
        for change in changes {
          var ledger = sample
          change(&ledger.entries[index])
          #expect(throws: LedgerFault.self) { try ledger.verify() }
        }
      }
      var ledger = sample
      ledger.entries[index].targetID = nil
      ledger.entries[index].factID = nil
      guard ledger.entries[index] != sample.entries[index] else { continue }
      #expect(throws: LedgerFault.self) { try ledger.verify() }
    }
  }

  @Test func `removing, doubling and swapping entries is found, but for a removal at the end`()
    throws
  {
    let head = try #require(sample.entries.last?.hash)
    for index in sample.entries.indices {
      var removed = sample
      removed.entries.remove(at: index)
      #expect(throws: LedgerFault.self) { try removed.verify(head: head) }
      if index < sample.entries.count - 1 {
        #expect(throws: LedgerFault.self) { try removed.verify() }
      }
      for other in sample.entries.indices {
        var doubled = sample
        doubled.entries.insert(sample.entries[index], at: other)
        #expect(throws: LedgerFault.self) { try doubled.verify() }
        guard other != index else { continue }
        var swapped = sample
        swapped.entries.swapAt(index, other)
        #expect(throws: LedgerFault.self) { try swapped.verify() }
      }
    }
  }

  @Test func `a ledger that was cut off is found by the head that a log holds`() throws {
    let head = try #require(sample.entries.last?.hash)
    for count in 0..<sample.entries.count {
      var cut = sample
      cut.entries = Array(sample.entries.prefix(count))
      _ = try cut.verify()
      #expect(throws: LedgerFault.headMissing(hash: head, newest: cut.entries.last?.head)) {
        try cut.verify(head: head)
      }
    }
  }

  @Test func `a ledger that grew still holds the head of a log`() throws {
    for entry in sample.entries { _ = try sample.verify(head: entry.hash) }
  }

  @Test func `a ledger that was written anew is found by the rows, a signature, or a log`() throws {
    let key = try SampleLedger.key().verifyingKey
    let head = try #require(sample.entries.last?.hash)
    for index in sample.entries.indices {
      var forged = sample
      forged.entries[index].content = #"{"verdict":"promote"}"#
      forged.rechain()
      #expect(throws: LedgerFault.self) { try forged.verify(head: head) }
      if sample.entries[index].factID != nil {
        #expect(throws: LedgerFault.self) { try forged.verify() }
      }
      if index <= 5 {
        #expect(throws: LedgerFault.self) { try forged.verify(keys: [key]) }
        for index in forged.entries.indices { forged.entries[index].signature = nil }
        forged.rechain()
        #expect(throws: LedgerFault.self) { try forged.verify(keys: [key]) }
      }
    }
  }

  @Test func `random mischief is found`() throws {
    let head = try #require(sample.entries.last?.hash)
    var random = SplitMix64(seed: 20_261_124)
    for _ in 0..<2000 {
      var ledger = sample
      for _ in 0...Int.random(in: 0..<3, using: &random) {
        guard let index = ledger.entries.indices.randomElement(using: &random) else { break }
        switch Int.random(in: 0..<5, using: &random) {
        case 0: ledger.entries.remove(at: index)
        case 1: ledger.entries.insert(ledger.entries[index], at: 0)
        case 2: ledger.entries.shuffle(using: &random)
        case 3: ledger.entries[index].content += " "
        default: ledger.entries[index].at += 1
        }
      }
      guard ledger.entries != sample.entries else { continue }
      #expect(throws: LedgerFault.self) { try ledger.verify(head: head) }
    }
  }
}
