import Files
import Pickle
import Sklearn

/// Bytes of a pickle, from pieces of text and numbers.
func bytes(_ parts: any Sequence<UInt8>...) -> ContiguousArray<UInt8> {
  var bytes: ContiguousArray<UInt8> = []
  for part in parts { bytes.append(contentsOf: Array(part)) }
  return bytes
}

/// The error that reading throws; `nil` where it succeeds.
func failure(
  _ file: ContiguousArray<UInt8>, _ limits: ReadLimits = ReadLimits(),
  names: PickleNames = .networks
) -> PickleError? {
  do throws(PickleError) {
    _ = try Pickle(parsing: file, limits: limits, names: names)
    return nil
  } catch {
    return error
  }
}

// The files here are those of networks, whose names are allowed unless a test says otherwise.
extension Pickle {
  convenience init(parsing file: ContiguousArray<UInt8>) throws(PickleError) {
    try self.init(parsing: file, names: .networks)
  }

  convenience init(
    parsing file: ContiguousArray<UInt8>, limits: ReadLimits
  ) throws(PickleError) {
    try self.init(parsing: file, limits: limits, names: .networks)
  }
}
