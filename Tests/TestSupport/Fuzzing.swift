import Foundation

/// How long the tests with random input are.
public enum Fuzzing {
  /// How many inputs each of them tries: 2,000, or as many as `FUZZ_ITERATIONS` says.
  public static let iterations =
    ProcessInfo.processInfo.environment["FUZZ_ITERATIONS"].flatMap(Int.init) ?? 2000
}
