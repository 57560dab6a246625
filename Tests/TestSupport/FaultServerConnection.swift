import Foundation
import Glibc
import Synchronization

/// One connection of a fault server, on a thread of its own.
final class FaultServerConnection {
  private struct HungUp: Error {}

  /// POLLRDHUP, which Swift does not see without _GNU_SOURCE.
  private static let hungUpEvent: Int16 = 0x2000

  private let server: FaultServer
  private let socket: Int32
  private let number: Int
  private var buffer: [UInt8] = []
  private var isOpen = true

  init(server: FaultServer, socket: Int32, number: Int) {
    self.server = server
    self.socket = socket
    self.number = number
  }

  func serve() {
    do {
      while isOpen, let request = try readRequest() {
        for step in server.script(request) where isOpen { try run(step) }
      }
    } catch {
      server.state.withLock { $0.hangUpCount += 1 }
    }
    server.state.withLock { state in
      _ = state.openSockets.remove(socket)
      close(socket)
    }
  }

  private func run(_ step: FaultServer.Step) throws {
    switch step {
    case .send(let bytes):
      try send(bytes)
    case .sendEndlessly(let bytes):
      while true { try send(bytes) }
    case .wait(let duration):
      try waitForHangUp(milliseconds: Int32(duration / .milliseconds(1)))
    case .waitForHangUp:
      try waitForHangUp(milliseconds: -1)
    case .close:
      isOpen = false
    case .reset:
      var option = linger(l_onoff: 1, l_linger: 0)
      setsockopt(
        socket, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
      isOpen = false
    }
  }

  private func send(_ bytes: [UInt8]) throws {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { pointer in
        Glibc.send(
          socket, pointer.baseAddress?.advanced(by: sent), bytes.count - sent,
          Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw HungUp() }
      sent += count
      server.state.withLock { $0.sentByteCount += count }
    }
  }

  private func waitForHangUp(milliseconds: Int32) throws {
    var poll = pollfd(fd: socket, events: FaultServerConnection.hungUpEvent, revents: 0)
    guard Glibc.poll(&poll, 1, milliseconds) == 0 else { throw HungUp() }
  }

  // MARK: Reading

  /// The next request, or `nil` if the client closed the connection between two requests.
  private func readRequest() throws -> FaultServer.Request? {
    let end = Array("\r\n\r\n".utf8)
    while buffer.firstRange(of: end) == nil {
      guard try readMore() else { return nil }
    }
    guard let range = buffer.firstRange(of: end) else { return nil }
    let lines = String(decoding: buffer[..<range.lowerBound], as: UTF8.self)
      .components(separatedBy: "\r\n")
    buffer.removeSubrange(..<range.upperBound)
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      headers[parts[0].lowercased()] =
        parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
    }
    let words = lines[0].split(separator: " ").map(String.init)
    guard words.count == 3 else { return nil }
    let body = try readBody(byteCount: headers["content-length"].flatMap(Int.init) ?? 0)
    return server.state.withLock { state in
      let request = FaultServer.Request(
        number: state.requests.count, connection: number, method: words[0], target: words[1],
        headers: headers, body: body)
      state.requests.append(request)
      return request
    }
  }

  private func readBody(byteCount: Int) throws -> [UInt8] {
    while buffer.count < byteCount {
      guard try readMore() else { throw HungUp() }
    }
    defer { buffer.removeSubrange(..<byteCount) }
    return Array(buffer[..<byteCount])
  }

  private func readMore() throws -> Bool {
    var chunk = [UInt8](repeating: 0, count: 16 * 1024)
    let count = recv(socket, &chunk, chunk.count, 0)
    guard count >= 0 else { throw HungUp() }
    buffer += chunk[..<count]
    return count > 0
  }
}
