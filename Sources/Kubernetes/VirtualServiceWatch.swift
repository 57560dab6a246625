import Foundation
import HTTP

/// The events of one VirtualService, without end: connections that break are made anew.
///
/// It ends when its task is cancelled, and with an error where trying again cannot help.
public struct VirtualServiceWatch: AsyncSequence, Sendable {
  /// One event.
  public typealias Element = VirtualServiceEvent
  /// Where trying again cannot help.
  public typealias Failure = KubernetesError

  let session: KubernetesSession
  let namespace: String
  let name: String
  let settings: WatchSettings

  /// Begins with a list.
  public func makeAsyncIterator() -> Iterator {
    Iterator(watch: self)
  }

  var subject: String { "VirtualService \(namespace)/\(name)" }

  /// Goes through the events.
  public struct Iterator: AsyncIteratorProtocol {
    private enum Phase {
      case list
      case connect(version: String)
      case read(HTTPBodyStream.Iterator, version: String)
      case ended
    }

    /// From which length on a connection counts as one that worked.
    private static let steadyConnection = Duration.seconds(10)

    private let watch: VirtualServiceWatch
    private var phase = Phase.list
    private var pending: [VirtualServiceEvent] = []
    private var lines: LineSplitter
    private var resourceVersion = ""
    private var failureCount = 0
    private var pause: Duration?
    private var isWaiting = false
    private var connectedAt = ContinuousClock.now

    init(watch: VirtualServiceWatch) {
      self.watch = watch
      lines = LineSplitter(maximumLineBytes: watch.settings.maximumLineBytes)
    }

    /// The next event.
    ///
    /// - Returns: An event, or `nil` after the task was cancelled or an error was thrown.
    /// - Throws: A `KubernetesError` where trying again cannot help.
    public mutating func next() async throws(KubernetesError) -> VirtualServiceEvent? {
      try await next(isolation: nil)
    }

    /// The next event.
    ///
    /// - Parameter actor: Where the reader runs.
    /// - Returns: An event, or `nil` after the task was cancelled or an error was thrown.
    /// - Throws: A `KubernetesError` where trying again cannot help.
    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(KubernetesError) -> VirtualServiceEvent? {
      while true {
        if Task.isCancelled { phase = .ended }
        if case .ended = phase { return nil }
        if !pending.isEmpty { return pending.removeFirst() }
        if let pause {
          self.pause = nil
          // Cancellation ends the pause, and the loop sees it.
          _ = try? await Task.sleep(for: pause)
          continue
        }
        do throws(WatchFailure) {
          try await proceed()
        } catch {
          try handle(error)
        }
      }
    }

    private nonisolated(nonsending) mutating func proceed() async throws(WatchFailure) {
      switch phase {
      case .list: try await list()
      case .connect(let version): try await connect(version: version)
      case .read(let body, let version): try await read(body, version: version)
      case .ended: break
      }
    }

    // MARK: Steps

    private nonisolated(nonsending) mutating func list() async throws(WatchFailure) {
      let (list, version) = try await watch.list()
      isWaiting = false
      resourceVersion = list.metadata.resourceVersion
      phase = .connect(version: version)
      let object = list.items.first { $0.metadata.name == watch.name }
      guard let object else { return pending.append(.deleted) }
      pending.append(
        .observed(object, resourceVersion: object.metadata.resourceVersion ?? resourceVersion))
    }

    private nonisolated(nonsending) mutating func connect(version: String)
      async throws(WatchFailure)
    {
      let body = try await watch.stream(version: version, resourceVersion: resourceVersion)
      isWaiting = false
      connectedAt = .now
      lines = LineSplitter(maximumLineBytes: watch.settings.maximumLineBytes)
      phase = .read(body.makeAsyncIterator(), version: version)
    }

    private nonisolated(nonsending) mutating func read(
      _ body: HTTPBodyStream.Iterator, version: String
    ) async throws(WatchFailure) {
      var body = body
      let chunk: [UInt8]?
      do throws(HTTPError) {
        chunk = try await body.next(isolation: #isolation)
      } catch {
        throw .cut(version: version)
      }
      guard let chunk else { throw .cut(version: version) }
      lines.append(chunk)
      do {
        while let line = try lines.next() { try take(WatchLine(line)) }
      } catch let failure as WatchFailure {
        throw failure
      } catch is LineSplitter.TooLong {
        throw .expired(
          reason: "an event is larger than \(watch.settings.maximumLineBytes) bytes")
      } catch {
        throw .expired(reason: "an event cannot be read")
      }
      phase = .read(body, version: version)
    }

    private mutating func take(_ line: WatchLine) throws(WatchFailure) {
      switch line {
      case .error(410, let message):
        throw .expired(reason: said(message))
      case .error(let code, let message):
        throw .refused(reason: "the server answered \(code) (\(said(message)))", retryAfter: nil)
      case .bookmark(let version):
        resourceVersion = version
      case .changed(let object, let version):
        resourceVersion = version
        // A server that does not know the selector sends all objects of the namespace.
        if object.metadata.name == watch.name {
          pending.append(.observed(object, resourceVersion: version))
        }
      case .deleted(let name, let version):
        resourceVersion = version
        if name == watch.name { pending.append(.deleted) }
      }
      failureCount = 0
    }

    private func said(_ message: String) -> String {
      watch.session.redaction.redacting(message).onOneLine
    }

    // MARK: Failures

    private mutating func handle(_ failure: WatchFailure) throws(KubernetesError) {
      var retryAfter: Duration?
      switch failure {
      case .fatal(let error):
        phase = .ended
        guard !Task.isCancelled else { return }
        throw error
      case .cut(let version):
        if ContinuousClock.now - connectedAt > Self.steadyConnection { failureCount = 0 }
        phase = .connect(version: version)
      case .expired(let reason):
        pending.append(.interrupted(reason: reason))
        phase = .list
      case .refused(let reason, let delay):
        retryAfter = delay
        if case .read(_, let version) = phase { phase = .connect(version: version) }
        if !isWaiting { pending.append(.waiting(reason: reason)) }
        isWaiting = true
      }
      failureCount += 1
      pause = watch.settings.backoff.delay(afterAttempt: failureCount, retryAfter: retryAfter)
    }
  }
}

/// What a watch does about what went wrong.
enum WatchFailure: Error {
  /// Nothing helps.
  case fatal(KubernetesError)
  /// The connection ended; nothing is lost.
  case cut(version: String)
  /// The server does not know any longer what happened since.
  case expired(reason: String)
  /// The server cannot answer for now.
  case refused(reason: String, retryAfter: Duration?)
}
