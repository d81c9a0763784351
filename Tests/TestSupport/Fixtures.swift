public import Foundation

/// The folder of fixtures at the top of the package.
public let fixturesFolder = URL(filePath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  .appending(path: "fixtures")

/// The path of a fixture, and its bytes.
public func fixturePath(_ name: String) -> String {
  fixturesFolder.appending(path: name).path(percentEncoded: false)
}

/// The bytes of a fixture.
public func fixture(_ name: String) throws -> ContiguousArray<UInt8> {
  try ContiguousArray(Data(contentsOf: fixturesFolder.appending(path: name)))
}

/// A fixture that is JSON.
public func jsonFixture<T: Decodable>(_ name: String, as type: T.Type) throws -> T {
  try JSONDecoder().decode(type, from: Data(contentsOf: fixturesFolder.appending(path: name)))
}

/// The names of the files in a folder of fixtures that end so, sorted.
public func fixtureNames(in folder: String, suffix: String) -> [String] {
  let url = fixturesFolder.appending(path: folder)
  let names =
    (try? FileManager.default.contentsOfDirectory(atPath: url.path(percentEncoded: false)))
  return (names ?? []).filter { $0.hasSuffix(suffix) }.sorted()
}

extension ContiguousArray<UInt8> {
  /// The bytes that these hexadecimal digits stand for.
  public init(hex: String) {
    self = []
    var digits = hex.utf8.makeIterator()
    while let high = digits.next(), let low = digits.next() {
      let pair = String(decoding: [high, low], as: UTF8.self)
      append(UInt8(pair, radix: 16) ?? 0)
    }
  }
}
