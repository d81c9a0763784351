// swift-tools-version: 6.3
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

// Bytes → members → arrays or objects → weights → network → verdict: a target depends on those above it only.

/// Where libzip is looked for. Every other platform decompresses with zlib alone, and so do these two without the
/// trait.
let libzip: [Platform] = [.linux, .macOS]

let package = Package(
  name: "coefs",
  platforms: [.macOS(.v15), .iOS(.v18)],
  products: [
    .library(name: "Coefs", targets: ["Coefs"]),
    .library(name: "NPZ", targets: ["NPZ", "NPY", "Files"]),
    .library(name: "NPY", targets: ["NPY"]),
    .library(name: "MLP", targets: ["MLP"]),
    .executable(name: "coefs", targets: ["CoefsCommand"]),
    .plugin(name: "CoefsPlugin", targets: ["CoefsPlugin"]),
    .plugin(name: "CoefsVerifyPlugin", targets: ["CoefsVerifyPlugin"]),
  ],
  traits: [
    .default(enabledTraits: ["Libzip"]),
    .trait(
      name: "Libzip",
      description:
        "Decompress members of archives with libzip (on Linux and macOS) and not with zlib."),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    // MARK: Bytes and files
    .target(name: "Platform"),
    .target(name: "CBytes"),
    .target(name: "Files", dependencies: ["CBytes", "Platform"]),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .target(name: "Deflate", dependencies: ["CZlib", "Files"]),

    // MARK: Formats
    .systemLibrary(
      name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"]), .brew(["libzip"])]),
    .target(
      name: "Zip",
      dependencies: [
        "CBytes", "Deflate", "Files", "Platform",
        .target(name: "CZip", condition: .when(platforms: libzip, traits: ["Libzip"])),
      ],
      swiftSettings: [.define("LIBZIP", .when(platforms: libzip, traits: ["Libzip"]))]),
    .target(name: "NPY", dependencies: ["CBytes", "Files"]),
    .target(name: "NPZ", dependencies: ["Files", "NPY", "Zip"]),
    .target(name: "CSV", dependencies: ["Deflate", "Files"]),
    .target(name: "JSON"),
    .target(name: "Protobuf", dependencies: ["Files"]),
    .target(name: "ONNX", dependencies: ["Files", "NPY", "Protobuf"]),
    // Not CoreML: apps import Apple's module of that name.
    .target(name: "MLModelFile", dependencies: ["Files", "Protobuf"]),
    .target(name: "Safetensors", dependencies: ["Files", "JSON", "NPY"]),
    .target(name: "Pickle", dependencies: ["Deflate", "Files", "NPY"]),
    .target(name: "Torch", dependencies: ["Files", "NPY", "Pickle", "Zip"]),
    .target(name: "Skops", dependencies: ["Files", "JSON", "NPY", "NPZ", "Zip"]),

    // MARK: The network
    .target(name: "CNetwork"),
    .target(name: "MLP", dependencies: ["CBytes", "CNetwork", "Platform"]),
    .target(name: "Training", dependencies: ["CNetwork", "MLP", "Platform"]),
    .target(
      name: "Sklearn", dependencies: ["Files", "JSON", "MLP", "NPY", "ONNX", "Pickle", "Skops"]),
    .target(name: "Digits"),

    // MARK: The face, and the command
    .target(
      name: "Coefs",
      dependencies: [
        "CSV", "MLModelFile", "Deflate", "Digits", "Files", "JSON", "MLP", "NPY", "NPZ", "ONNX",
        "Pickle", "Platform", "Protobuf", "Safetensors", "Skops", "Sklearn", "Torch", "Training",
        "Zip",
      ]),
    .executableTarget(
      name: "CoefsCommand",
      dependencies: [
        "CSV", "Coefs", "Deflate", "Digits", "Files", "MLP", "NPY", "NPZ", "ONNX", "Pickle",
        "Platform", "Safetensors", "Sklearn", "Torch", "Training", "Zip",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // MARK: The plugins of packages that use networks
    .plugin(name: "CoefsPlugin", capability: .buildTool(), dependencies: ["CoefsCommand"]),
    .plugin(
      name: "CoefsVerifyPlugin",
      capability: .command(
        intent: .custom(verb: "coefs-verify", description: "Verifies the networks of the package."))
    ),

    // MARK: Tests
    .target(name: "TestSupport", dependencies: ["Platform"], path: "Tests/TestSupport"),
    .testTarget(name: "FilesTests", dependencies: ["Files", "Platform", "TestSupport"]),
    .testTarget(name: "DeflateTests", dependencies: ["Deflate", "TestSupport"]),
    .testTarget(name: "ZipTests", dependencies: ["Files", "Platform", "TestSupport", "Zip"]),
    .testTarget(name: "NPYTests", dependencies: ["Files", "NPY", "TestSupport"]),
    .testTarget(name: "CSVTests", dependencies: ["CSV", "Deflate", "Files", "TestSupport"]),
    .testTarget(name: "JSONTests", dependencies: ["JSON", "TestSupport"]),
    .testTarget(name: "ProtobufTests", dependencies: ["Files", "Protobuf"]),
    .testTarget(name: "ONNXTests", dependencies: ["Files", "ONNX", "Protobuf"]),
    .testTarget(name: "MLModelFileTests", dependencies: ["MLModelFile", "Files", "Protobuf"]),
    .testTarget(
      name: "SafetensorsTests",
      dependencies: ["Files", "JSON", "NPY", "Safetensors", "TestSupport"]),
    .testTarget(
      name: "NPZTests", dependencies: ["Deflate", "Files", "NPY", "NPZ", "TestSupport", "Zip"]),
    .testTarget(
      name: "PickleTests",
      dependencies: ["Deflate", "Files", "NPY", "Pickle", "Sklearn", "TestSupport"]),
    .testTarget(
      name: "SkopsTests",
      dependencies: ["Files", "JSON", "NPY", "NPZ", "Sklearn", "Skops", "TestSupport", "Zip"]),
    .testTarget(name: "CNetworkTests", dependencies: ["CNetwork", "Platform", "TestSupport"]),
    .target(name: "AllocationCount", path: "Tests/AllocationCount"),
    .testTarget(name: "MLPTests", dependencies: ["AllocationCount", "MLP", "TestSupport"]),
    .testTarget(
      name: "SklearnTests",
      dependencies: ["Files", "MLP", "NPY", "NPZ", "Pickle", "Sklearn", "Skops", "TestSupport"]),
    .testTarget(
      name: "TrainingTests",
      dependencies: [
        "CNetwork", "Digits", "MLP", "NPY", "NPZ", "Platform", "TestSupport", "Training",
      ]),
    .testTarget(name: "DigitsTests", dependencies: ["Digits", "NPY", "NPZ", "TestSupport"]),
    .testTarget(
      name: "CoefsTests",
      dependencies: [
        "Coefs", "MLModelFile", "Deflate", "Digits", "Files", "JSON", "MLP", "NPY", "NPZ", "ONNX",
        "Pickle", "Protobuf", "Safetensors", "Sklearn", "Skops", "TestSupport", "Training", "Zip",
      ]),
    .testTarget(
      name: "DamageTests",
      dependencies: [
        "Coefs", "Files", "MLP", "NPY", "NPZ", "Pickle", "Safetensors", "Sklearn", "Skops",
        "TestSupport", "Zip",
      ]),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "Coefs", "CoefsCommand", "Digits", "Files", "MLP", "NPY", "NPZ", "Platform", "Sklearn",
        "TestSupport",
      ]),
    .testTarget(
      name: "ChapterTests", dependencies: ["Coefs", "CoefsCommand", "Digits", "MLP", "TestSupport"]),
  ],
  swiftLanguageModes: [.v6]
)

// Warnings are errors for us, never for those who embed this: the tools set the variable.
let strict: [SwiftSetting] =
  Context.environment["COEFS_STRICT"] == nil ? [] : [.treatAllWarnings(as: .error)]

for target in package.targets where target.type != .system && target.type != .plugin {
  target.swiftSettings =
    (target.swiftSettings ?? []) + [
      .strictMemorySafety(),
      .enableUpcomingFeature("ExistentialAny"),
      .enableUpcomingFeature("InternalImportsByDefault"),
      .enableUpcomingFeature("MemberImportVisibility"),
    ] + strict
}
