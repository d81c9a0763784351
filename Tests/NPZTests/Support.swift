import Deflate
import Files
import NPY
import NPZ
import TestSupport
import Testing
import Zip

/// One archive of fixtures/npz, with what NumPy reads in it (tools/fixtures/make_fixtures.py).
struct ManifestEntry: Decodable, CustomTestStringConvertible {
  struct Array: Decodable {
    let name: String
    let version: Int
    let dataOffset: Int
    let dtype: String
    let shape: [Int]
    let fortranOrder: Bool
    let values: [GoldenValue]
  }

  let file: String
  let members: [String]
  let arrays: [Array]
  let others: [String: String]

  var testDescription: String { file }
  var path: String { fixturePath("npz/\(file)") }

  static let all: [ManifestEntry] =
    (try? jsonFixture("npz/manifest.json", as: [ManifestEntry].self)) ?? []

  /// NumPy takes one of two members for a name, or a text for an array's bytes; these are refused.
  static let refused = [
    "zipfile-duplicate.npz", "zipfile-a-and-a-npy.npz", "zipfile-text-as-npy.npz",
    "zipfile-empty-member.npz",
  ]

  static let readable = all.filter { !refused.contains($0.file) }
}

/// One element as manifest.json writes it, its parts as texts: a complex number has two.
struct GoldenValue: Decodable {
  let parts: [String]

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let value = try? container.decode(Bool.self) {
      parts = [value ? "1" : "0"]
    } else if let value = try? container.decode(Int64.self) {
      parts = ["\(value)"]
    } else if let value = try? container.decode(String.self) {
      parts = [value]
    } else {
      parts = try container.decode([String].self)
    }
  }
}

extension NDArray {
  /// Whether the elements are these, bit for bit.
  func holds(_ values: [GoldenValue]) throws -> Bool {
    let texts = values.flatMap(\.parts)
    switch dtype.kind {
    case .bool, .int, .uint:
      return try integers().map { "\($0)" } == texts
    case .float:
      return try reals(as: Double.self).map(\.bitPattern)
        == texts.map { try #require(Double($0)).bitPattern }
    case .complex:
      return try complexNumbers().flatMap { [$0.real.bitPattern, $0.imaginary.bitPattern] }
        == texts.map { try #require(Double($0)).bitPattern }
    case .bytes, .unicode:
      return try strings() == texts
    case .datetime, .timedelta, .void, .object:
      return false
    }
  }
}

/// An archive of these members.
func archive(
  _ members: [(name: String, bytes: ContiguousArray<UInt8>)], isCompressed: Bool = false
) throws -> ContiguousArray<UInt8> {
  var writer = ZipWriter(to: MemorySink())
  for member in members {
    try writer.add(member.name, parts: [member.bytes], compressed: isCompressed)
  }
  return try writer.finish().bytes
}

/// The archive that `NPZWriter` makes of these arrays.
func npz(_ arrays: [NamedArray], isCompressed: Bool = false) throws -> ContiguousArray<UInt8> {
  var writer = NPZWriter(to: MemorySink(), isCompressed: isCompressed)
  for item in arrays { try writer.add(item.name, item.array) }
  return try writer.finish().bytes
}

/// All arrays of an archive.
func arrays(_ reader: borrowing NPZReader) throws -> [NamedArray] {
  try reader.entries.map { NamedArray($0.name, try reader.array($0)) }
}

/// The members of an archive, as the zip reader lists them.
func members(of archive: ContiguousArray<UInt8>) throws -> [ZipMember] {
  try ZipReader(bytes: archive, maxMembers: 100, maxTotalBytes: 1 << 30).members
}

/// Where the bytes of a member lie in an archive.
func dataRange(of member: ZipMember, in archive: ContiguousArray<UInt8>) -> Range<Int> {
  let header = member.headerOffset
  func number(_ offset: Int) -> Int {
    Int(archive[header + offset]) | Int(archive[header + offset + 1]) << 8
  }
  let start = header + 30 + number(26) + number(28)
  return start..<start + member.compressedSize
}

/// The zlib that deflates here, and the one that deflated the fixtures.
enum Zlib {
  static var running: String {
    // zlib returns a constant string.
    zlibVersionInUse
  }

  static var ofFixtures: String {
    get throws {
      struct Versions: Decodable { let python: [String: String] }
      return try #require(jsonFixture("VERSIONS.json", as: Versions.self).python["zlib"])
    }
  }
}
