// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// A library target: what it may import is exactly what stands here.
func library(
  _ name: String, path: String? = nil, _ dependencies: [Target.Dependency] = [],
  plugins: [Target.PluginUsage] = []
) -> Target {
  .target(
    name: name, dependencies: dependencies, path: path, swiftSettings: strict, plugins: plugins)
}

/// The tests of one target; `Snapshots` and `Fixtures` are read from the checkout, not bundled.
func tests(_ name: String, exclude: [String] = [], _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(
    name: name, dependencies: dependencies + ["TestSupport"], exclude: exclude,
    swiftSettings: strict)
}

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

let package = Package(
  name: "analyze",
  products: [.executable(name: "analyze", targets: ["analyze"])],
  dependencies: [
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
  ],
  targets: [
    // The domain and what is computed from it: no I/O.
    library("Rollouts"),
    library("Statistics"),
    library("Analysis", ["Rollouts", "Statistics"]),
    library("Ledger", [.product(name: "Crypto", package: "swift-crypto")]),

    // The outside world, each part in its own wire types.
    .systemLibrary(
      name: "CCurl", path: "Sources/CCurl", pkgConfig: "libcurl",
      providers: [.apt(["libcurl4-openssl-dev", "zlib1g-dev"])]),
    library("HTTP", ["CCurl"]),
    .systemLibrary(name: "CZlib", path: "Sources/CZlib", providers: [.apt(["zlib1g-dev"])]),
    library("Compression", ["CZlib"]),
    library("YAML", [.product(name: "Yams", package: "Yams")]),
    library("VictoriaMetrics", ["HTTP"]),
    library(
      "Kubernetes",
      [
        "HTTP", "YAML", .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ]),

    // The file: the SQL of `migrations/` and `reports/` goes into the program as text.
    .executableTarget(
      name: "embed-text", path: "Sources/EmbedTextTool", swiftSettings: strict),
    .plugin(
      name: "EmbedText", capability: .buildTool(), dependencies: ["embed-text"],
      path: "Sources/EmbedTextPlugin"),
    library("Migrations", path: "migrations", plugins: ["EmbedText"]),
    library("Reports", path: "reports", plugins: ["EmbedText"]),
    library(
      "Store",
      [
        "Compression", "Ledger", "Migrations", "Rollouts",
        grdb,
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ]),

    // What the commands are made of.
    library("Collecting", ["VictoriaMetrics", "Kubernetes", "Store", "Rollouts"]),
    library("Configuration", ["Rollouts", "YAML"]),
    library("Exporting", ["Ledger", "Reporting", "Rollouts", "Store", "VictoriaMetrics"]),
    library(
      "Reporting",
      [
        "Reports", "Analysis", "Rollouts",
        .product(name: "Mustache", package: "swift-mustache"),
      ]),
    library(
      "AnalyzeCLI",
      [
        "Analysis", "Collecting", "Configuration", "Exporting", "HTTP", "Kubernetes", "Ledger",
        "Reporting",
        "Reports", "Rollouts", "Store", "VictoriaMetrics", argumentParser, logging,
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ]),
    .executableTarget(
      name: "analyze", dependencies: ["AnalyzeCLI"], swiftSettings: strict),

    // What measures the gate; never shipped.
    library("Simulation", path: "benchmarks/Simulation", ["Analysis", "Rollouts", "Statistics"]),
    .executableTarget(
      name: "time-evidence", dependencies: ["Analysis", "Rollouts", "Simulation", "Statistics"],
      path: "benchmarks/Evaluation", swiftSettings: strict),
    .executableTarget(
      name: "simulate", dependencies: ["Simulation", "Statistics"],
      path: "benchmarks/SimulationProgram",
      swiftSettings: strict),

    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
    tests("StatisticsTests", exclude: ["Fixtures"], ["Simulation", "Statistics"]),
    tests("HTTPTests", ["HTTP"]),
    tests("RolloutsTests", ["Rollouts"]),
    tests("AnalysisTests", ["Analysis", "Rollouts", "Simulation"]),
    tests("LedgerTests", ["Ledger"]),
    tests("CompressionTests", ["Compression"]),
    tests("MigrationsTests", exclude: ["Snapshots"], ["Migrations", "Rollouts", "Store"]),
    tests(
      "StoreTests", exclude: ["Fixtures"],
      ["Ledger", "Migrations", "Reports", "Rollouts", "Store", grdb]),
    tests("ReportsTests", ["Reports", "Rollouts", "Store"]),
    tests("YAMLTests", ["YAML"]),
    tests("VictoriaMetricsTests", exclude: ["Fixtures"], ["VictoriaMetrics", "HTTP"]),
    tests("KubernetesTests", exclude: ["Fixtures"], ["Kubernetes", "HTTP", "YAML"]),
    tests(
      "CollectingTests",
      ["Collecting", "HTTP", "Kubernetes", "Rollouts", "Store", "VictoriaMetrics"]),
    tests("ConfigurationTests", ["Configuration", "Rollouts"]),
    tests("ReportingTests", ["Analysis", "Reporting", "Reports", "Rollouts"]),
    tests(
      "AnalyzeCLITests", exclude: ["Fixtures", "Snapshots"],
      [
        "analyze", "AnalyzeCLI", "Collecting", "Kubernetes", "Migrations", "Store", "Rollouts",
        "VictoriaMetrics", logging,
      ]),
    tests("TidyTests", []),
    tests("EndToEndTests", ["analyze"]),
    tests("WorkshopTests", exclude: ["Snapshots", "StandIns", "Tools"], ["analyze"]),
  ]
)
