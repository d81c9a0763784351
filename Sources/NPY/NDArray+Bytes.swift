// The one file of this target that touches memory by hand: bytes to words and back, and elements
// moved to other places. Everything here is bounded by the counts of the arrays it is given.

extension ContiguousArray<UInt8> {
  /// The bytes as whole words; a rest that is no whole word is left out.
  ///
  /// - Parameter order: How the bytes of a word lie; `none` is for words of one byte.
  func words<Word: FixedWidthInteger & BitwiseCopyable>(
    _ type: Word.Type, order: DType.ByteOrder
  ) -> ContiguousArray<Word> {
    let wordCount = count / MemoryLayout<Word>.size
    // Making an array of no element as below writes to the storage that all empty arrays share.
    guard wordCount > 0 else { return [] }
    var words = unsafe ContiguousArray<Word>(unsafeUninitializedCapacity: wordCount) {
      words, filled in
      unsafe withUnsafeBytes { source in
        // The destination has room for wordCount words, and the source holds at least as many.
        unsafe UnsafeMutableRawBufferPointer(words).copyMemory(
          from: UnsafeRawBufferPointer(
            rebasing: source[..<(wordCount * MemoryLayout<Word>.size)]))
      }
      filled = wordCount
    }
    if order != .none, order != .native {
      for index in words.indices { words[index] = words[index].byteSwapped }
    }
    return words
  }

  /// The bytes of these values as they lie in memory.
  init<Value: BitwiseCopyable>(bytesOf values: ContiguousArray<Value>) {
    self = unsafe values.withUnsafeBytes { unsafe ContiguousArray($0) }
  }

  /// A matrix of elements with its axes swapped, element by element.
  ///
  /// - Parameters:
  ///   - rows: The rows of the matrix that the bytes hold, row by row.
  ///   - columns: Its columns.
  ///   - itemSize: The bytes of an element.
  /// - Precondition: There are `rows * columns * itemSize` bytes.
  func transposed(rows: Int, columns: Int, itemSize: Int) -> Self {
    precondition(count == rows * columns * itemSize)
    // A matrix of no element may still have 10^17 rows: too many to walk along.
    guard !isEmpty else { return self }
    switch itemSize {
    case 1: return transposed(rows, columns, as: UInt8.self)
    case 2: return transposed(rows, columns, as: UInt16.self)
    case 4: return transposed(rows, columns, as: UInt32.self)
    case 8: return transposed(rows, columns, as: UInt64.self)
    case 16: return transposed(rows, columns, as: SIMD2<UInt64>.self)
    default:
      var result = Self()
      result.reserveCapacity(count)
      for column in 0..<columns {
        for row in 0..<rows {
          let start = (row * columns + column) * itemSize
          result += self[start..<start + itemSize]
        }
      }
      return result
    }
  }

  private func transposed<Item: BitwiseCopyable>(
    _ rows: Int, _ columns: Int, as type: Item.Type
  ) -> Self {
    let size = MemoryLayout<Item>.size
    // Tiles keep both the rows read and the rows written in the cache.
    let tile = 32
    return unsafe Self(unsafeUninitializedCapacity: count) { destination, filled in
      unsafe withUnsafeBytes { source in
        let target = UnsafeMutableRawBufferPointer(destination)
        for rowTile in stride(from: 0, to: rows, by: tile) {
          for columnTile in stride(from: 0, to: columns, by: tile) {
            for row in rowTile..<Swift.min(rowTile + tile, rows) {
              for column in columnTile..<Swift.min(columnTile + tile, columns) {
                // Both indices are below rows * columns; arrays of bytes need no alignment here.
                let element = unsafe source.loadUnaligned(
                  fromByteOffset: (row * columns + column) * size, as: type)
                unsafe target.storeBytes(
                  of: element, toByteOffset: (column * rows + row) * size, as: type)
              }
            }
          }
        }
      }
      filled = count
    }
  }
}
