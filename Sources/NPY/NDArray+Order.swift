extension NDArray {
  /// The matrix with its axes swapped: shape (r, c) becomes (c, r), and element (i, j) is what
  /// (j, i) was, bit for bit.
  ///
  /// The elements are moved and the order is kept: row by row stays row by row, and Fortran order
  /// stays Fortran order. So transposing twice gives back the very bytes.
  ///
  /// - Precondition: The array has two axes.
  public func transposed() -> NDArray {
    precondition(shape.count == 2, "only a matrix can be transposed")
    let (rows, columns) = storedSizes
    return NDArray(
      NPYHeader(header, reshaped: [shape[1], shape[0]]),
      valid: bytes.transposed(rows: rows, columns: columns, itemSize: dtype.itemSize),
      encoding: knownEncoding)
  }

  /// The rows and columns of a matrix as its bytes lie, row by row.
  var storedSizes: (rows: Int, columns: Int) {
    header.isFortranOrder ? (shape[1], shape[0]) : (shape[0], shape[1])
  }

  /// The same elements, in the order of the file, under another shape.
  ///
  /// - Parameter shape: Axes whose product is ``count``.
  /// - Precondition: Both shapes have as many elements, and at most one axis longer than 1, so that
  ///   no order is meant.
  package func reshapedVector(_ shape: [Int]) -> NDArray {
    precondition(!header.isFortranOrder)
    return NDArray(NPYHeader(header, reshaped: shape), valid: bytes, encoding: knownEncoding)
  }

  /// The first elements, in C order, as an array of one axis.
  ///
  /// - Parameter count: How many at the most.
  /// - Returns: An array of the same dtype.
  package func prefix(_ count: Int) -> NDArray {
    slice(0..<min(count, self.count), shape: [min(count, self.count)])
  }

  /// Some elements, counted in C order, as an array of their own in C order.
  ///
  /// - Parameters:
  ///   - elements: Which; they must be there.
  ///   - shape: Axes whose product is the number of elements.
  /// - Returns: An array of the same dtype.
  package func slice(_ elements: Range<Int>, shape: [Int]) -> NDArray {
    precondition(shape.reduce(1, *) == elements.count)
    let size = dtype.itemSize
    return NDArray(
      NPYHeader(partOf: header, shape: shape, count: elements.count),
      valid: ContiguousArray(
        bytesInCOrder[elements.lowerBound * size..<elements.upperBound * size])
    ).read(like: self)
  }

  /// Some elements of an array, in the order of the file, as an array of one axis.
  ///
  /// - Parameters:
  ///   - bytes: Whole elements, no more than the array has.
  ///   - header: The header of the array; not one of long doubles, whose encoding only all of them tell.
  package init(elements bytes: ContiguousArray<UInt8>, of header: NPYHeader) {
    let count = bytes.count / header.dtype.itemSize
    precondition(count * header.dtype.itemSize == bytes.count && count <= header.count)
    self.init(NPYHeader(partOf: header, shape: [count], count: count), valid: bytes)
  }

  /// The same array with the last axis varying fastest.
  package func inCOrder() -> NDArray {
    guard header.isFortranOrder else { return self }
    return NDArray(
      NPYHeader(partOf: header, shape: shape, count: count), valid: bytesInCOrder,
      encoding: knownEncoding)
  }

  /// The same values in little-endian byte order.
  package func inLittleEndian() -> NDArray {
    guard dtype.byteOrder == .big else { return self }
    let size = dtype.wordSize
    var swapped = bytes
    for start in stride(from: 0, to: swapped.count, by: size) {
      for index in 0..<size / 2 { swapped.swapAt(start + index, start + size - 1 - index) }
    }
    return NDArray(
      NPYHeader(header, byteOrder: .little), valid: swapped, encoding: knownEncoding)
  }

  /// The elements' bytes with the last axis varying fastest, whatever the order in the file.
  var bytesInCOrder: ContiguousArray<UInt8> {
    guard header.isFortranOrder else { return bytes }
    // In Fortran order the first axis varies fastest: swap it, as the column of a matrix, with the
    // rest, and what remains is the same task with one axis less.
    var result = bytes
    var outer = 1
    var inner = count
    for length in shape.dropLast() where length > 1 {
      inner /= length
      let block = length * inner * dtype.itemSize
      var next = ContiguousArray<UInt8>()
      next.reserveCapacity(result.count)
      for index in 0..<outer {
        next += ContiguousArray(result[index * block..<(index + 1) * block])
          .transposed(rows: inner, columns: length, itemSize: dtype.itemSize)
      }
      result = next
      outer *= length
    }
    return result
  }
}
