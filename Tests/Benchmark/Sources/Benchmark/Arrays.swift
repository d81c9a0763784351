import Coefs

/// `open-npy FILE`: opens a view of an NPY.
func openNPY(_ arguments: inout Arguments) throws {
  let file = try arguments.next()
  try serve {
    try NPYFile.map(file)
  } answer: {
    "\($0.count)"
  }
}

/// `sum-npy FILE`: opens a view of an NPY of doubles and sums them.
func sumNPY(_ arguments: inout Arguments) throws {
  let file = try arguments.next()
  try serve {
    try sum(NPYFile.map(file).elements(as: Double.self))
  } answer: {
    "\($0)"
  }
}

/// `load-npy FILE`: reads an NPY into memory.
func loadNPY(_ arguments: inout Arguments) throws {
  let file = try arguments.next()
  try serve {
    try NPYFile.read(file)
  } answer: {
    "\(fingerprint($0.bytes.span))"
  }
}

/// `save-npy FILE OUTPUT`: writes the array of an NPY to a new file, without waiting for the disk, as the
/// peers do.
func saveNPY(_ arguments: inout Arguments) throws {
  let array = try NPYFile.read(arguments.next())
  let output = try arguments.next()
  try serve {
    try NPYFile.write(array, to: output, isFlushed: false)
  } answer: {
    output
  }
}

/// The sum of doubles, in sixteen running sums.
private func sum(_ elements: MappedArray.Elements<Double>) -> Double {
  let sum = unsafe elements.withContiguousStorageIfAvailable { elements in
    var (one, other) = (SIMD8<Double>(), SIMD8<Double>())
    let vectors = UnsafeRawBufferPointer(elements)
    let step = MemoryLayout<SIMD8<Double>>.size
    // The arrays here have a multiple of sixteen elements.
    for offset in stride(from: 0, to: vectors.count, by: 2 * step) {
      one += unsafe vectors.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self)
      other += unsafe vectors.loadUnaligned(fromByteOffset: offset + step, as: SIMD8<Double>.self)
    }
    return (one + other).sum()
  }
  return sum ?? elements.reduce(0, +)
}
