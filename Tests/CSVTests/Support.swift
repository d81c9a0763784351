import CSV
import Deflate
import Files

/// A table in memory, handed out in blocks of so many bytes.
func reader(
  _ bytes: some Sequence<UInt8>, separator: CSVSeparator? = nil, blockSize: Int = 1 << 18
) throws -> CSVReader {
  let stream = ByteStream(InputFile(ContiguousArray(bytes)), blockSize: blockSize)
  return try CSVReader(TextStream(PlainStream(stream)), separator: separator)
}

/// All cells of a table, as texts.
func rows(
  _ text: some Sequence<UInt8>, separator: CSVSeparator? = nil, blockSize: Int = 1 << 18
) throws -> [[String]] {
  var reader = try reader(text, separator: separator, blockSize: blockSize)
  var rows: [[String]] = []
  while try reader.next() { rows.append(reader.cells.map { reader.string($0) }) }
  return rows
}
