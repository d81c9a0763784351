/// A file of this header and data.
func file(_ header: String, data: [UInt8] = [], length: UInt64? = nil) -> ContiguousArray<UInt8> {
  var bytes: ContiguousArray<UInt8> = []
  let length = length ?? UInt64(header.utf8.count)
  for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: length >> UInt64(8 * shift))) }
  return bytes + Array(header.utf8) + data
}
