import Foundation
import Synchronization
import Testing

/// After each test every decision that it made is made again, from the database that it left, and
/// from what becomes of that when it is backed up, migrated and pruned.
public struct ReplaysDecisions: SuiteTrait, TestTrait, TestScoping {
  /// Each test of the suite.
  public var isRecursive: Bool { true }

  /// Runs a test, and replays the decisions in its folders before they are removed.
  ///
  /// - Parameters:
  ///   - test: The test.
  ///   - testCase: One of its cases.
  ///   - function: Runs it.
  /// - Throws: What the test throws, or if a program cannot be run.
  public func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    let kept = KeptFolders()
    try await KeptFolders.$current.withValue(kept) { try await function() }
    for folder in kept.all {
      for database in try await DecisionReplays.databases(in: folder.url) {
        try await DecisionReplays.expectIdenticalWhereverItGoes(
          database, sourceLocation: test.sourceLocation)
      }
    }
  }
}

extension Trait where Self == ReplaysDecisions {
  /// Every decision that the tests make is made again afterwards.
  public static var replaysDecisions: Self { Self() }
}

/// The folders of a test, which are not removed as long as they are kept.
final class KeptFolders: Sendable {
  @TaskLocal static var current: KeptFolders?

  private let folders = Mutex<[TemporaryFolder]>([])

  var all: [TemporaryFolder] { folders.withLock { $0 } }

  func keep(_ folder: TemporaryFolder) { folders.withLock { $0.append(folder) } }
}
