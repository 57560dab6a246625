import Foundation
import TestSupport
import Testing

@testable import HTTP

/// The thread on which answers arrive runs the tasks that prefer it.
struct TaskExecutorTests {
  private static func thread() -> pthread_t { pthread_self() }

  @Test func `tasks that prefer the thread are on it before and after an answer`() async throws {
    try await withFaultServer { _ in
      [.respond(text: "done")]
    } _: { server in
      let client = HTTPClient.direct()
      let tasks = (0..<20).map { _ in
        Task(executorPreference: client.taskExecutor) {
          let before = Self.thread()
          let response = try await client.send(HTTPRequest(url: server.url))
          #expect(response.text == "done")
          return [before, Self.thread()]
        }
      }
      var threads: Set<pthread_t> = []
      for task in tasks { threads.formUnion(try await task.value) }
      #expect(threads.count == 1)
    }
  }

  @Test func `answers arrive while tasks never come to an end`() async throws {
    try await withFaultServer { _ in
      [.respond(text: "done")]
    } _: { server in
      let client = HTTPClient.direct()
      let busy = Task(executorPreference: client.taskExecutor) {
        while !Task.isCancelled { await Task.yield() }
      }
      let asking = Task(executorPreference: client.taskExecutor) {
        for _ in 0..<3 {
          let response = try await client.send(HTTPRequest(url: server.url))
          #expect(response.text == "done")
        }
      }
      try await asking.value
      busy.cancel()
      await busy.value
    }
  }

  @Test func `many tasks all come to their end, however they wake each other`() async {
    let client = HTTPClient.direct()
    let sum = await withTaskExecutorPreference(client.taskExecutor) {
      await withTaskGroup(of: Int.self) { group in
        for number in 0..<500 {
          group.addTask {
            await Task.yield()
            return await Task(executorPreference: globalConcurrentExecutor) { number }.value
          }
        }
        return await group.reduce(0, +)
      }
    }
    #expect(sum == 499 * 500 / 2)
    withExtendedLifetime(client) {}
  }

  @Test func `a task that outlives the client goes on`() async {
    var client: HTTPClient? = .direct()
    let (steps, step) = AsyncStream.makeStream(of: Void.self)
    let (begins, begin) = AsyncStream.makeStream(of: Void.self)
    let task = Task(executorPreference: client?.taskExecutor) {
      begin.finish()
      return await steps.reduce(0) { count, _ in count + 1 }
    }
    for await _ in begins {}
    client = nil
    step.yield()
    step.finish()
    #expect(await task.value == 1)
  }
}
