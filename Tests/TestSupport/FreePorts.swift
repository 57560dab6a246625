import Foundation
import Synchronization

extension ServerProcess {
  /// Below those from which Linux takes ports for outgoing connections, and for servers that ask for
  /// any: one of these could be gone before the server that it is meant for listens.
  private static let portRange: ClosedRange<UInt16> = 20_000...32_000
  private static let nextPort = Mutex(UInt16.random(in: portRange))

  /// Ports of the loopback address on which nothing listens; none is named twice.
  ///
  /// - Parameter count: How many.
  /// - Returns: That many different ports.
  /// - Throws: `ServerProcessError.noFreePort` if there are none.
  public static func freePorts(_ count: Int) throws -> [UInt16] {
    try nextPort.withLock { next in
      var ports: [UInt16] = []
      for _ in portRange where ports.count < count {
        if isFree(next) { ports.append(next) }
        next = next == portRange.upperBound ? portRange.lowerBound : next + 1
      }
      guard ports.count == count else { throw ServerProcessError.noFreePort(errno: errno) }
      return ports
    }
  }

  private static func isFree(_ port: UInt16) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    // As servers do: a port whose last connections are only just closed can be listened on.
    var yes: Int32 = 1
    setsockopt(
      descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
    address.sin_port = port.bigEndian
    return withUnsafeBytes(of: &address) { bytes in
      guard let pointer = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else {
        return false
      }
      return bind(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
    }
  }
}
