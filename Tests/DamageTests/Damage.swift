import Foundation
import TestSupport
import Testing

/// One thing that may happen to a file.
enum Damage: CustomStringConvertible {
  /// It ends early.
  case cut(length: Int)
  /// A byte is another: these bits of it are turned.
  case flip(offset: Int, bits: UInt8)
  /// A little-endian number of so many bytes is another.
  case number(offset: Int, bytes: Int, value: UInt64)

  var description: String {
    switch self {
    case .cut(let length): "cut after \(length) bytes"
    case .flip(let offset, let bits): "byte \(offset) with bits \(bits) turned"
    case .number(let offset, let bytes, let value): "\(bytes) bytes at \(offset) set to \(value)"
    }
  }

  /// The bytes that it concerns.
  var range: Range<Int> {
    switch self {
    case .cut(let length): length..<Int.max
    case .flip(let offset, _): offset..<offset + 1
    case .number(let offset, let bytes, _): offset..<offset + bytes
    }
  }

  /// The file after it has happened.
  func done(to file: ContiguousArray<UInt8>) -> ContiguousArray<UInt8> {
    var file = file
    switch self {
    case .cut(let length):
      file.removeLast(file.count - length)
    case .flip(let offset, let bits):
      file[offset] ^= bits
    case .number(let offset, let bytes, let value):
      for index in 0..<bytes {
        file[offset + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index))
      }
    }
    return file
  }
}

extension Damage {
  /// Whether hardly anything is left to chance: `COEFS_DAMAGE=all`, for which a release build takes
  /// minutes.
  static let isExhaustive = ProcessInfo.processInfo.environment["COEFS_DAMAGE"] == "all"

  /// How many lengths, and how many bytes, a sample has.
  private static let sampleSize = isExhaustive ? 4_096 : 64

  /// Files up to this size are cut and changed everywhere.
  private static let maxWholeSize = isExhaustive ? 1 << 14 : 640

  /// Everything that happens to a file: cuts, flips, and numbers that claim something else.
  ///
  /// - Parameters:
  ///   - file: The file as it should be.
  ///   - numbers: The sizes and offsets that a record of it may hold.
  ///   - generator: Chooses the bits, and the places where there are too many to try all.
  static func all(
    to file: ContiguousArray<UInt8>, numbers: Set<UInt64>,
    using generator: inout SeededGenerator
  ) -> [Damage] {
    let edges = recordEdges(in: file)
    var damages: [Damage] = []
    for length in sample(file.count, always: edges, using: &generator) {
      damages.append(.cut(length: length))
    }
    for offset in sample(file.count, always: edges, using: &generator) {
      damages.append(.flip(offset: offset, bits: 1 << UInt8.random(in: 0..<8, using: &generator)))
      damages.append(.flip(offset: offset, bits: 0xFF))
    }
    return damages + lies(in: file, about: numbers, using: &generator)
  }

  /// Places in a file: all of them if it is small, else those that matter and some others.
  private static func sample(
    _ count: Int, always: Set<Int>, using generator: inout SeededGenerator
  ) -> [Int] {
    guard count > maxWholeSize else { return Array(0..<count) }
    var places = always
    for _ in 0..<sampleSize { places.insert(Int.random(in: 0..<count, using: &generator)) }
    return places.filter { $0 < count }.sorted()
  }

  /// Where the records of archives and arrays begin, and the bytes beside.
  private static func recordEdges(in file: ContiguousArray<UInt8>) -> Set<Int> {
    let signatures: [[UInt8]] = [
      [0x50, 0x4B, 1, 2], [0x50, 0x4B, 3, 4], [0x50, 0x4B, 5, 6], [0x93, 0x4E, 0x55, 0x4D],
    ]
    var edges: Set<Int> = []
    for offset in file.indices where file[offset] == 0x50 || file[offset] == 0x93 {
      guard signatures.contains(where: { file[offset...].starts(with: $0) }) else { continue }
      edges.formUnion(max(0, offset - 1)...offset + 4)
    }
    return edges
  }

  /// Every place where a number stands that may be a size or an offset, with other values.
  private static func lies(
    in file: ContiguousArray<UInt8>, about numbers: Set<UInt64>,
    using generator: inout SeededGenerator
  ) -> [Damage] {
    var damages: [Damage] = []
    for bytes in [2, 4, 8] {
      var value: UInt64 = 0
      let top = UInt64(8 * (bytes - 1))
      for (end, byte) in file.enumerated() {
        value = value >> 8 | UInt64(byte) << top
        guard end >= bytes - 1, numbers.contains(value) else { continue }
        let most = UInt64.max >> UInt64(64 - 8 * bytes)
        for lie in [value - 1, value + 1, 0, most, most / 2, most - 1] {
          damages.append(.number(offset: end - bytes + 1, bytes: bytes, value: lie))
        }
      }
    }
    guard damages.count > 4 * sampleSize else { return damages }
    return Array(damages.shuffled(using: &generator).prefix(4 * sampleSize))
  }
}

extension Damage {
  /// Does every damage to a fixture and records what breaks the law.
  ///
  /// - Parameters:
  ///   - every: Only one damage of so many, where all of them would take too long.
  ///   - broken: What is wrong with the reading of a damaged file; `nil` where nothing is.
  static func demandLaw(
    _ file: String, numbers: Set<UInt64>, every step: Int = 1,
    broken: (ContiguousArray<UInt8>, Damage) -> String?
  ) throws {
    let sound = try fixture(file)
    var generator = SeededGenerator(seed: UInt64(sound.count))
    let damages = Damage.all(to: sound, numbers: numbers, using: &generator)
    #expect(!damages.isEmpty)
    var failures: [String] = []
    for damage in damages[stride: Damage.isExhaustive ? 1 : step] {
      if let problem = broken(damage.done(to: sound), damage) {
        failures.append("\(damage): \(problem)")
      }
    }
    #expect(failures.isEmpty, "\(failures.count) of \(damages.count): \(failures.prefix(5))")
  }
}

extension Array {
  fileprivate subscript(stride step: Int) -> [Element] {
    Swift.stride(from: 0, to: count, by: step).map { self[$0] }
  }
}
