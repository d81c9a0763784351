import Coefs
import Files
import NPZ

/// `load-npz FILE CALLS`: reads all arrays of an archive.
func loadNPZ(_ arguments: inout Arguments) throws {
  let file = try arguments.next()
  try serve(calls: arguments.next(Int.self)) {
    try arrays(of: file)
  } answer: { arrays in
    arrays.map { "\(fingerprint($0.array.bytes.span))" }.joined(separator: " ")
  }
}

/// `save-npz FILE OUTPUT stored|deflated`: writes the arrays of an archive to a new one, without waiting
/// for the disk, as the peers do.
func saveNPZ(_ arguments: inout Arguments) throws {
  let arrays = try arrays(of: arguments.next())
  let output = try arguments.next()
  let isCompressed = try arguments.next() == "deflated"
  try serve {
    var writer = NPZWriter(
      to: try AtomicFile(path: output, replacing: false), isCompressed: isCompressed)
    try writer.add(arrays)
    try writer.finish().commit(isFlushed: false)
  } answer: {
    output
  }
}

private func arrays(of file: String) throws -> [NamedArray] {
  let reader = try NPZReader(path: file)
  return zip(reader.entries, try reader.arrays(reader.entries)).map { NamedArray($0.name, $1) }
}
