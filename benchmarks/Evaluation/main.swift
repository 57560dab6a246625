// How long a gate takes to judge the longest rollout that it has to bear, from what was counted to
// the verdict: 24 hours of intervals of 15 s, four canaries beside a baseline, durations in 20
// buckets, the standard policy.

import Analysis
import Rollouts

#if canImport(Glibc)
  import Glibc
#endif

let intervalCount = 5_760
let runs = 25
let limitMilliseconds = 50.0

print(
  "the verdict on \(intervalCount) intervals, 4 canaries, 20 bounds, the standard policy: "
    + "least of \(runs) runs, load \(rounded(loadAverage()))")
var isWithinLimit = true
for workload in Workload.allCases {
  let whole = workload.material(intervalCount: intervalCount)
  let half = workload.material(intervalCount: intervalCount / 2)
  let calibration = calibrationMilliseconds(runs: runs)
  let all = cost(whole)
  isWithinLimit = isWithinLimit && all.wallMilliseconds <= limitMilliseconds
  print(
    """
      \(workload.rawValue): \(whole.judgement.verdict) in \(rounded(all.wallMilliseconds)) ms (at \
    most \(Int(limitMilliseconds))), \(rounded(all.processorMilliseconds)) ms of processors, \
    \(rounded(all.processorMilliseconds / calibration)) times a million exponentials \
    (\(rounded(calibration)) ms)
        half as many intervals \(text(cost(half)))
    """)
  for check in whole.policy.checks {
    print("    \(check.name) alone \(text(cost(whole, checks: [check])))")
  }
}
guard isWithinLimit else {
  print("above the limit")
  exit(1)
}

/// What a verdict takes by the standard policy, or by some of its checks.
func cost(_ material: DecisionMaterial, checks: [PolicyCheck] = PolicyCheck.standard) -> Cost {
  var material = material
  material.policy.checks = checks
  return leastCost(runs: runs) { !material.judgement.checks.isEmpty }
}

func text(_ cost: Cost) -> String {
  "\(rounded(cost.wallMilliseconds)) ms, \(rounded(cost.processorMilliseconds)) of processors"
}

func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }
