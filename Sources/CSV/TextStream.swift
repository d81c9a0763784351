package import Deflate

/// A text in UTF-8, a block at a time, whatever its encoding: UTF-8 with or without a byte order mark, or UTF-16 with
/// one.
package final class TextStream {
  /// The encodings that are read.
  package enum Encoding: String, Sendable {
    case utf8 = "UTF-8"
    case utf16LittleEndian = "UTF-16 (little endian)"
    case utf16BigEndian = "UTF-16 (big endian)"
  }

  /// The encoding, which the first bytes tell.
  package let encoding: Encoding

  private let bytes: PlainStream
  private var markLength: Int
  /// Bytes of UTF-16 that are half a unit, and a unit that is half a character.
  private var half: UInt8?
  private var highSurrogate: UInt16?
  private var position = 0

  /// Looks at the first bytes of a text.
  ///
  /// - Throws: ``CSVError``.
  package init(_ bytes: PlainStream) throws(CSVError) {
    self.bytes = bytes
    let first: ContiguousArray<UInt8>
    do { first = try bytes.first(4) } catch { throw .bytes(error) }
    for mark in [[0xFF, 0xFE, 0, 0], [0, 0, 0xFE, 0xFF]] as [[UInt8]]
    where first == ContiguousArray(mark) {
      throw .unsupportedEncoding("UTF-32")
    }
    if first.starts(with: [0xFF, 0xFE]) {
      (encoding, markLength) = (.utf16LittleEndian, 2)
    } else if first.starts(with: [0xFE, 0xFF]) {
      (encoding, markLength) = (.utf16BigEndian, 2)
    } else {
      (encoding, markLength) = (.utf8, first.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0)
    }
  }

  /// The share of the input that was read, from 0 to 1; `nil` where only its end will tell.
  package var fraction: Double? { bytes.fraction }

  /// The next part of the text.
  ///
  /// - Returns: UTF-8, which may end within a character, and may be empty; `nil` at the end.
  /// - Throws: ``CSVError``.
  package func next() throws(CSVError) -> ContiguousArray<UInt8>? {
    let block: ContiguousArray<UInt8>?
    do { block = try bytes.next() } catch { throw .bytes(error) }
    guard var block else {
      guard half == nil else { throw .badUTF16(offset: position - 1) }
      guard highSurrogate == nil else { throw .badUTF16(offset: position - 2) }
      return nil
    }
    defer { position += block.count }
    if markLength > 0 {
      // The mark lies in the first block, whose first four bytes were looked at.
      block.removeFirst(markLength)
      position += markLength
      markLength = 0
    }
    switch encoding {
    case .utf8: return block
    case .utf16LittleEndian: return try decoded(block, highFirst: false)
    case .utf16BigEndian: return try decoded(block, highFirst: true)
    }
  }

  private func decoded(
    _ block: ContiguousArray<UInt8>, highFirst: Bool
  ) throws(CSVError) -> ContiguousArray<UInt8> {
    var text = ContiguousArray<UInt8>()
    text.reserveCapacity(block.count)
    for (index, byte) in block.enumerated() {
      guard let first = half else {
        half = byte
        continue
      }
      half = nil
      let unit =
        highFirst ? UInt16(first) << 8 | UInt16(byte) : UInt16(byte) << 8 | UInt16(first)
      let scalar: Unicode.Scalar?
      if let high = highSurrogate {
        guard UTF16.isTrailSurrogate(unit) else { throw .badUTF16(offset: position + index - 1) }
        highSurrogate = nil
        scalar = Unicode.Scalar(0x10000 + (UInt32(high & 0x3FF) << 10 | UInt32(unit & 0x3FF)))
      } else if UTF16.isLeadSurrogate(unit) {
        highSurrogate = unit
        continue
      } else {
        scalar = Unicode.Scalar(unit)
      }
      guard let scalar else { throw .badUTF16(offset: position + index - 1) }
      text.append(contentsOf: UTF8.encode(scalar).map { ContiguousArray($0) } ?? [])
    }
    return text
  }
}
