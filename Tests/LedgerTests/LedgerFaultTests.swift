import Ledger
import Testing

/// What does not fit, word for word.
@Suite struct LedgerFaultTests {
  let sample: SampleLedger

  init() throws {
    sample = try SampleLedger()
  }

  private func message(_ change: (inout SampleLedger) -> Void) -> String {
    var ledger = sample
    change(&ledger)
    do {
      _ = try ledger.verify()
      return "it fits"
    } catch {
      return "\(error)"
    }
  }

  @Test func `an entry that was altered is named with both hashes`() {
    let computed = {
      var entry = sample.entries[3]
      entry.at += 1
      return entry.computedHash
    }()
    #expect(
      message { $0.entries[3].at += 1 }
        == "entry 4 was altered: it has the hash \(computed), not \(sample.entries[3].hash) as "
        + "stored")
  }

  @Test func `missing and misplaced entries are named`() {
    #expect(
      message { $0.entries.remove(at: 1) } == "entry 2 is missing: the next one is entry 3")
    #expect(
      message { $0.entries.insert($0.entries[0], at: 1) }
        == "entry 1 stands where entry 2 is expected")
    #expect(
      message {
        $0.entries[2].predecessor = LedgerEntry.noPredecessor
        $0.entries[2].hash = $0.entries[2].computedHash
      }
        == "entry 3 follows \(LedgerEntry.noPredecessor), but the entry before it is "
        + "\(sample.entries[1].hash): one of them was put in or replaced")
  }

  @Test func `a row that was altered is named with what it was and is`() {
    #expect(
      message { $0.facts["decision 1"] = .object(["verdict": .text("promote")]) }
        == #"entry 4 records decision 1, whose row was altered: verdict was "block", is "#
        + #""promote""#)
    #expect(
      message {
        $0.facts["weightChange 1"] = .object(["id": .integer(1), "changed_by": .text("me")])
      }
        == #"entry 2 records weight state 1, whose row was altered: changed_by was nothing, "#
        + #"is "me"; route was "", is nothing"#)
    #expect(
      message { $0.facts["correction 1"] = nil }
        == "entry 7 records correction 1, whose row is gone")
  }

  @Test func `a kind that is not known is named`() {
    #expect(
      message {
        $0.entries[0].kind = "gossip"
        $0.entries[0].hash = $0.entries[0].computedHash
      } == "entry 1 is of a kind that is not known: gossip")
  }

  @Test func `what is not recorded, or not signed, is named`() throws {
    #expect(
      throws: LedgerFault.factUnrecorded(kind: "decision", factID: 9)
    ) { try LedgerVerifier().finish(unrecorded: (.decision, 9)) }
    #expect(
      "\(LedgerFault.factUnrecorded(kind: "decision", factID: 9))"
        == "no entry records decision 9")
    let key = try SampleLedger.key()
    #expect(throws: LedgerFault.nothingSigned) { try sample.verify(keys: [key.verifyingKey]) }
    let signed = try SampleLedger(key: key)
    #expect(throws: LedgerFault.otherSignature(sequence: 4)) {
      try signed.verify(keys: [SampleLedger.key(8).verifyingKey])
    }
    var mixed = signed
    mixed.entries[5].signature = nil
    mixed.rechain()
    #expect(throws: LedgerFault.unsigned(sequence: 6, factID: 2)) {
      try mixed.verify(keys: [key.verifyingKey])
    }
    #expect(
      "\(LedgerFault.unsigned(sequence: 6, factID: 2))"
        == "entry 6 (decision 2) is not signed, though earlier decisions are")
    #expect(
      "\(LedgerFault.headMissing(hash: "ab", newest: nil))"
        == "no entry has the hash ab: the ledger is empty, so what was written after or before "
        + "was removed or replaced")
  }
}
