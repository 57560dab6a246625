import Analysis
import ArgumentParser
import Configuration
import Reporting
import Rollouts
import Store

extension Analyze {
  /// Says how long a rollout needs at which weight.
  struct Plan: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Say how long it takes at which weight until the gate can decide.",
      discussion: """
        From the traffic in the database, or given as options: about how long until a canary that \
        is as good as the baseline is promoted, and until one whose error rate has risen is \
        blocked. The figures are expectations, not promises: twice what any valid test needs at \
        least, for the effect is not known beforehand, and a guard against dependence takes its part.
        """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var window: WindowOptions
    @OptionGroup var output: OutputOptions

    @Option(
      help: ArgumentHelp(
        "Requests of all versions by the second. (default: as in the database)",
        valueName: "number"))
    var requestsPerSecond: Double?

    @Option(
      help: ArgumentHelp(
        "The normal share of errors, a fraction of 1. (default: as in the database)",
        valueName: "fraction"))
    var errorRate: Double?

    @Option(
      help: ArgumentHelp(
        "The rise that is to be seen: the canary's error rate by the normal one.",
        valueName: "factor"))
    var rise = 2.0

    @Option(
      help: ArgumentHelp(
        "The canary's weights to compare, in percent, with commas.", valueName: "list"))
    var weights = "1,5,10,25,50"

    private var shares: [Double] {
      weights.split(separator: ",", omittingEmptySubsequences: false).map {
        (Double($0) ?? .nan) / 100
      }
    }

    func validate() throws {
      guard shares.allSatisfy({ $0 > 0 && $0 < 1 }) else {
        throw ValidationError(
          "--weights is \"\(weights)\"; write percentages between 0 and 100 with commas, such as "
            + "1,5,10,50")
      }
      guard rise > 0, rise.isFinite else {
        throw ValidationError("--rise is \(rise); write a factor such as 2")
      }
      if let requestsPerSecond, !(requestsPerSecond > 0 && requestsPerSecond.isFinite) {
        throw ValidationError(
          "--requests-per-second is \(requestsPerSecond); write a number above 0")
      }
      if let errorRate, !(errorRate >= 0 && errorRate <= 1) {
        throw ValidationError("--error-rate is \(errorRate); write a fraction from 0 to 1")
      }
    }

    func run() async throws {
      let file = try common.configuration()
      let policy: Policy
      var basis: PlanBasis
      if let requestsPerSecond, let errorRate {
        policy = common.policy(for: common.targetName ?? "", file)
        basis = PlanBasis(requestsPerSecond: requestsPerSecond, errorRate: errorRate)
      } else {
        (policy, basis) = try fromHistory(file)
        basis.requestsPerSecond = requestsPerSecond ?? basis.requestsPerSecond
        basis.errorRate = errorRate ?? basis.errorRate
      }
      let rows = Planning.rows(canaryShares: shares, rise: rise, basis: basis, policy: policy)
      let table = PlanTable(
        rows: rows, basis: basis, rise: rise,
        toleratedErrorRate: Planning.toleratedErrorRate(basis: basis, policy: policy))
      let text =
        switch output.format {
        case .text: table.text
        case .json: table.json.text(indented: true) + "\n"
        }
      try Output.write(text, to: output.output)
    }

    private func fromHistory(
      _ file: ConfigurationFile
    ) throws(CommandFailure) -> (Policy, PlanBasis) {
      let window = try window.window(now: common.presentTime)
      let name = common.targetName
      let found: (policy: Policy, basis: PlanBasis?, target: String)
      let path = try common.databasePath(file)
      do {
        let database = try Database(path: path, mode: .readOnly)
        found = try database.read(to: "plan") { reader in
          let loaded = try LoadedTarget(
            reader, targetName: name, policy: { common.policy(for: $0, file) }, asOf: window.to)
          return (
            loaded.policy, try loaded.planBasis(reader, in: window), loaded.target.name
          )
        }
      } catch {
        throw CommandFailure(error)
      }
      guard let basis = found.basis else {
        throw CommandFailure(
          .failure,
          "cannot plan for \(found.target): no request was counted from \(window.from.rfc3339) to "
            + "\(window.to.rfc3339); name another time with --since, or give "
            + "--requests-per-second and --error-rate")
      }
      return (found.policy, basis)
    }
  }
}

extension LoadedTarget {
  /// The traffic of a stretch of time; a canary under suspicion is no measure of what is normal.
  func planBasis(_ reader: Reader, in window: TimeWindow) throws -> PlanBasis? {
    guard let reporter = policy.reporter else { return nil }
    let observations = try reader.observations(of: id, by: reporter, in: window)
    let canaries = Set(rollouts.last.map { $0.state == .running ? $0.canaries : [] } ?? [])
    let normal = observations.filter { !canaries.contains($0.version) }
    let seconds = try reader.intervals(of: id, in: window).reduce(0) {
      $0 + ($1.end - $1.start).seconds
    }
    let bounds = try reader.durationBounds(of: id, by: reporter)
    let version = normal.last?.version ?? ""
    guard
      var basis = PlanBasis(
        normal, seconds: seconds, bounds: bounds[version] ?? [], policy: policy)
    else { return nil }
    basis.requestsPerSecond =
      Double(observations.reduce(0) { $0 + $1.requests }) / max(seconds, 1)
    basis.dispersion =
      try reader.calibrations(of: id, asOf: window.to).map(\.dispersion).max() ?? 1
    return basis
  }
}
