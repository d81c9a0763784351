/// An NPZ that is to be written: each array is read back as soon as it is, and compared bit for bit with
/// what was meant.
struct ArchiveOutput: CheckedOutput {
  /// An array to be written.
  typealias Item = (name: String, array: BlockwiseArray)

  /// The path of the output, for errors.
  let file: String
  /// Whether the arrays are deflated.
  var isCompressed = false
  /// The number of runs; only the arrays of one are in memory at a time.
  let runs: Int
  /// The arrays of a run, from 0; each is asked for once, in turn.
  let run: (Int) throws(CoefsError) -> [Item]

  /// What was written.
  private(set) var arrays: [(name: String, header: NPYHeader)] = []
  private var members: [ZipMember] = []

  /// An archive of arrays in runs.
  init(
    file: String, isCompressed: Bool, runs: Int,
    run: @escaping (Int) throws(CoefsError) -> [Item]
  ) {
    self.file = file
    self.isCompressed = isCompressed
    self.runs = runs
    self.run = run
  }

  /// An archive of arrays that are in memory.
  init(file: String, _ arrays: [NamedArray]) {
    self.init(file: file, isCompressed: false, runs: 1) { _ throws(CoefsError) in
      arrays.map { ($0.name, BlockwiseArray(of: $0.array)) }
    }
  }

  mutating func write<Sink: ReadableSink & ~Copyable>(to sink: consuming Sink) throws -> Sink {
    var writer = NPZWriter(to: sink, isCompressed: isCompressed)
    for index in 0..<runs {
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
    members = writer.members
    return try writer.finish()
  }

  /// That the directory leads to the very bytes that were compared, and to no others.
  func compare(with bytes: FileBytes, file: String) throws(CoefsError) {
    let archive: NPZReader
    do { archive = try NPZReader(bytes, limits: .ownFiles) } catch {
      throw CoefsError(file, .npz(error))
    }
    guard archive.members == members else {
      throw CoefsError(file, .notAsWritten("the directory differs"))
    }
    guard archive.entries.map(\.name) == arrays.map(\.name) else {
      throw CoefsError(file, .notAsWritten("the names differ"))
    }
  }
}
