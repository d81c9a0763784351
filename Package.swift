// swift-tools-version: 6.3

import PackageDescription

// Bytes → arrays → scikit-learn weights → MLP → verdict: every target may depend on those above it only.

let package = Package(
  name: "coefs",
  platforms: [.macOS(.v15), .iOS(.v18)],
  products: [
    .library(name: "Coefs", targets: ["Coefs"]),
    .library(name: "NPZ", targets: ["NPZ", "NPY"]),
    .library(name: "NPY", targets: ["NPY"]),
    .library(name: "MLP", targets: ["MLP"]),
    .executable(name: "coefs", targets: ["CoefsCommand"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    // MARK: Formats
    .systemLibrary(
      name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"]), .brew(["libzip"])]),
    .target(name: "CKernels"),
    .target(name: "Zip", dependencies: ["CKernels", "CZip"]),
    .target(name: "NPY", dependencies: ["CKernels"]),
    .target(name: "JSON"),
    .target(name: "Safetensors", dependencies: ["JSON", "NPY"]),
    .target(name: "NPZ", dependencies: ["NPY", "Zip"]),
    .target(name: "Pickle", dependencies: ["NPY", "Zip"]),
    .target(name: "Skops", dependencies: ["JSON", "NPY", "NPZ", "Zip"]),

    // MARK: The network
    .target(name: "MLP", dependencies: ["CKernels"]),
    .target(name: "Training", dependencies: ["CKernels", "MLP"]),
    .target(name: "Sklearn", dependencies: ["JSON", "MLP", "NPY", "Pickle", "Skops"]),
    .target(name: "Digits"),

    // MARK: The face, and the command
    .target(
      name: "Coefs",
      dependencies: [
        "Digits", "MLP", "NPY", "NPZ", "Pickle", "Safetensors", "Skops", "Sklearn", "Training",
        "Zip",
      ]),
    .executableTarget(
      name: "CoefsCommand",
      dependencies: ["Coefs", .product(name: "ArgumentParser", package: "swift-argument-parser")]),

    // MARK: Tests
    .target(name: "TestSupport", path: "Tests/TestSupport"),
    .testTarget(name: "ZipTests", dependencies: ["Zip"]),
    .testTarget(name: "NPYTests", dependencies: ["NPY", "TestSupport"]),
    .testTarget(name: "JSONTests", dependencies: ["JSON", "TestSupport"]),
    .testTarget(
      name: "SafetensorsTests", dependencies: ["JSON", "NPY", "Safetensors", "TestSupport"]),
    .testTarget(name: "NPZTests", dependencies: ["NPY", "NPZ", "TestSupport", "Zip"]),
    .testTarget(name: "PickleTests", dependencies: ["NPY", "Pickle", "TestSupport", "Zip"]),
    .testTarget(
      name: "SkopsTests", dependencies: ["JSON", "NPY", "NPZ", "Skops", "TestSupport", "Zip"]),
    .testTarget(name: "CKernelsTests", dependencies: ["CKernels", "TestSupport"]),
    .target(name: "AllocationCount", path: "Tests/AllocationCount"),
    .testTarget(name: "MLPTests", dependencies: ["AllocationCount", "MLP", "TestSupport"]),
    .testTarget(
      name: "SklearnTests",
      dependencies: ["MLP", "NPY", "NPZ", "Pickle", "Sklearn", "TestSupport"]),
    .testTarget(
      name: "TrainingTests",
      dependencies: ["CKernels", "Digits", "MLP", "NPY", "NPZ", "TestSupport", "Training"]),
    .testTarget(name: "DigitsTests", dependencies: ["Digits", "NPY", "NPZ", "TestSupport"]),
    .testTarget(name: "CoefsTests", dependencies: ["Coefs", "TestSupport"]),
    .testTarget(name: "DamageTests", dependencies: ["Coefs", "TestSupport", "Zip"]),
    .testTarget(name: "CommandTests", dependencies: ["Coefs", "CoefsCommand", "TestSupport"]),
    .testTarget(name: "ChapterTests", dependencies: ["Coefs", "CoefsCommand", "TestSupport"]),
  ],
  swiftLanguageModes: [.v6]
)

// Warnings are errors for us, never for those who embed this: the tools set the variable.
let strict: [SwiftSetting] =
  Context.environment["COEFS_STRICT"] == nil ? [] : [.treatAllWarnings(as: .error)]

for target in package.targets where target.type != .system {
  target.swiftSettings =
    [
      .strictMemorySafety(),
      .enableUpcomingFeature("ExistentialAny"),
      .enableUpcomingFeature("InternalImportsByDefault"),
      .enableUpcomingFeature("MemberImportVisibility"),
    ] + strict
}
