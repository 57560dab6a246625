// The figures of docs/statistics.md, "Simulation": how often equal versions are blocked, and how long
// it takes to find a difference, beside those of the reference simulation. The seeds are fixed. It
// fails where a figure is further from what is stated than its row tolerates.
import Simulation

#if canImport(Glibc)
  import Glibc
#endif

var deviations = await FalseBlocks.print()
deviations += await Detection.print()
deviations += await Price.print()
deviations += await Excess.print()
deviations += await GateBlocks.print()
await GateHolds.print()
guard deviations.isEmpty else {
  print("\nnot as stated:")
  for deviation in deviations { print("  \(deviation)") }
  exit(1)
}
