import Rollouts
import Testing

struct ObservationTests {
  @Test(
    arguments: [
      ("100", .informational), ("200", .success), ("299", .success), ("301", .redirection),
      ("404", .clientError), ("500", .serverError), ("599", .serverError),
    ] as [(String, ResponseClass)])
  func `a status code belongs to the class of its first digit`(
    code: String, expected: ResponseClass
  ) {
    #expect(ResponseClass(code: code) == expected)
  }

  @Test(arguments: ["0", "", "000", "099", "600", "20", "2000", "2xx", "20x", "-20", "é0", "２"])
  func `anything else is no response`(code: String) {
    #expect(ResponseClass(code: code) == .noResponse)
  }

  @Test func `requests are the sum over the status codes`() {
    let moment = Timestamp(secondsSince1970: 15)
    let observation = Observation(
      interval: Interval(start: Timestamp(secondsSince1970: 0), end: moment), version: "v1",
      reporter: .source, responses: ["200": 40, "503": 2],
      durations: Histogram([5: 30, .infinity: 12]))
    #expect(observation.requests == 42)
    #expect(observation.durations.requests == 42)
    #expect(Histogram().requests == 0)
  }

  @Test(
    arguments: [
      ("0", .success), ("1", .clientError), ("2", .serverError), ("3", .clientError),
      ("4", .serverError), ("5", .clientError), ("6", .clientError), ("7", .clientError),
      ("8", .clientError), ("9", .clientError), ("10", .clientError), ("11", .clientError),
      ("12", .serverError), ("13", .serverError), ("14", .serverError), ("15", .serverError),
      ("16", .clientError), ("17", .noResponse), ("", .noResponse), ("00", .noResponse),
      ("-1", .noResponse), ("OK", .noResponse),
    ] as [(String, ResponseClass)])
  func `a gRPC status belongs to the class of the HTTP status that it stands for`(
    status: String, expected: ResponseClass
  ) {
    #expect(ResponseClass(grpcStatus: status) == expected)
    #expect(ResponseStatus(code: "200", grpcStatus: status).responseClass == expected)
  }

  @Test func `without a gRPC status the status code decides`() {
    #expect(ResponseStatus(code: "503").responseClass == .serverError)
    #expect("404" as ResponseStatus == ResponseStatus(code: "404", grpcStatus: nil))
  }
}
