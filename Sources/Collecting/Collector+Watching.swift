import Kubernetes
import Rollouts
import Store

/// What a watch of the weights tells.
public enum WeightWatchEvent: Sendable {
  /// A state of the VirtualService was recorded.
  case recorded(CollectorSummary)
  /// Something that the user should know.
  case notice(String)
}

extension Collector {
  /// Watches the VirtualService and records each of its states as it is told, until the task is
  /// cancelled; does nothing where the source is no API server.
  ///
  /// A change that is told is known to the moment, even where the next one follows before the
  /// collector's next run.
  ///
  /// - Parameters:
  ///   - now: Tells the time.
  ///   - tell: Is told what happens.
  /// - Throws: A `CollectingError` that ends the watch.
  public func watchWeights(
    now: @Sendable () -> Timestamp, tell: @Sendable (WeightWatchEvent) -> Void
  ) async throws(CollectingError) {
    guard case .api(let client, let name) = virtualService else { return }
    do {
      for try await event in client.watch(namespace: name.namespace, name: name.name) {
        switch event {
        case .observed(let object, resourceVersion: _):
          tell(try await record(object, client, name, at: now()))
        case .deleted: tell(.notice("VirtualService \(name) does not exist"))
        case .interrupted(let reason):
          tell(.notice("changes of VirtualService \(name) may have been missed: \(reason)"))
        case .waiting(let reason): tell(.notice(reason))
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

  private func record(
    _ object: VirtualService, _ client: KubernetesClient, _ name: ObjectName,
    at moment: Timestamp
  ) async throws(CollectingError) -> WeightWatchEvent {
    do throws(CollectingError) {
      let reading = try await VirtualServiceSource.reading(
        object, client, name, routeName: settings.routeName)
      return .recorded(try await storeReading(reading, at: moment))
    } catch .route(let error) {
      return .notice(error.description)
    }
  }
}
