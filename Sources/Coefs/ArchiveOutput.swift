/// An NPZ that is to be written: each array is read back as soon as it is, and compared bit for bit with
/// what was meant, and the file appears when all of it has been.
struct ArchiveOutput {
  /// The path; `-` is standard output.
  let file: String
  /// Whether the arrays are deflated.
  var isCompressed = false
  /// Whether a file that is there already may be replaced.
  let replacing: Bool
  /// Whether to wait for the disk.
  var isFlushed = true

  /// An array to be written.
  typealias Item = (name: String, array: BlockwiseArray)
  /// What was written.
  typealias Written = (byteCount: Int, arrays: [(name: String, header: NPYHeader)])

  /// Writes arrays that are in memory.
  func write(_ arrays: [NamedArray]) throws(CoefsError) -> Written {
    try write(runs: 1) { _ in arrays.map { ($0.name, BlockwiseArray(of: $0.array)) } }
  }

  /// Writes arrays in runs, of which only one is in memory at a time.
  ///
  /// - Parameters:
  ///   - count: The number of runs.
  ///   - run: The arrays of a run, from 0; each is asked for once, in turn.
  func write(
    runs count: Int, _ run: (Int) throws(CoefsError) -> [Item]
  ) throws(CoefsError) -> Written {
    var arrays: [(name: String, header: NPYHeader)] = []
    do {
      guard file == "-" else {
        let output = try write(
          to: try AtomicFile(path: file, replacing: replacing), runs: count, run,
          written: &arrays)
        let byteCount = try output.readBack().count
        try output.commit(isFlushed: isFlushed)
        return (byteCount, arrays)
      }
      let memory = try write(to: MemorySink(), runs: count, run, written: &arrays)
      var output = DescriptorSink.standardOutput
      try output.write(memory.bytes.span)
      return (memory.bytes.count, arrays)
    } catch let error as CoefsError {
      throw error
    } catch let error as NPZError {
      throw CoefsError(file, .npz(error))
    } catch let error as ZipError {
      throw CoefsError(file, .zip(error))
    } catch {
      preconditionFailure("no other error is thrown: \(error)")
    }
  }

  private func write<Sink: ReadableSink & ~Copyable>(
    to sink: consuming Sink, runs count: Int, _ run: (Int) throws(CoefsError) -> [Item],
    written arrays: inout [(name: String, header: NPYHeader)]
  ) throws -> Sink {
    var writer = NPZWriter(to: sink, isCompressed: isCompressed)
    for index in 0..<count {
      let items = try run(index)
      // Several are deflated at the same time.
      let isTogether = isCompressed && items.count > 1
      if isTogether { try writer.add(items.map { NamedArray($0.name, $0.array.array) }) }
      for (index, item) in items.enumerated() {
        let isSame =
          isTogether
          ? try writer.readsBack(arrays.count + index, as: item.array)
          : try writer.addAndCompare(item.name, item.array)
        guard isSame else {
          throw CoefsError(file, .notAsWritten("array '\(item.name)' differs"))
        }
      }
      arrays += items.map { ($0.name, $0.array.header) }
    }
    let members = writer.members
    let written = try writer.finish()
    // That the directory leads to the very bytes that were compared, and to no others.
    let archive = try NPZReader(try written.readBack(), limits: .ownFiles)
    guard archive.members == members else {
      throw CoefsError(file, .notAsWritten("the directory differs"))
    }
    guard archive.entries.map(\.name) == arrays.map(\.name) else {
      throw CoefsError(file, .notAsWritten("the names differ"))
    }
    return written
  }
}
