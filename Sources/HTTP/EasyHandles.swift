internal import CCurl

/// Handles of libcurl that are used again and again, for the driver's thread only.
///
/// To make one and to end it costs a fair part of what a short request does.
final class EasyHandles {
  /// What is kept of those that many requests at a time have needed.
  private static let maximumFreeHandles = 32

  private var free: [UnsafeMutableRawPointer] = []

  deinit {
    for handle in free { curl_easy_cleanup(handle) }
  }

  /// A handle without settings.
  func take() -> UnsafeMutableRawPointer {
    if let handle = free.popLast() { return handle }
    guard let handle = curl_easy_init() else { preconditionFailure("libcurl is out of memory") }
    return handle
  }

  /// Takes a handle that is no longer used; it forgets its settings.
  func putBack(_ handle: UnsafeMutableRawPointer) {
    guard free.count < Self.maximumFreeHandles else { return curl_easy_cleanup(handle) }
    curl_easy_reset(handle)
    free.append(handle)
  }
}
