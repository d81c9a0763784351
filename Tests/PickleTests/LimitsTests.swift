import Deflate
import Files
import Foundation
import NPY
import Pickle
import TestSupport
import Testing

/// Bombs: small files that would be large, deep or slow. Each ends at once, read or refused; nothing
/// here is timed, but what is not linear would pass the limit of work.
@Suite(.workLimit(minutes: 30)) struct LimitsTests {
  @Test func `a tuple doubled a hundred thousand times is a hundred thousand nodes`() throws {
    // 2^100000 leaves to whoever walks it as a tree.
    let pickle = try Pickle(
      parsing: bytes([0x80, 2], "N".utf8, repeated([0x32, 0x86], 100_000), ".".utf8))
    var node = pickle.root
    var depth = 0
    while let items = node.items {
      #expect(items[0] == items[1])
      node = items[0]
      depth += 1
    }
    #expect(depth == 100_000)
  }

  @Test func `lists from the memo within lists are kept once`() throws {
    // Ten times each list in the next, 39 deep: 10^39 leaves.
    var file = bytes([0x80, 2], "]q".utf8, [0], "0".utf8)
    for level in UInt8(1)...39 {
      file += bytes("](".utf8, repeated([0x68, level - 1], 10), "eq".utf8, [level], "0".utf8)
    }
    file += bytes("h".utf8, [39])
    let pickle = try Pickle(parsing: file + bytes(".".utf8))
    #expect(pickle.root.items?.count == 10)
  }

  @Test func `a nesting of half a million is read, walked and freed on a small stack`() async throws
  {
    let depth = 500_000
    let tuples = bytes([0x80, 2], "N".utf8, repeated([0x85], depth), ".".utf8)
    let lists = bytes(
      [0x80, 2], repeated("]".utf8, depth + 1), repeated("a".utf8, depth), ".".utf8)
    let states = bytes(
      [0x80, 2], "csklearn.pipeline\nPipeline\n)".utf8, [0x81], "q".utf8, [0],
      repeated(
        bytes("csklearn.pipeline\nPipeline\n)".utf8, [0x81], "h".utf8, [0], "b0".utf8), 1_000),
      ".".utf8)
    for (file, expected) in [(tuples, depth), (lists, depth), (states, 0)] {
      // Tasks run on threads of 512 KiB.
      let found = try await Task.detached {
        var node = try Pickle(parsing: file).root
        var found = 0
        while let inner = node.items?.first {
          node = inner
          found += 1
        }
        return found
      }.value
      #expect(found == expected)
    }
  }

  @Test func `a nesting of a million is refused by the number of its nodes`() {
    let tuples = bytes([0x80, 2], "N".utf8, repeated([0x85], 1_000_000), ".".utf8)
    #expect(limit(tuples) == "maxPickleNodes")
    let lists = bytes(
      [0x80, 2], repeated("]".utf8, 1_000_000), repeated("a".utf8, 999_999), ".".utf8)
    #expect(["maxPickleNodes", "maxPickleStack"].contains(limit(lists)))
    #expect(limit(bytes(repeated("(".utf8, 1_000_000))) == "maxPickleMarks")
  }

  @Test func `numbers of 300,000 digits are refused`() {
    let digits = repeated("7".utf8, 300_000)
    #expect(failure(bytes("I".utf8, digits, "\n.".utf8)) != nil)
    #expect(failure(bytes("L".utf8, digits, "L\n.".utf8)) != nil)
    #expect(failure(bytes("F".utf8, digits, "\n.".utf8)) != nil)
    #expect(failure(bytes("p".utf8, digits, "\n.".utf8)) != nil)
    // As many as Python reads are read, and in bytes as many as there are.
    #expect(failure(bytes("I".utf8, repeated("7".utf8, 4_300), "\n.".utf8)) == nil)
    #expect(
      failure(bytes([0x80, 2, 0x8B, 0xE0, 0x93, 4, 0], repeated([7], 300_000), ".".utf8)) == nil)
  }

  @Test func `what two lists get in turn is kept in linear time`() throws {
    let count = 60_000
    let file = bytes(
      [0x80, 2], "]q".utf8, [0], "]q".utf8, [1], "0".utf8,
      repeated(bytes("h".utf8, [1], "Na0h".utf8, [0], "Na0".utf8), count), "h".utf8, [1],
      [0x86], ".".utf8)
    let items = try #require(try Pickle(parsing: file).root.items)
    #expect(items.map { $0.items?.count } == [count, count])
  }

  @Test func `a large state costs each object nothing`() throws {
    // A dictionary of 100,000 keys as the state of 20,000 objects, then of 20,000 arrays.
    let state = bytes("}(".utf8, repeated("K\u{1}N".utf8, 100_000), "uq".utf8, [0], "0".utf8)
    let objects = repeated(
      bytes("csklearn.pipeline\nPipeline\n)".utf8, [0x81], "h".utf8, [0], "b0".utf8), 20_000)
    #expect(failure(bytes([0x80, 2], state, objects, "N.".utf8)) == nil)
    let array = bytes(
      "cjoblib.numpy_pickle\nNumpyArrayWrapper\n)".utf8, [0x81], "h".utf8, [0], "b".utf8)
    guard case .badOperation? = failure(bytes([0x80, 2], state, array, "N.".utf8)) else {
      Issue.record("an array without a description is read")
      return
    }
  }

  @Test func `a line that does not end is looked for once`() {
    let file = bytes(repeated("(".utf8, 5_000), "c".utf8, repeated("a".utf8, 1_000_000))
    guard case .truncated? = failure(file) else {
      Issue.record("a name without an end is read")
      return
    }
  }

  @Test func `a bomb of gzip ends at the limit`() throws {
    var limits = ReadLimits()
    limits.maxTotalBytes = 1 << 20
    for name in ["zlib", "gzip"] {
      let file = try fixture("hostile-pickles/\(name)-bomb.joblib")
      #expect(file.count < 1 << 17, "\(name)")
      // It holds 16 MiB, and no more than one is unfolded before it is refused for its number of lists.
      #expect(["maxPickleStack", "maxPickleNodes"].contains(limit(file, limits)), "\(name)")
      limits.maxPickleNodes = 1 << 24
      limits.maxPickleStack = 1 << 24
      guard case .damagedCompression(.limit(1_048_576, _))? = failure(file, limits)
      else {
        Issue.record("more is unfolded than is allowed")
        continue
      }
      limits = ReadLimits()
      limits.maxTotalBytes = 1 << 20
    }
  }

  @Test func `of what follows a compressed pickle no more than a block is unfolded`() throws {
    let file = zlib(bytes("N.".utf8, repeated("]".utf8, 2_000_000)))
    guard case .trailingBytes(let offset, let count)? = failure(file) else {
      Issue.record("bytes behind the end are read over")
      return
    }
    #expect(offset == 2)
    #expect(count == InflatingStream.blockSize - 2)
    // The sound one is read to its checksum.
    var sound = zlib(bytes("](".utf8, repeated("N".utf8, 300_000), "e.".utf8))
    #expect(try Pickle(parsing: sound).byteCount == 300_004)
    sound[sound.count - 1] ^= 1
    guard case .damagedCompression? = failure(sound) else {
      Issue.record("a wrong checksum is read over")
      return
    }
  }

  @Test func `in a compressed file no name is looked for without end`() throws {
    let name = zlib(bytes("c".utf8, repeated("a".utf8, 2_000_000), "\nb\n.".utf8))
    guard case .badOperation? = failure(name) else {
      Issue.record("a name of two megabytes is read")
      return
    }
    // A text may be as long.
    let text = zlib(bytes("V".utf8, repeated("a".utf8, 2_000_000), "\n.".utf8))
    #expect(try Pickle(parsing: text).root.string?.utf8.count == 2_000_000)
  }

  /// A file of zlib whose blocks are stored as they are.
  private func zlib(_ content: ContiguousArray<UInt8>) -> ContiguousArray<UInt8> {
    var file: ContiguousArray<UInt8> = [0x78, 0x01]
    for start in stride(from: 0, to: content.count, by: 65_535) {
      let block = content[start..<min(start + 65_535, content.count)]
      let (low, high) = (UInt8(block.count & 0xFF), UInt8(block.count >> 8))
      file += [block.endIndex == content.count ? 1 : 0, low, high, ~low, ~high]
      file += block
    }
    // Adler-32 (RFC 1950, 8.2).
    var (one, two): (UInt32, UInt32) = (1, 0)
    for byte in content {
      one = (one + UInt32(byte)) % 65_521
      two = (two + one) % 65_521
    }
    return file + [UInt8(two >> 8), UInt8(two & 0xFF), UInt8(one >> 8), UInt8(one & 0xFF)]
  }

  @Test func `a bomb is refused before its checksum is reached`() throws {
    var file = try fixture("hostile-pickles/zlib-bomb.joblib")
    file[file.count - 1] ^= 1
    guard case .limitExceeded? = failure(file) else {
      Issue.record("the checksum of a bomb is looked at")
      return
    }
  }

  @Test func `a name that is mentioned again and again is compared with the table once`() throws {
    // Both words from the memo: four bytes a mention.
    let file = bytes(
      [0x80, 4], "\u{8C}".unicodeScalars.map { UInt8($0.value) }, [5], "numpy".utf8,
      [0x94, 0x8C, 5],
      "dtype".utf8, [0x94], repeated(bytes("h\u{0}h\u{1}".utf8, [0x93], "0".utf8), 1_000),
      "0.".utf8)
    let pickle = try Pickle(parsing: file)
    #expect(pickle.mentions.map(\.global) == [PickleGlobal("numpy", "dtype")])
    #expect(pickle.mentions[0].offset == 22)
  }

  @Test func `an integer of many digits is what its digits say`() throws {
    // Powers of two, by doubling decimal digits; nine of them are taken at a time.
    var digits: [UInt8] = [1]
    for power in 1...400 {
      var carry: UInt8 = 0
      for index in digits.indices {
        let double = 2 * digits[index] + carry
        (digits[index], carry) = (double % 10, double / 10)
      }
      if carry > 0 { digits.append(carry) }
      let text = String(decoding: digits.reversed().map { $0 + UInt8(ascii: "0") }, as: UTF8.self)
      guard power > 63 else { continue }
      for (sign, last) in [("", UInt8(1) << UInt8(power % 8)), ("-", ~0 << UInt8(power % 8))] {
        let root = try Pickle(parsing: bytes("L\(sign)\(text)L\n.".utf8)).root
        guard case .bigInteger(let found) = root.value else {
          Issue.record("2^\(power) is no integer")
          continue
        }
        var expected = [UInt8](repeating: 0, count: power / 8) + [last]
        // The sign's bit has to be right.
        if sign.isEmpty, last == 0x80 { expected.append(0) }
        #expect(Array(found) == expected, "\(sign)2^\(power)")
      }
    }
  }

  /// The name of the limit that a file passes; `nil` where it passes none.
  private func limit(
    _ file: ContiguousArray<UInt8>, _ limits: ReadLimits = ReadLimits()
  ) -> String? {
    do throws(PickleError) {
      _ = try Pickle(parsing: file, limits: limits)
      return nil
    } catch {
      guard case .limitExceeded(_, let name, _) = error else { return "\(error)" }
      return name
    }
  }

  @Test func `names are short, however often one is mentioned`() throws {
    for (length, isRead) in [(255, true), (256, false)] {
      let name = repeated("n".utf8, length)
      let file = bytes(
        [0x80, 4, 0x58, UInt8(length & 0xFF), UInt8(length >> 8), 0, 0], name, [0x94],
        repeated(bytes("h\u{0}h\u{0}".utf8, [0x93], "0".utf8), 1_000), ".".utf8)
      let pickle = try? Pickle(parsing: file, names: .any)
      #expect((pickle != nil) == isRead)
      #expect((pickle?.mentions.count ?? 1) == 1)
    }
  }

  @Test func `an object has ten thousand attributes and no more`() throws {
    for (count, isRead) in [(10_000, true), (10_001, false)] {
      let file = bytes(
        [0x80, 2], "csklearn.pipeline\nPipeline\n)".utf8, [0x81], "}(X".utf8, [1, 0, 0, 0],
        "aq".utf8,
        [0], "N".utf8, repeated("h\u{0}h\u{0}".utf8, count - 1), "ub.".utf8)
      let root = try Pickle(parsing: file).root
      #expect(((try? root.attributes()) != nil) == isRead)
    }
  }
}

private func repeated(_ part: some Collection<UInt8>, _ count: Int) -> ContiguousArray<UInt8> {
  var bytes: ContiguousArray<UInt8> = []
  bytes.reserveCapacity(part.count * count)
  for _ in 0..<count { bytes += part }
  return bytes
}
