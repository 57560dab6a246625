/// A body in chunks of any size, for one reader, once.
///
/// The server has to wait while the reader does not keep up. The request's deadline holds for the
/// whole body, and so does its size limit.
public struct HTTPBodyStream: AsyncSequence, Sendable {
  /// Decoded bytes; never empty.
  public typealias Element = [UInt8]
  /// A body that is cut short ends with an error, never with `nil`.
  public typealias Failure = HTTPError

  let exchange: Exchange

  /// Reads the chunks.
  public struct Iterator: AsyncIteratorProtocol {
    let exchange: Exchange

    /// The next chunk, or `nil` at the end of a complete body.
    ///
    /// - Returns: Decoded bytes, at least one.
    /// - Throws: `HTTPError`, also where the body is cut short.
    public mutating func next() async throws(HTTPError) -> [UInt8]? {
      try await exchange.nextChunk()
    }

    /// The next chunk, or `nil` at the end of a complete body.
    ///
    /// - Parameter actor: Where the reader runs.
    /// - Returns: Decoded bytes, at least one.
    /// - Throws: `HTTPError`, also where the body is cut short.
    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(HTTPError) -> [UInt8]? {
      try await exchange.nextChunk()
    }
  }

  /// Begins to read, or goes on where an earlier iterator stopped.
  public func makeAsyncIterator() -> Iterator {
    Iterator(exchange: exchange)
  }
}
