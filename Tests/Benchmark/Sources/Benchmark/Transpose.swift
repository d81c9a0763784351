import Coefs
import NPZ

/// `transpose FILE.npz`: transposes the archive's one matrix into fresh memory.
func transpose(_ arguments: inout Arguments) throws {
  let reader = try NPZReader(path: arguments.next())
  let matrix = try reader.array(reader.entries[0])
  try serve {
    matrix.transposed()
  } answer: {
    "\(fingerprint($0.bytes.span))"
  }
}
