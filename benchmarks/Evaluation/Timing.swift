#if canImport(Glibc)
  import Glibc
#endif

/// The least processor time of several runs, in milliseconds: what other programs take away is not
/// counted, and of what they disturb the least is left.
func leastMilliseconds(runs: Int, _ work: () -> Double) -> Double {
  (0..<runs).reduce(.infinity) { least, _ in
    let start = processorMilliseconds()
    let result = work()
    let elapsed = processorMilliseconds() - start
    // A result that is looked at cannot be left out.
    precondition(!result.isNaN)
    return min(least, elapsed)
  }
}

/// What a million exponentials of the C library take here and now: the measure of the machine.
func calibrationMilliseconds(runs: Int) -> Double {
  leastMilliseconds(runs: runs) {
    (0..<1_000_000).reduce(0.0) { $0 + exp(-1e-6 * Double($1)) }
  }
}

/// The mean number of processes that wanted a processor in the last minute.
func loadAverage() -> Double {
  var load = 0.0
  return getloadavg(&load, 1) == 1 ? load : .nan
}

private func processorMilliseconds() -> Double {
  var time = timespec()
  precondition(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0, "there is no processor clock")
  return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
}
