import Rollouts
import Testing

@Suite struct ErrorResponsesTests {
  private func isError(_ status: ResponseStatus, _ responses: ErrorResponses = .standard) -> Bool {
    responses.contains(status)
  }

  @Test func `errors are the server's, and requests without a response, where nothing is said`() {
    #expect(["500", "503", "599", "0"].allSatisfy { isError(ResponseStatus(code: $0)) })
    #expect(["101", "200", "302", "404", "429"].allSatisfy { !isError(ResponseStatus(code: $0)) })
  }

  @Test func `an answer of gRPC is judged by its gRPC status`() {
    func answer(_ status: String) -> ResponseStatus {
      ResponseStatus(code: "200", grpcStatus: status)
    }
    #expect(["2", "4", "12", "13", "14", "15"].allSatisfy { isError(answer($0)) })
    #expect(["0", "1", "5", "8", "16"].allSatisfy { !isError(answer($0)) })
    let exhausted = ErrorResponses(classes: [], codes: ["200"], grpcStatuses: ["8"])
    #expect(isError(answer("8"), exhausted) && !isError(answer("0"), exhausted))
  }

  @Test func `one code can be an error without its class`() {
    let throttled = ErrorResponses(classes: [.serverError], codes: ["429"])
    #expect(isError("429", throttled) && isError("500", throttled))
    #expect(!isError("404", throttled) && !isError("0", throttled))
  }
}

@Suite struct BlockShareTests {
  private func check(
    _ demand: PolicyCheck.Demand, _ requirement: PolicyCheck.Requirement = .required
  ) -> PolicyCheck {
    PolicyCheck(name: "a", demand: demand, requirement: requirement)
  }

  @Test func `the shares of checks that can block add up to one`() {
    let errors = check(.errors(.errors))
    let limit = check(.limit(.errorRate(0.01)))
    let split = check(.trafficSplit(oddsTolerance: 0.05))
    let shown = check(.errors(.errors), .informative)
    for checks in [[errors], [errors, limit, limit, split], [limit, shown]] {
      let shares = Policy.blockShares(of: checks)
      #expect(abs(shares.reduce(0, +) - 1) < 1e-12)
      #expect(shares.count == checks.count)
    }
    #expect(Policy.blockShares(of: [split, shown]) == [0, 0])
    #expect(Policy.blockShares(of: []) == [])
  }
}
