import Rollouts
import TestSupport
import Testing

@Suite struct ErrorsTests {
  let store: SampleStore

  init() throws {
    store = try SampleStore()
  }

  @Test func `requests are counted by response class, and those that failed as errors`() throws {
    try store.store(
      [0, 1], "v1",
      [
        "101": 1, "200": 50, "204": 10, "302": 3, "404": 7, "499": 2, "500": 4, "503": 5, "0": 6,
        "": 1, "2xx": 8, "600": 9,
      ])
    let rows = try store.rows(
      "errors", "version", "requests", "errors", "1xx", "2xx", "3xx", "4xx", "5xx", "noResponse",
      in: window(0, 30))
    #expect(
      rows == [
        [
          .text("v1"), .integer(212), .integer(66), .integer(2), .integer(120), .integer(6),
          .integer(18), .integer(18), .integer(48),
        ]
      ])
    #expect(
      try store.rows("errors", "error_rate", in: window(0, 30)) == [[.real(66.0 / 212.0)]])
  }

  @Test func `the classes are those of the domain, for every code`() throws {
    let codes =
      ["", "0", "00", "000", "099", "2xx", "20x", "x00", "2000", " 200", "-20", "é0"]
      + (95...605).map(String.init)
    try store.store(
      [0], "v1", Dictionary(uniqueKeysWithValues: codes.map { (ResponseStatus(code: $0), 1) }))
    let expected = Dictionary(grouping: codes, by: ResponseClass.init(code:))
    let row = try store.rows(
      "errors", "1xx", "2xx", "3xx", "4xx", "5xx", "noResponse", in: window(0, 15))
    #expect(
      row == [
        [
          ResponseClass.informational, .success, .redirection, .clientError, .serverError,
          .noResponse,
        ].map { .integer(Int64(expected[$0]?.count ?? 0)) }
      ])
    #expect(
      try store.rows("errors", "errors", in: window(0, 15))
        == [[.integer(Int64(codes.count { Self.isError($0) }))]])
  }

  /// What the policy of a target that states none counts as errors.
  private static func isError(_ code: String) -> Bool {
    Policy.standard.errorResponses.contains(ResponseStatus(code: code))
  }

  @Test(
    arguments: [
      .standard, ErrorResponses(classes: []), ErrorResponses(classes: [.clientError]),
      ErrorResponses(classes: [.serverError], codes: ["404", "200"]),
      ErrorResponses(classes: [], codes: ["0"], grpcStatuses: ["8"]),
      ErrorResponses(classes: [.clientError], grpcStatuses: ["8", "14", "0"]),
    ] as [ErrorResponses])
  func `errors are what a policy says, by class, code and gRPC status`(
    responses: ErrorResponses
  ) throws {
    let counts: [ResponseStatus: Int] = [
      "200": 1000, "404": 1, "429": 2, "500": 4, "503": 8, "0": 16,
      ResponseStatus(code: "200", grpcStatus: "0"): 32,
      ResponseStatus(code: "200", grpcStatus: "8"): 64,
      ResponseStatus(code: "200", grpcStatus: "14"): 128,
      ResponseStatus(code: "404", grpcStatus: "5"): 256,
    ]
    try store.store([0, 1], "v1", counts)
    let errors = 2 * counts.filter { responses.contains($0.key) }.values.reduce(0, +)
    let words = "[\(responses.words.map { "\"\($0)\"" }.joined(separator: ", "))]"
    #expect(
      try store.rows("errors", "errors", in: window(0, 30), errorResponses: words)
        == [[.integer(Int64(errors))]])
    #expect(
      try store.rows("requests_by_interval", "errors", in: window(0, 30), errorResponses: words)
        == [[.integer(Int64(errors / 2))], [.integer(Int64(errors / 2))]])
  }

  @Test func `a gRPC answer is classed by its gRPC status`() throws {
    try store.store(
      [0], "v1",
      [
        ResponseStatus(code: "200", grpcStatus: "0"): 10, "200": 1,
        ResponseStatus(code: "200", grpcStatus: "5"): 3,
        ResponseStatus(code: "200", grpcStatus: "14"): 2,
        ResponseStatus(code: "200", grpcStatus: "99"): 4,
      ])
    #expect(
      try store.rows("errors", "2xx", "4xx", "5xx", "noResponse", "errors", in: window(0, 15))
        == [[.integer(11), .integer(3), .integer(2), .integer(4), .integer(6)]])
  }

  @Test func `each version has a row, with when it was seen`() throws {
    try store.store([0, 1, 2, 3], "v1", ["200": 5])
    try store.store([4, 5], "v2", ["200": 1, "500": 1])
    #expect(
      try store.rows(
        "errors", "version", "requests", "errors", "first_seen_at", "last_seen_at",
        in: window(0, 90)) == [
          [.text("v1"), .integer(20), .integer(0), milliseconds(0), milliseconds(60)],
          [.text("v2"), .integer(4), .integer(2), milliseconds(60), milliseconds(90)],
        ])
  }

  @Test func `a window leaves out the intervals that it cuts`() throws {
    try store.store([0, 1, 2], "v1", ["200": 1])
    func requests(_ from: Double, _ to: Double) throws -> [[Table.Value]] {
      try store.rows("errors", "requests", in: window(from, to))
    }
    #expect(try requests(0, 45) == [[.integer(3)]])
    #expect(try requests(0.001, 45) == [[.integer(2)]])
    #expect(try requests(0, 44.999) == [[.integer(2)]])
    #expect(try requests(7, 37) == [[.integer(1)]])
    #expect(try requests(16, 44) == [])
  }

  @Test func `only the judged reporter counts, and only the target that was asked for`() throws {
    try store.store([0], "v1", ["200": 10], by: .destination)
    #expect(try store.rows("errors", "requests", in: window(0, 60)) == [[.integer(10)]])
    try store.store([1], "v1", ["200": 7], by: .source)
    try store.store([0], "v1", ["500": 99], of: "web")
    #expect(try store.rows("errors", "requests", in: window(0, 60)) == [[.integer(7)]])
    #expect(
      try store.rows("errors", "target", "errors", in: window(0, 60), of: "web")
        == [[.text("web"), .integer(99)]])
  }
}
