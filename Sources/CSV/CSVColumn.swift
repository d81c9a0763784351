/// What the cells of a column are to a network.
package enum CSVColumn: Sendable {
  /// Nothing.
  case unused
  /// Numbers.
  case number(allowsGaps: Bool)
  /// Texts, each of them the number of its place among those that are known, and −1 for another text.
  case text(CSVTexts, allowsGaps: Bool, allowsUnknown: Bool)
}

/// Texts and their places.
///
/// A class, because each cell looks its column up: one reference is counted then, and not three arrays.
package final class CSVTexts: Sendable {
  /// The bytes of all texts, one after another, and where each of them ends.
  private let bytes: ContiguousArray<UInt8>
  private let ends: [Int]
  /// The place of a text, in one of the slots after the one that its hash says; −1 for no text.
  private let slots: [Int32]
  /// What the hashes begin with. Another one for each table, so that no file can choose texts that collide.
  private let seed = UInt64.random(in: .min ... .max)

  /// Some texts. Of a text that occurs twice, the first place counts.
  package init(_ texts: [String]) {
    var bytes = ContiguousArray<UInt8>()
    var ends: [Int] = []
    for text in texts {
      bytes += text.utf8
      ends.append(bytes.count)
    }
    var size = 4
    while size < 2 * texts.count { size *= 2 }
    var slots = [Int32](repeating: -1, count: size)
    for place in texts.indices {
      let range = Self.range(of: place, ends)
      var slot = Self.hash(bytes.span, range.lowerBound, range.upperBound, seed) & (size - 1)
      var isNew = true
      while slots[slot] >= 0 {
        if bytes[Self.range(of: Int(slots[slot]), ends)] == bytes[range] { isNew = false }
        slot = (slot + 1) & (size - 1)
      }
      if isNew { slots[slot] = Int32(place) }
    }
    (self.bytes, self.ends, self.slots) = (bytes, ends, slots)
  }

  /// The place of a text; `nil` for one that is not there.
  package func place(of text: String) -> Int? {
    let text = ContiguousArray(text.utf8)
    return place(in: text.span, from: 0, to: text.count)
  }

  /// The place of a part of some bytes.
  func place(in text: Span<UInt8>, from start: Int, to end: Int) -> Int? {
    var slot = Self.hash(text, start, end, seed) & (slots.count - 1)
    while slots[slot] >= 0 {
      let known = Self.range(of: Int(slots[slot]), ends)
      if known.count == end - start {
        var count = 0
        while count < known.count, bytes[known.lowerBound + count] == text[start + count] {
          count += 1
        }
        if count == known.count { return Int(slots[slot]) }
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  /// Where a text is.
  private static func range(of place: Int, _ ends: [Int]) -> Range<Int> {
    (place == 0 ? 0 : ends[place - 1])..<ends[place]
  }

  /// FNV-1a, but that it begins with a seed, and mixes the bits at the end.
  private static func hash(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ seed: UInt64
  ) -> Int {
    var hash = seed
    for index in start..<end { hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01b3 }
    hash = (hash ^ hash >> 32) &* 0x9E37_79B9_7F4A_7C15
    return Int(truncatingIfNeeded: hash >> 33)
  }
}
