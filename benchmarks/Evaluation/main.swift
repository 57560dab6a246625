// How long it takes to weigh the evidence of the longest rollout that the gate has to bear: 24 hours
// of intervals of 15 s, four canaries beside a baseline, errors, latency at 20 bounds and a limit.
import Simulation
import Statistics

let intervalCount = 5_760
let runs = 7
let limitMilliseconds = 50.0

print(
  "evidence of \(intervalCount) intervals, 4 canaries, errors + latency at 20 bounds + a limit, "
    + "median of \(runs) runs")
var isWithinLimit = true
for workload in Workload.allCases {
  let whole = Rollout(workload, intervalCount: intervalCount)
  let half = Rollout(workload, intervalCount: intervalCount / 2)
  let milliseconds = median(runs) { whole.evaluate() }
  let ratio = milliseconds / median(runs) { half.evaluate() }
  isWithinLimit = isWithinLimit && milliseconds <= limitMilliseconds
  print(
    "  \(workload.rawValue): \(rounded(milliseconds)) ms (at most \(Int(limitMilliseconds))), "
      + "\(rounded(ratio)) times half as many intervals; with running values "
      + "\(rounded(median(runs) { whole.running() })) ms")
  print(
    "    of these errors \(rounded(median(runs) { whole.evaluateErrors() })) ms, latency "
      + "\(rounded(median(runs) { whole.evaluateLatency() })) ms; a strict gate on errors "
      + "\(rounded(median(runs) { whole.evaluateStrictly() })) ms")
}
if !isWithinLimit { print("above the limit") }

func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }

func median(_ runs: Int, _ work: () -> Double) -> Double {
  let clock = ContinuousClock()
  let times = (0..<runs).map { _ in
    var result = 0.0
    let elapsed = clock.measure { result = work() }
    // A result that is looked at cannot be left out.
    precondition(!result.isNaN)
    return elapsed / .milliseconds(1)
  }
  return times.sorted()[runs / 2]
}
