import HTTP
import Synchronization
import TestSupport
import Testing

@testable import Collecting

/// One sleeping task serves all deadlines.
struct DeadlineClockTests {
  /// Sleeps until it is cancelled; whether it was.
  private static let endless: @Sendable () async -> Bool = {
    do {
      try await Task.sleep(for: .seconds(600))
      return false
    } catch {
      return true
    }
  }

  @Test func `what is done in time is not late`() async {
    let done = await DeadlineClock().run(until: .now + .seconds(600)) { 7 }
    #expect(done == (7, false))
  }

  @Test func `what is not done is cancelled at its deadline`() async {
    let done = await DeadlineClock().run(until: .now + .milliseconds(20), Self.endless)
    #expect(done == (true, true))
  }

  @Test func `a deadline that is over cancels at once`() async {
    let done = await DeadlineClock().run(until: .now - .seconds(1), Self.endless)
    #expect(done == (true, true))
  }

  @Test func `an earlier deadline does not wait for a later one`() async {
    let clock = DeadlineClock()
    let late = Task { await clock.run(until: .now + .seconds(600), Self.endless) }
    let early = await clock.run(until: .now + .milliseconds(20), Self.endless)
    #expect(early == (true, true))
    late.cancel()
    #expect(await late.value == (true, false))
  }

  @Test func `each of many is cancelled, however their deadlines follow each other`() async {
    let clock = DeadlineClock()
    var generator = SplitMix64(seed: 8)
    let delays = (0..<50).map { _ in Int.random(in: 0...100, using: &generator) }
    let done = await withTaskGroup(of: (Bool, Bool).self) { group in
      for delay in delays {
        group.addTask {
          await clock.run(until: .now + .milliseconds(delay), Self.endless)
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(done.count == 50)
    #expect(done.allSatisfy { $0 == (true, true) })
  }

  @Test func `it is done where it is asked to be done`() async {
    let executor = HTTPClient.direct().taskExecutor
    let done = await DeadlineClock().run(until: .now + .seconds(600), on: executor) {
      withUnsafeCurrentTask { $0?.unownedTaskExecutor } == executor.asUnownedTaskExecutor()
    }
    #expect(done == (true, false))
  }

  @Test func `what is cancelled from outside is not late`() async {
    let task = Task { await DeadlineClock().run(until: .now + .seconds(600), Self.endless) }
    task.cancel()
    #expect(await task.value == (true, false))
  }
}
