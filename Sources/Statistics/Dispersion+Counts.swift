extension Dispersion {
  /// Returns the largest dispersion of any kind in some first intervals.
  static func estimate(
    _ counts: ComparableCounts, intervals: Int, requests: RequestShares
  ) -> Double {
    guard intervals > 0 else { return 1 }
    var residuals = Residuals.zeros(count: intervals)
    return (0..<counts.kindCount).reduce(1) { largest, kind in
      let place = kind * counts.intervalCount..<kind * counts.intervalCount + intervals
      let canaryEvents = counts.canaryEvents[place]
      let events = counts.events[place]
      guard let ratio = requests.ratio(canaryEvents: canaryEvents, events: events) else {
        return largest
      }
      residuals.set(canaryEvents: canaryEvents, events: events, requests: requests, ratio: ratio)
      return max(largest, estimate(residuals))
    }
  }
}

extension RequestShares {
  /// Returns the Mantel–Haenszel ratio of some first intervals, at least one.
  fileprivate func ratio(
    canaryEvents: ArraySlice<Double>, events: ArraySlice<Double>
  ) -> Double? {
    let sums = canaryEvents.withUnsafeBufferPointer { canaryEvents in
      events.withUnsafeBufferPointer { events in
        canary.withUnsafeBufferPointer { canary in
          baseline.withUnsafeBufferPointer { baseline in
            var sums = (canary: 0.0, baseline: 0.0)
            for interval in events.indices {
              sums.canary += canaryEvents[interval] * baseline[interval]
              sums.baseline += (events[interval] - canaryEvents[interval]) * canary[interval]
            }
            return sums
          }
        }
      }
    }
    return ratio(
      canaryEvents: sums.canary, baselineEvents: sums.baseline, intervals: events.count)
  }
}

extension Residuals {
  /// Sets all residuals and variances, given the ratio of the rates.
  fileprivate mutating func set(
    canaryEvents: ArraySlice<Double>, events: ArraySlice<Double>, requests: RequestShares,
    ratio: Double
  ) {
    canaryEvents.withUnsafeBufferPointer { canaryEvents in
      events.withUnsafeBufferPointer { events in
        requests.canary.withUnsafeBufferPointer { canary in
          requests.baseline.withUnsafeBufferPointer { baseline in
            residuals.withUnsafeMutableBufferPointer { residuals in
              variances.withUnsafeMutableBufferPointer { variances in
                for interval in events.indices {
                  let weighted = ratio * canary[interval]
                  // Nothing was counted where nothing is compared; the share has to be a number.
                  let all = weighted + baseline[interval]
                  let share = weighted / (all > 0 ? all : 1)
                  residuals[interval] = canaryEvents[interval] - events[interval] * share
                  variances[interval] = events[interval] * share * (1 - share)
                }
              }
            }
          }
        }
      }
    }
  }
}
