// swift-tools-version: 6.3

import PackageDescription

// A server's package, with the package's own choice of libraries. The path stands for the repository's address.
let package = Package(
  name: "Server",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "coefs", path: "../../..")],
  targets: [
    .executableTarget(
      name: "Conversion", dependencies: [.product(name: "Coefs", package: "coefs")]),
    .executableTarget(name: "Server", dependencies: [.product(name: "Coefs", package: "coefs")]),
  ]
)
