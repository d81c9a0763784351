// swift-tools-version: 6.3

import PackageDescription

// An app's package: without libzip, as on iOS. The path stands for the repository's address.
let package = Package(
  name: "App",
  platforms: [.macOS(.v15), .iOS(.v18)],
  dependencies: [.package(name: "coefs", path: "../../..", traits: [])],
  targets: [
    .executableTarget(
      name: "App", dependencies: ["Interface", .product(name: "Coefs", package: "coefs")]),
    .target(name: "Interface"),
  ]
)
