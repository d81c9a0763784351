// swift-tools-version: 6.3

import PackageDescription

// Packages that need less than all: one array, an archive of arrays, or the network alone.
let package = Package(
  name: "Arrays",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "coefs", path: "../../..", traits: [])],
  targets: [
    .executableTarget(name: "OneArray", dependencies: [.product(name: "NPY", package: "coefs")]),
    .executableTarget(name: "Archive", dependencies: [.product(name: "NPZ", package: "coefs")]),
    .executableTarget(name: "Network", dependencies: [.product(name: "MLP", package: "coefs")]),
  ]
)
