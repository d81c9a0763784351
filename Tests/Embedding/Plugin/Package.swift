// swift-tools-version: 6.3

import PackageDescription

// A package whose networks are compiled into it. The path stands for the repository's address.
let package = Package(
  name: "Plugin",
  platforms: [.macOS(.v15), .iOS(.v18)],
  dependencies: [.package(name: "coefs", path: "../../..", traits: [])],
  targets: [
    .executableTarget(
      name: "Client",
      exclude: ["coefs-plugin-config.json", "digits.npz", "iris.csv", "words.joblib"],
      plugins: [.plugin(name: "CoefsPlugin", package: "coefs")])
  ]
)
