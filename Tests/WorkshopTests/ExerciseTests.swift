import Foundation
import TestSupport
import Testing

/// The exercise of `workshop/README.md`, so that its text cannot rot.
@Suite struct ExerciseTests {
  @Test func `every command of the exercise does what the text says`() async throws {
    let exercise = try Exercise()
    #expect(exercise.steps.count == 13)
    let demo = try await ExerciseDemo.start()
    defer { demo.stop() }
    for step in exercise.steps {
      try await run(step, in: demo)
    }
  }

  private func run(_ step: Exercise.Step, in demo: ExerciseDemo) async throws {
    guard !step.runsInBackground else { return try demo.runInBackground(step.command) }
    var outcome = try await demo.run(step.command)
    if step.isStatistical, outcome.status == 1 {
      // A split that is right is called wrong one time in a thousand, but not twice.
      outcome = try await demo.run(step.command)
    }
    try #require(outcome.status == step.status, "\(step): \(outcome.output)\(outcome.errors)")
    let missing = step.missing(in: outcome.output)
    #expect(missing == [], "\(step): \(outcome.output)\(outcome.errors)")
  }
}
