import Kubernetes
import Rollouts
import Store

/// What a watch of the weights tells.
public enum WeightWatchEvent: Sendable {
  /// A state of the VirtualService was recorded.
  case recorded(CollectorSummary)
  /// Something that the user should know.
  case notice(String)
  /// The weights are not watched until the watch begins again.
  case stopped(CollectingError, tryingAgainIn: Duration)
}

extension Collector {
  /// Watches the VirtualService and records each of its states as it is told, until the task is
  /// cancelled; does nothing where the source is no API server.
  ///
  /// A change that is told is known to the moment, even where the next one follows before the
  /// collector's next run. A state that cannot be recorded is tried again while those that follow
  /// wait, and a watch that ended begins again.
  ///
  /// - Parameters:
  ///   - settings: How the watch is kept up; its pauses also stand before what is tried again.
  ///   - now: Tells the time.
  ///   - tell: Is told what happens.
  public func watchWeights(
    settings: WatchSettings = WatchSettings(), now: @escaping @Sendable () -> Timestamp,
    tell: @escaping @Sendable (WeightWatchEvent) async -> Void
  ) async {
    guard case .api(let client, let name) = virtualService else { return }
    var watch = WeightWatch(
      collector: self, client: client, name: name, settings: settings, now: now, tell: tell)
    await watch.run()
  }
}

/// One watch of the weights, kept up until its task is cancelled.
private struct WeightWatch {
  /// How often a state is tried to be recorded, which takes about half a minute.
  ///
  /// After that the state is read anew: it may be another by then, and one that can be recorded.
  private static let recordingAttempts = 8

  let collector: Collector
  let client: KubernetesClient
  let name: ObjectName
  let settings: WatchSettings
  let now: @Sendable () -> Timestamp
  let tell: @Sendable (WeightWatchEvent) async -> Void
  /// How often the watch ended since it last recorded a state.
  private var failureCount = 0

  init(
    collector: Collector, client: KubernetesClient, name: ObjectName, settings: WatchSettings,
    now: @escaping @Sendable () -> Timestamp,
    tell: @escaping @Sendable (WeightWatchEvent) async -> Void
  ) {
    self.collector = collector
    self.client = client
    self.name = name
    self.settings = settings
    self.now = now
    self.tell = tell
  }

  mutating func run() async {
    while !Task.isCancelled {
      do throws(CollectingError) {
        try await follow()
      } catch {
        guard !Task.isCancelled else { return }
        failureCount += 1
        let pause = pause(afterFailure: failureCount)
        await tell(.stopped(error, tryingAgainIn: pause))
        await Self.wait(pause)
      }
    }
  }

  private mutating func follow() async throws(CollectingError) {
    do {
      for try await event in client.watch(
        namespace: name.namespace, name: name.name, settings: settings)
      {
        switch event {
        case .observed(let object, resourceVersion: _): try await record(object)
        case .deleted: await tell(.notice("VirtualService \(name) does not exist"))
        case .interrupted(let reason):
          await tell(.notice("changes of VirtualService \(name) may have been missed: \(reason)"))
        case .waiting(let reason): await tell(.notice(reason))
        }
      }
    } catch let error as CollectingError {
      throw error
    } catch let error as KubernetesError {
      throw .kubernetes(error)
    } catch {
      // Nothing but cancellation is left.
      return
    }
  }

  /// Records a state as it was at the moment when it was told, however long that takes.
  private mutating func record(_ object: VirtualService) async throws(CollectingError) {
    let moment = now()
    for attempt in 1... {
      do throws(CollectingError) {
        let reading = try await collector.route { judgedBefore async throws(CollectingError) in
          try await VirtualServiceSource.reading(
            object, client, name, routeName: collector.settings.routeName,
            judgedBefore: judgedBefore)
        }
        await tell(.recorded(try await collector.storeReading(reading, at: moment)))
        failureCount = 0
        return
      } catch .route(let error) {
        return await tell(.notice(error.description))
      } catch .store(.contradiction(let finding)) {
        return await tell(.notice(finding))
      } catch {
        guard attempt < Self.recordingAttempts, !Task.isCancelled else { throw error }
        let pause = pause(afterFailure: attempt)
        await tell(
          .notice(
            "a change of the weights is not recorded yet, trying again in \(pause.text): \(error)"))
        await Self.wait(pause)
      }
    }
  }

  /// Whole seconds, as they are told.
  private func pause(afterFailure failure: Int) -> Duration {
    .seconds(settings.pause(afterFailure: failure).seconds.rounded(.up))
  }

  private static func wait(_ pause: Duration) async {
    // Cancellation ends the pause, and the loops see it.
    _ = try? await Task.sleep(for: pause)
  }
}
