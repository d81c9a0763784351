import Coefs

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// `open-npy FILE`: opens an NPY and makes its elements accessible.
func openNPY(_ arguments: inout Arguments) throws {
  let file = try arguments.next()
  try serve {
    try NDArray(parsing: contents(of: file))
  } answer: {
    "\($0.count)"
  }
}

/// `sum-npy FILE`: opens an NPY of doubles and sums them.
func sumNPY(_ arguments: inout Arguments) throws {
  let file = try arguments.next()
  try serve {
    let array = try NDArray(parsing: contents(of: file))
    return sum(array.bytes.span)
  } answer: {
    "\($0)"
  }
}

/// `load-npy FILE`: reads an NPY into memory.
func loadNPY(_ arguments: inout Arguments) throws {
  let file = try arguments.next()
  try serve {
    try NDArray(parsing: contents(of: file))
  } answer: {
    "\(fingerprint($0.bytes.span))"
  }
}

/// `save-npy FILE OUTPUT`: writes the array of an NPY to a new file.
func saveNPY(_ arguments: inout Arguments) throws {
  let array = try NDArray(parsing: contents(of: arguments.next()))
  let output = try arguments.next()
  try serve {
    try write(array, to: output)
  } answer: {
    output
  }
}

/// The sum of doubles, in eight running sums.
private func sum(_ span: Span<UInt8>) -> Double {
  // Numbers are stored without padding.
  let bytes = unsafe span.bytes
  var sums = SIMD8<Double>()
  for offset in stride(from: 0, to: bytes.byteCount, by: MemoryLayout<SIMD8<Double>>.size) {
    // The arrays here have a multiple of eight elements; any bits are a double.
    sums += unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self)
  }
  return sums.sum()
}

/// All bytes of a file.
private func contents(of file: String) throws -> ContiguousArray<UInt8> {
  let descriptor = unsafe open(file, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw ZipError.cannotOpen(errno: errno) }
  defer { close(descriptor) }
  let size = Int(lseek(descriptor, 0, SEEK_END))
  return unsafe ContiguousArray(unsafeUninitializedCapacity: size) { buffer, filled in
    while filled < size {
      let rest = unsafe UnsafeMutableBufferPointer(rebasing: buffer[filled...])
      let got = unsafe pread(descriptor, rest.baseAddress, rest.count, off_t(filled))
      guard got > 0 else { return }
      filled += got
    }
  }
}

/// Writes an array to a new file.
func write(_ array: NDArray, to path: String) throws {
  unsafe unlink(path)
  let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
  guard descriptor >= 0 else { throw ZipError.cannotCreate(errno: errno) }
  defer { close(descriptor) }
  var sink = DescriptorSink(descriptor: descriptor)
  try sink.write(array.header.bytes.span)
  try sink.write(array.bytes.span)
}
