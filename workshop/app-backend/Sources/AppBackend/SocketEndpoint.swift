import FlyingSocks
import Foundation

/// An IP address and a port to listen on.
struct SocketEndpoint: CustomStringConvertible {
  let address: String
  let port: UInt16
  let socketAddress: any SocketAddress

  /// Creates the endpoint, or nothing where the address is no IPv4 or IPv6 literal.
  init?(address: String, port: UInt16) {
    self.address = address
    self.port = port
    if let version4 = try? sockaddr_in.inet(ip4: address, port: port) {
      socketAddress = version4
    } else if let version6 = try? sockaddr_in6.inet6(ip6: address, port: port) {
      socketAddress = version6
    } else {
      return nil
    }
  }

  var description: String {
    address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)"
  }
}
