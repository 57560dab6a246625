import Foundation
import HTTP

/// One line of a watch.
///
/// Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
enum WatchLine: Decodable {
  case changed(VirtualService, resourceVersion: String)
  case deleted(name: String, resourceVersion: String)
  case bookmark(resourceVersion: String)
  /// The message is as it came, with all that the server may repeat.
  case error(code: Int, message: String)

  private enum CodingKeys: String, CodingKey {
    case type, object
  }

  /// An object of which only that is wanted which all kinds have.
  private struct Versioned: Decodable {
    struct Metadata: Decodable {
      let name: String?
      let resourceVersion: String
    }

    let metadata: Metadata
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let type = try container.decode(String.self, forKey: .type)
    if type == "ERROR" {
      let status = try container.decode(StatusAnswer.self, forKey: .object)
      self = .error(
        code: status.code ?? 0,
        message: status.message ?? status.reason ?? "no reason given")
      return
    }
    let metadata = try container.decode(Versioned.self, forKey: .object).metadata
    switch type {
    case "ADDED", "MODIFIED":
      self = .changed(
        try container.decode(VirtualService.self, forKey: .object),
        resourceVersion: metadata.resourceVersion)
    case "DELETED":
      self = .deleted(name: metadata.name ?? "", resourceVersion: metadata.resourceVersion)
    case "BOOKMARK":
      self = .bookmark(resourceVersion: metadata.resourceVersion)
    default:
      throw DecodingError.dataCorruptedError(
        forKey: .type, in: container, debugDescription: "unknown type of event")
    }
  }

  /// Reads one line.
  ///
  /// - Parameter line: JSON without its line end.
  /// - Throws: A `DecodingError` if it is no event.
  init(_ line: [UInt8]) throws {
    self = try JSONDecoder().decode(WatchLine.self, from: Data(line))
  }
}
