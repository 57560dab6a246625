import Foundation
import HTTP

/// Gives each request its client and its credentials, and keeps those that cost something to get.
actor CredentialStore {
  /// What one request is sent with.
  struct Access: Sendable {
    let http: HTTPClient
    let authorization: HTTPAuthorization?
    /// Which run of a plugin it comes from.
    fileprivate let run: Int
  }

  /// How long before its end a credential is no longer used: a request takes its time, and clocks
  /// differ.
  static let spareSeconds = 30.0

  private typealias PluginResult = Result<CredentialPlugin.Outcome, KubernetesError>

  private struct Cached {
    let access: Access
    let expiresAt: Date?
  }

  /// What no message repeats.
  nonisolated let inUse = CredentialsInUse()

  private let credentials: Credentials
  private let makeClient: @Sendable (ClientCertificate?) -> HTTPClient
  private let now: @Sendable () -> Date
  private var client: (http: HTTPClient, certificate: ClientCertificate?)?
  private var cached: Cached?
  private var runCount = 0
  private var running: Task<PluginResult, Never>?

  /// A store.
  ///
  /// - Parameters:
  ///   - credentials: Who asks.
  ///   - now: Tells the time, for credentials that expire.
  ///   - makeClient: Makes a client that shows the certificate of a plugin, if there is one.
  init(
    _ credentials: Credentials, now: @escaping @Sendable () -> Date,
    makeClient: @escaping @Sendable (ClientCertificate?) -> HTTPClient
  ) {
    self.credentials = credentials
    self.now = now
    self.makeClient = makeClient
  }

  /// What is tried, for messages.
  nonisolated var description: String { credentials.description }

  /// What to send the next request with.
  func access() async throws(KubernetesError) -> Access {
    switch credentials.method {
    case .none: return access(nil)
    case .token(let token): return access(.bearer(token))
    case .password(let user, let password): return access(.basic(user: user, password: password))
    case .tokenFile(let path): return access(.bearer(try token(in: path)))
    case .plugin(let plugin):
      if let cached, isUsable(cached) { return cached.access }
      return try await access(from: plugin)
    }
  }

  /// Something better than what the server just refused; `nil` if there is nothing else to try.
  func renewed(after refused: Access) async throws(KubernetesError) -> Access? {
    switch credentials.method {
    case .none, .token, .password: return nil
    case .tokenFile(let path):
      let access = access(.bearer(try token(in: path)))
      return access.authorization == refused.authorization ? nil : access
    case .plugin(let plugin):
      if let cached, cached.access.run != refused.run { return cached.access }
      cached = nil
      return try await access(from: plugin)
    }
  }

  private func access(
    _ authorization: HTTPAuthorization?, certificate: ClientCertificate? = nil
  ) -> Access {
    if let client, client.certificate == certificate {
      return Access(http: client.http, authorization: authorization, run: runCount)
    }
    let http = makeClient(certificate)
    client = (http, certificate)
    return Access(http: http, authorization: authorization, run: runCount)
  }

  private func isUsable(_ cached: Cached) -> Bool {
    guard let expiresAt = cached.expiresAt else { return true }
    return now().addingTimeInterval(Self.spareSeconds) < expiresAt
  }

  private func access(from plugin: CredentialPlugin) async throws(KubernetesError) -> Access {
    while true {
      let task = running ?? Task { [inUse] in await Self.result(of: plugin, inUse) }
      running = task
      let result = await withTaskCancellationHandler {
        await task.value
      } onCancel: {
        task.cancel()
      }
      // Whoever wakes up first takes the result for all that waited.
      if running == task {
        running = nil
        runCount += 1
        if case .success(let outcome) = result {
          let authorization = outcome.token.map { HTTPAuthorization.bearer($0) }
          cached = Cached(
            access: access(authorization, certificate: outcome.certificate),
            expiresAt: outcome.expiresAt)
        } else {
          cached = nil
        }
      }
      // Somebody else's cancellation is no reason for this request to fail.
      if case .failure = result, task.isCancelled, !Task.isCancelled { continue }
      _ = try result.get()
      guard let cached else { continue }
      return cached.access
    }
  }

  private static func result(
    of plugin: CredentialPlugin, _ inUse: CredentialsInUse
  ) async -> PluginResult {
    do throws(KubernetesError) {
      return .success(try await plugin.run(knowing: inUse.redaction))
    } catch {
      return .failure(error)
    }
  }

  private func token(in path: String) throws(KubernetesError) -> Secret {
    let text: String
    do {
      text = try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw .noCredentials(source: credentials.description, problem: "the file cannot be read")
    }
    let token = text.trimmingCharacters(in: .whitespacesAndNewlines)
    guard !token.isEmpty else {
      throw .noCredentials(source: credentials.description, problem: "the file is empty")
    }
    return Secret(token)
  }
}
