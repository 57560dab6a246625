// How long it takes to weigh the evidence of the longest rollout that the gate has to bear: 24 hours
// of intervals of 15 s, four canaries beside a baseline, errors, latency at 20 bounds and a limit.
#if canImport(Glibc)
  import Glibc
#endif

let intervalCount = 5_760
let runs = 15
let limitMilliseconds = 50.0

print(
  "evidence of \(intervalCount) intervals, 4 canaries, errors + latency at 20 bounds + a limit: "
    + "least processor time of \(runs) runs, load \(rounded(loadAverage()))")
let calibration = calibrationMilliseconds(runs: runs)
print("  a million exponentials: \(rounded(calibration)) ms")
var isWithinLimit = true
for workload in Workload.allCases {
  let whole = Rollout(workload, intervalCount: intervalCount)
  let half = Rollout(workload, intervalCount: intervalCount / 2)
  func time(_ work: () -> Double) -> Double { leastMilliseconds(runs: runs, work) }
  let milliseconds = time(whole.evaluate)
  isWithinLimit = isWithinLimit && milliseconds <= limitMilliseconds
  print(
    """
      \(workload.rawValue): \(rounded(milliseconds)) ms (at most \(Int(limitMilliseconds))), \
    \(rounded(milliseconds / calibration)) million exponentials
        errors \(rounded(time { whole.evaluateErrors() })) ms, latency \
    \(rounded(time(whole.evaluateLatency))) ms, limit \(rounded(time(whole.evaluateLimit))) ms; \
    half as many intervals \(rounded(time(half.evaluate))) ms
        a strict gate on errors \(rounded(time { whole.evaluateErrors(strict: true) })) ms, \
    running values \(rounded(time(whole.running))) ms
    """)
}
guard isWithinLimit else {
  print("above the limit")
  exit(1)
}

func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }
