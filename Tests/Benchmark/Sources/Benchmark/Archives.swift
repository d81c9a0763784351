import Coefs

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// `load-npz FILE CALLS`: reads all arrays of an archive.
func loadNPZ(_ arguments: inout Arguments) throws {
  let file = try arguments.next()
  try serve(calls: arguments.next(Int.self)) {
    try arrays(of: file)
  } answer: { arrays in
    arrays.map { "\(fingerprint($0.array.bytes.span))" }.joined(separator: " ")
  }
}

/// `save-npz FILE OUTPUT stored|deflated`: writes the arrays of an archive to a new one.
func saveNPZ(_ arguments: inout Arguments) throws {
  let arrays = try arrays(of: arguments.next())
  let output = try arguments.next()
  let isCompressed = try arguments.next() == "deflated"
  try serve {
    unsafe unlink(output)
    let descriptor = unsafe open(output, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw ZipError.cannotCreate(errno: errno) }
    defer { close(descriptor) }
    var writer = NPZWriter(
      to: DescriptorSink(descriptor: descriptor), isCompressed: isCompressed)
    for item in arrays { try writer.add(item.name, item.array) }
    _ = try writer.finish()
  } answer: {
    output
  }
}

private func arrays(of file: String) throws -> [NamedArray] {
  let reader = try NPZReader(path: file)
  var arrays: [NamedArray] = []
  for entry in reader.entries { arrays.append(NamedArray(entry.name, try reader.array(entry))) }
  return arrays
}
