// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "app-backend",
  products: [
    .executable(name: "app-backend-v1", targets: ["app-backend-v1"]),
    .executable(name: "app-backend-v2", targets: ["app-backend-v2"]),
  ],
  dependencies: [
    .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1")
  ],
  targets: [
    .target(
      name: "AppBackend",
      dependencies: [
        .product(name: "FlyingFox", package: "FlyingFox"),
        .product(name: "FlyingSocks", package: "FlyingFox"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "app-backend-v1", dependencies: ["AppBackend"], path: "v1", exclude: ["Dockerfile"],
      sources: ["main.swift"],
      swiftSettings: strict),
    .executableTarget(
      name: "app-backend-v2", dependencies: ["AppBackend"], path: "v2", exclude: ["Dockerfile"],
      sources: ["main.swift"],
      swiftSettings: strict),
    .testTarget(
      name: "AppBackendTests", dependencies: ["AppBackend", "app-backend-v1", "app-backend-v2"],
      swiftSettings: strict),
  ]
)
