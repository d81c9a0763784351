internal import CBytes
import Dispatch
import Synchronization

// The one file of this target that touches memory by hand: bytes to words and back, and elements
// moved to other places. Everything here is bounded by the counts of the arrays it is given.

extension ContiguousArray<UInt8> {
  /// What the bytes mean as whole words; a rest that is no whole word is left out.
  ///
  /// - Parameters:
  ///   - order: How the bytes of a word lie; `none` is for words of one byte.
  ///   - value: The meaning of a word.
  @inline(__always)
  func words<Word: FixedWidthInteger & BitwiseCopyable, Value>(
    _ type: Word.Type, order: DType.ByteOrder, as value: (Word) -> Value
  ) -> ContiguousArray<Value> {
    let wordCount = count / MemoryLayout<Word>.size
    // Making an array of no element as below writes to the storage that all empty arrays share.
    guard wordCount > 0 else { return [] }
    let isSwapped = order != .none && order != .native
    return unsafe ContiguousArray<Value>(unsafeUninitializedCapacity: wordCount) {
      values, filled in
      unsafe cbytes_will_fill(values.baseAddress, wordCount * MemoryLayout<Value>.stride)
      unsafe withUnsafeBytes { source in
        // The source holds at least as many words.
        for index in 0..<wordCount {
          let word = unsafe source.loadUnaligned(
            fromByteOffset: index * MemoryLayout<Word>.size, as: Word.self)
          unsafe values.initializeElement(
            at: index, to: value(isSwapped ? word.byteSwapped : word))
        }
      }
      filled = wordCount
    }
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
    return unsafe Self(unsafeUninitializedCapacity: count) { destination, filled in
      unsafe cbytes_will_fill(destination.baseAddress, count)
      unsafe withUnsafeBytes { source in
        unsafe source.transpose(
          rows: rows, columns: columns, itemSize: itemSize,
          into: UnsafeMutableRawBufferPointer(destination))
      }
      filled = count
    }
  }
}

extension UnsafeRawBufferPointer {
  /// Writes a matrix, which these bytes are, with its axes swapped; several threads share a large one.
  ///
  /// - Precondition: Both buffers have `rows * columns * itemSize` bytes, and some.
  fileprivate func transpose(
    rows: Int, columns: Int, itemSize: Int, into target: UnsafeMutableRawBufferPointer
  ) {
    guard let from = baseAddress, let to = target.baseAddress else { return }
    // Read by all threads; each writes a part of its own.
    nonisolated(unsafe) let (source, target) = unsafe (from, to)
    // The longer axis is cut into parts, each wide enough to be read in one go, and large enough to pay
    // for the waking of a thread.
    let byRows = rows > columns
    let length = Swift.max(rows, columns)
    let parts = Swift.max(1, Swift.min(count / sharedPart, length / 256))
    // Whole lines of the cache, so that no two threads write into one.
    let step = ((length + parts - 1) / parts + 63) / 64 * 64
    let transpose = { @Sendable (part: Int) in
      let start = part * step
      let length = Swift.min(step, length - start)
      guard length > 0 else { return }
      let (row, column) = byRows ? (start, 0) : (0, start)
      // The part lies within both matrices, whose sizes are those of the buffers.
      unsafe cbytes_transpose(
        byRows ? length : rows, byRows ? columns : length, itemSize,
        source + (row * columns + column) * itemSize, columns * itemSize,
        target + (column * rows + row) * itemSize, rows * itemSize)
    }
    if parts == 1 {
      transpose(0)
    } else {
      DispatchQueue.concurrentPerform(iterations: parts, execute: transpose)
    }
  }
}

extension NDArray {
  /// Copies some elements, counted in the order of the file, or in that of the transpose.
  ///
  /// - Precondition: The elements exist, the buffer has exactly their size, and an array to be
  ///   transposed has two axes.
  func copy(_ elements: Range<Int>, isMoved: Bool, into target: UnsafeMutableRawBufferPointer) {
    let size = dtype.itemSize
    precondition(elements.upperBound <= count && target.count == elements.count * size)
    guard let to = target.baseAddress, !elements.isEmpty else { return }
    unsafe bytes.withUnsafeBytes { source in
      guard isMoved, let from = source.baseAddress else {
        unsafe target.copyMemory(
          from: UnsafeRawBufferPointer(
            rebasing: source[elements.lowerBound * size..<elements.upperBound * size]))
        return
      }
      let (rows, columns) = storedSizes
      var next = elements.lowerBound
      while next < elements.upperBound {
        // A column of the source is a row of the target: the rest of one, or several whole ones.
        let (column, row) = next.quotientAndRemainder(dividingBy: rows)
        let left = elements.upperBound - next
        let isWhole = row == 0 && left >= rows
        let length = isWhole ? rows : Swift.min(rows - row, left)
        let width = isWhole ? left / rows : 1
        unsafe cbytes_transpose(
          length, width, size, from + (row * columns + column) * size, columns * size,
          to + (next - elements.lowerBound) * size, rows * size)
        next += length * width
      }
    }
  }

  /// Some elements as an array of their own, of one axis.
  ///
  /// Of long doubles it must be known how the whole array is to be read (``preparedForParts()``).
  func part(_ elements: Range<Int>, isMoved: Bool) -> NDArray {
    NDArray(
      NPYHeader(partOf: header, shape: [elements.count], count: elements.count),
      valid: unsafe ContiguousArray(
        unsafeUninitializedCapacity: Swift.max(1, elements.count * dtype.itemSize)
      ) { buffer, filled in
        filled = elements.count * dtype.itemSize
        unsafe copy(
          elements, isMoved: isMoved,
          into: UnsafeMutableRawBufferPointer(
            rebasing: UnsafeMutableRawBufferPointer(buffer)[..<filled]))
      }, encoding: knownEncoding)
  }

  /// Whether every number is finite, for floats of 2, 4 or 8 bytes; `nil` for all other types.
  package var isFinite: Bool? {
    guard dtype.kind == .float, dtype.itemSize <= 8 else { return nil }
    let isNative = dtype.byteOrder == .native
    return switch dtype.itemSize {
    case 2: bytes.exponentsAreFinite(0x7C00 as UInt16, isNative: isNative)
    case 4: bytes.exponentsAreFinite(0x7F80_0000 as UInt32, isNative: isNative)
    default: bytes.exponentsAreFinite(0x7FF0_0000_0000_0000 as UInt64, isNative: isNative)
    }
  }
}

extension ContiguousArray<UInt8> {
  /// Whether no word has all the bits of the exponent, as NaN and the infinities have; several threads
  /// look at many words.
  fileprivate func exponentsAreFinite<Word: FixedWidthInteger & BitwiseCopyable & Sendable>(
    _ exponent: Word, isNative: Bool
  ) -> Bool where Word: SIMDScalar {
    unsafe withUnsafeBytes { bytes in
      let part = 2 * sharedPart
      guard bytes.count > part else {
        return unsafe bytes.exponentsAreFinite(exponent, isNative: isNative)
      }
      // Read by all threads.
      nonisolated(unsafe) let bytes = unsafe bytes
      let isFinite = Atomic(true)
      unsafe DispatchQueue.concurrentPerform(iterations: (bytes.count + part - 1) / part) { index in
        let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[(index * part)...].prefix(part))
        if unsafe !rest.exponentsAreFinite(exponent, isNative: isNative) {
          isFinite.store(false, ordering: .relaxed)
        }
      }
      return isFinite.load(ordering: .relaxed)
    }
  }
}

extension UnsafeRawBufferPointer {
  /// The same on this thread.
  fileprivate func exponentsAreFinite<Word: FixedWidthInteger & BitwiseCopyable & Sendable>(
    _ exponent: Word, isNative: Bool
  ) -> Bool where Word: SIMDScalar {
    // All bits of the exponent and its lowest one once more make the sign's bit.
    let lowest = exponent & (0 &- exponent)
    var sums: Word = 0
    var offset = 0
    if isNative {
      // Sixteen words at a time, in two running sums.
      typealias Words = SIMD16<Word>
      let (exponents, ones) = (Words(repeating: exponent), Words(repeating: lowest))
      let size = MemoryLayout<Words>.size
      var (some, others) = (Words(), Words())
      while count - offset >= 2 * size {
        // Both lie before the end.
        let one = unsafe loadUnaligned(fromByteOffset: offset, as: Words.self)
        let two = unsafe loadUnaligned(fromByteOffset: offset + size, as: Words.self)
        some |= (one & exponents) &+ ones
        others |= (two & exponents) &+ ones
        offset += 2 * size
      }
      some |= others
      for index in 0..<Words.scalarCount { sums |= some[index] }
    }
    while offset < count {
      let word = unsafe loadUnaligned(fromByteOffset: offset, as: Word.self)
      sums |= ((isNative ? word : word.byteSwapped) & exponent) &+ lowest
      offset += MemoryLayout<Word>.size
    }
    return sums & ~(Word.max >> 1) == 0
  }
}

/// The bytes of a matrix that are worth a thread of their own: some 0.3 ms of work, where waking one
/// takes up to 0.05 ms.
private let sharedPart = 1 << 20
