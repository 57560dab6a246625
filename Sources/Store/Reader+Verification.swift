import Compression
import Foundation
import GRDB
import Ledger
import Rollouts

extension Reader {
  /// Checks the whole ledger, the rows that it records, the evidence of decisions, and the file that
  /// holds them.
  ///
  /// - Parameter verifier: What must hold besides the chain.
  /// - Returns: What was found, or the first thing that does not fit.
  /// - Throws: If the database cannot be read.
  public func verifyLedger(
    by verifier: LedgerVerifier = LedgerVerifier()
  ) throws -> Result<LedgerVerifier.Summary, LedgerFault> {
    let differences = try SchemaCheck.prepared().differences(database)
    let otherSchema = LedgerFault.otherSchema(differences: differences.map(\.description))
    // What is read through another table or view proves nothing. Where only triggers differ, the
    // rows show what was done meanwhile.
    guard differences.allSatisfy({ $0.type == "trigger" }) else { return .failure(otherSchema) }
    let result = try verifyEntries(by: verifier)
    guard case .success = result else { return result }
    if let fault = try unseenWeights() ?? damagedEvidence() ?? damage() ?? otherSum() {
      return .failure(fault)
    }
    return differences.isEmpty ? result : .failure(otherSchema)
  }

  private func verifyEntries(
    by verifier: LedgerVerifier
  ) throws -> Result<LedgerVerifier.Summary, LedgerFault> {
    var verifier = verifier
    let facts = Facts(database: database)
    var fault: LedgerFault?
    try database.forEachStoredRow("SELECT * FROM ledger_entry ORDER BY sequence") { row in
      do {
        guard let entry = LedgerEntry(row: row) else {
          throw LedgerFault.unreadable(sequence: row["sequence"]?.integer)
        }
        try verifier.check(entry, fact: try facts.content(of: entry))
      } catch let found as LedgerFault {
        fault = found
      }
      return fault == nil
    }
    if let fault { return .failure(fault) }
    let unrecorded = try facts.unrecorded(limit: 1).first
    do {
      return .success(
        try verifier.finish(unrecorded: unrecorded.map { (kind: $0.kind, factID: $0.id) }))
    } catch {
      return .failure(error)
    }
  }

  /// The first weight state that no reading shows; nobody knows when it was in force.
  private func unseenWeights() throws -> LedgerFault? {
    try Int64.fetchOne(
      database,
      sql: """
        SELECT id FROM weight_state
        WHERE NOT EXISTS (SELECT 1 FROM collection WHERE weight_state_id = weight_state.id)
        ORDER BY id LIMIT 1
        """
    ).map { .unseenWeights(weightStateID: $0) }
  }

  /// The first part of evidence that is missing or not what its name says; each is looked at once.
  ///
  /// A decision's entry holds the digest of the names of the parts, so that it vouches for them.
  private func damagedEvidence() throws -> LedgerFault? {
    let rows = try Row.fetchCursor(
      database,
      sql: """
        SELECT decision_id, named.hash, content
        FROM (
          SELECT min(decision.id) AS decision_id, CAST(coalesce(part.value, 'null') AS TEXT) AS hash
          FROM decision, json_each(decision.evidence, '$.parts') AS part
          GROUP BY part.value
        ) AS named
        LEFT JOIN evidence_part ON evidence_part.hash = named.hash
        ORDER BY decision_id, named.hash
        """)
    while let row = try rows.next() {
      let hash: String = row["hash"]
      do throws(CompressionError) {
        _ = try EvidencePart(named: hash, content: row["content"])
      } catch {
        return .damagedEvidence(
          decisionID: row["decision_id"], reason: "part \(hash): \(error.description)")
      }
    }
    return nil
  }
}
