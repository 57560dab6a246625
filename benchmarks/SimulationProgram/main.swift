// The figures of docs/statistics.md, "Simulation": how often equal versions are blocked, and how long
// it takes to find a difference, beside those of the reference simulation. The seeds are fixed.
import Simulation

await FalseBlocks().print()
await Detection.print()
await Price.print()
