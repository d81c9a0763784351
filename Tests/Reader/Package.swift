// swift-tools-version: 6.3

import PackageDescription

// Prints what Coefs finds in a file, for tools/compare/compare_readers.py: a line for each array with its
// name, dtype, shape, and the SHA-256 of its bytes in C order and little endian.
let package = Package(
  name: "Reader",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "coefs", path: "../..")],
  targets: [
    .target(name: "CEmit"),
    .executableTarget(
      name: "Reader", dependencies: ["CEmit", .product(name: "NPZ", package: "coefs")]),
  ]
)
