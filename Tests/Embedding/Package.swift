// swift-tools-version: 6.3

import PackageDescription

// What an embedder's package looks like; the path stands for the repository's address.
let package = Package(
  name: "Embedding",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "coefs", path: "../..")],
  targets: [
    .executableTarget(name: "Embedding", dependencies: [.product(name: "Coefs", package: "coefs")])
  ]
)
