#if canImport(Glibc)
  import Glibc
#endif

/// What some work takes.
struct Cost {
  /// What somebody waits for.
  var wallMilliseconds: Double
  /// What all processors together do.
  var processorMilliseconds: Double
}

/// The least of several runs, of each clock by itself: what other programs disturb least.
func leastCost(runs: Int, _ work: () -> Bool) -> Cost {
  var least = Cost(wallMilliseconds: .infinity, processorMilliseconds: .infinity)
  for _ in 0..<runs {
    let start = (milliseconds(CLOCK_MONOTONIC), milliseconds(CLOCK_PROCESS_CPUTIME_ID))
    let isDone = work()
    least.wallMilliseconds = min(
      least.wallMilliseconds, milliseconds(CLOCK_MONOTONIC) - start.0)
    least.processorMilliseconds = min(
      least.processorMilliseconds, milliseconds(CLOCK_PROCESS_CPUTIME_ID) - start.1)
    // A result that is looked at cannot be left out.
    precondition(isDone)
  }
  return least
}

/// What a million exponentials of the C library take here and now: the measure of the machine.
func calibrationMilliseconds(runs: Int) -> Double {
  leastCost(runs: runs) {
    (0..<1_000_000).reduce(0.0) { $0 + exp(-1e-6 * Double($1)) } > 0
  }.processorMilliseconds
}

/// The mean number of processes that wanted a processor in the last minute.
func loadAverage() -> Double {
  var load = 0.0
  return getloadavg(&load, 1) == 1 ? load : .nan
}

private func milliseconds(_ clock: clockid_t) -> Double {
  var time = timespec()
  precondition(clock_gettime(clock, &time) == 0, "the clock cannot be read")
  return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
}
