// How long it takes to weigh the evidence of the longest rollout that the gate has to bear: 24 hours
// of intervals of 15 s, four canaries beside a baseline, errors, latency at 20 bounds and a limit.

let intervalCount = 5_760
let runs = 25
let limitMilliseconds = 50.0

print(
  "evidence of \(intervalCount) intervals, 4 canaries, errors + latency at 20 bounds + a limit: "
    + "least processor time of \(runs) runs, load \(rounded(loadAverage()))")
var isWithinLimit = true
for workload in Workload.allCases {
  let whole = Rollout(workload, intervalCount: intervalCount)
  let half = Rollout(workload, intervalCount: intervalCount / 2)
  let calibration = calibrationMilliseconds(runs: runs)
  let parts = Parts(whole)
  isWithinLimit = isWithinLimit && parts.all <= limitMilliseconds
  print(
    """
      \(workload.rawValue): \(rounded(parts.all)) ms (at most \(Int(limitMilliseconds))), \
    \(rounded(parts.all / calibration)) times a million exponentials (\(rounded(calibration)) ms)
        errors \(rounded(parts.errors)) ms, latency \(rounded(parts.latency)) ms, limit \
    \(rounded(parts.limit)) ms; half as many intervals \(rounded(Parts(half).all)) ms
        a strict gate on errors \
    \(rounded(time(whole) { whole.evaluateErrors(canary: $0, strict: true) })) ms, running values \
    \(rounded(time(whole, whole.running))) ms
    """)
}
if !isWithinLimit { print("above the limit") }

func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }

/// What the parts of an evaluation take, in milliseconds.
struct Parts {
  let errors: Double
  let latency: Double
  let limit: Double
  var all: Double { errors + latency + limit }

  init(_ rollout: Rollout) {
    errors = time(rollout) { rollout.evaluateErrors(canary: $0) }
    latency = time(rollout, rollout.evaluateLatency)
    limit = time(rollout, rollout.evaluateLimit)
  }
}

/// Sums over the canaries, each by itself: the shorter a run, the likelier is one without disturbance.
func time(_ rollout: Rollout, _ work: (Int) -> Double) -> Double {
  rollout.canaries.reduce(0) { sum, canary in
    sum + leastMilliseconds(runs: runs) { work(canary) }
  }
}
