import Foundation
import HTTP
import Kubernetes
import Synchronization
import TestSupport

/// What a server does for the lists and the watches that it is asked for, one after the other; the
/// last of each again and again.
final class WatchScript: Sendable {
  private let lists: [[FaultServer.Step]]
  private let watches: [[FaultServer.Step]]
  private let counts = Mutex((lists: 0, watches: 0))

  init(lists: [[FaultServer.Step]], watches: [[FaultServer.Step]]) {
    self.lists = lists
    self.watches = watches
  }

  var script: FaultServer.Script {
    { [self] request in
      let isWatch = request.target.contains("watch=true")
      let number = counts.withLock { counts in
        defer {
          if isWatch { counts.watches += 1 } else { counts.lists += 1 }
        }
        return isWatch ? counts.watches : counts.lists
      }
      let answers = isWatch ? watches : lists
      return answers[min(number, answers.count - 1)]
    }
  }
}

extension [FaultServer.Step] {
  /// A recorded watch, in chunks of a given size, that then stays open.
  static func watch(_ name: String, chunkByteCount: Int = .max) throws -> [FaultServer.Step] {
    let body = try Recording(name).body
    let chunks = stride(from: 0, to: body.count, by: Swift.min(chunkByteCount, body.count)).map {
      Array<UInt8>(body[$0..<Swift.min(body.count, $0 + Swift.min(chunkByteCount, body.count))])
    }
    return [.startChunked()] + chunks.map { .chunk($0) }
  }

  /// Lines of a watch that then stays open.
  static func watch(lines: String...) -> [FaultServer.Step] {
    [.startChunked(), .chunk(Array<UInt8>((lines.joined(separator: "\n") + "\n").utf8))]
  }

  /// A list that is empty at a resource version.
  static func emptyList(_ resourceVersion: String) -> [FaultServer.Step] {
    [.respond(text: #"{"items":[],"metadata":{"resourceVersion":"\#(resourceVersion)"}}"#)]
  }
}

/// An event in a few characters, for comparison.
func summary(_ event: VirtualServiceEvent) -> String {
  switch event {
  case .observed(let object, let version):
    let weights = object.spec.http?.first?.route?.map { "\($0.weight ?? 0)" } ?? []
    return "\(weights.joined(separator: "/")) at \(version)"
  case .deleted: return "deleted"
  case .interrupted(let reason): return "interrupted: \(reason)"
  case .waiting(let reason): return "waiting: \(reason)"
  }
}

extension VirtualServiceWatch {
  /// The first events, in a few characters each.
  func first(_ count: Int) async throws -> [String] {
    var summaries: [String] = []
    for try await event in self {
      summaries.append(summary(event))
      if summaries.count == count { break }
    }
    return summaries
  }
}

extension FaultServer {
  /// The resource versions from which watches began.
  var watchedFrom: [String] {
    requests.compactMap { request in
      request.target.firstMatch(of: /watch=true.*&resourceVersion=([^&]*)/).map { String($0.1) }
    }
  }
}
