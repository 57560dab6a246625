/// Which side of a connection counted: the caller's proxy or the service's own.
public enum Reporter: String, Hashable, Sendable, CaseIterable {
  /// The caller's proxy: sees failures that never reach the server.
  case source
  /// The service's proxy: sees mirrored traffic and callers without a proxy of their own.
  case destination
}

/// The first digit of an HTTP status code, or that there was none.
public enum ResponseClass: String, Hashable, Sendable, CaseIterable {
  /// 1xx
  case informational = "1xx"
  /// 2xx
  case success = "2xx"
  /// 3xx
  case redirection = "3xx"
  /// 4xx
  case clientError = "4xx"
  /// 5xx
  case serverError = "5xx"
  /// The connection ended before there was a response; proxies count it as code 0.
  case noResponse

  /// The class of a status code as a proxy labels it.
  public init(code: String) {
    let isStatusCode =
      code.utf8.count == 3
      && code.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    self =
      isStatusCode ? ResponseClass(rawValue: "\(code.prefix(1))xx") ?? .noResponse : .noResponse
  }

  /// The class of the HTTP status that a gRPC status stands for, as a number in decimal.
  ///
  /// Source: https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto
  public init(grpcStatus: String) {
    self =
      switch grpcStatus {
      case "0": .success
      case "1", "3", "5", "6", "7", "8", "9", "10", "11", "16": .clientError
      case "2", "4", "12", "13", "14", "15": .serverError
      default: .noResponse
      }
  }
}

/// How a request was answered.
public struct ResponseStatus: Hashable, Sendable {
  /// The HTTP status code as a proxy labels it; `0` where there was no response.
  public let code: String
  /// The gRPC status as a number in decimal; `nil` of other answers.
  public let grpcStatus: String?

  /// An answer with an HTTP status code and, if it is one of gRPC, its status.
  public init(code: String, grpcStatus: String? = nil) {
    self.code = code
    self.grpcStatus = grpcStatus
  }

  /// Its class; that of gRPC is decided by the gRPC status.
  public var responseClass: ResponseClass {
    grpcStatus.map(ResponseClass.init(grpcStatus:)) ?? ResponseClass(code: code)
  }
}

extension ResponseStatus: ExpressibleByStringLiteral {
  /// An answer with an HTTP status code.
  public init(stringLiteral code: String) {
    self.init(code: code)
  }
}

/// What was counted in one interval for one version by one reporter.
public struct Observation: Hashable, Sendable {
  /// The slot.
  public let interval: Interval
  /// The version that answered.
  public let version: String
  /// Who counted.
  public let reporter: Reporter
  /// Requests by how they were answered; zero counts are left out.
  public let responses: [ResponseStatus: Int]
  /// Requests by duration.
  public let durations: Histogram

  /// What was counted in one interval.
  public init(
    interval: Interval, version: String, reporter: Reporter, responses: [ResponseStatus: Int],
    durations: Histogram
  ) {
    self.interval = interval
    self.version = version
    self.reporter = reporter
    self.responses = responses
    self.durations = durations
  }

  /// All requests.
  public var requests: Int { responses.values.reduce(0, +) }
}

/// Counts by duration: buckets side by side, not cumulative.
public struct Histogram: Hashable, Sendable {
  /// Requests that took at most this long, in milliseconds, and longer than the next lower bound.
  ///
  /// The last bound may be infinite. Zero counts are left out.
  public let countsByUpperBoundMilliseconds: [Double: Int]

  /// Counts by upper bound in milliseconds.
  public init(_ countsByUpperBoundMilliseconds: [Double: Int] = [:]) {
    self.countsByUpperBoundMilliseconds = countsByUpperBoundMilliseconds
  }

  /// All requests whose duration was counted.
  public var requests: Int { countsByUpperBoundMilliseconds.values.reduce(0, +) }
}
