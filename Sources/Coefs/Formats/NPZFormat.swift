import Files
import MLP
import NPY
import NPZ
import Sklearn
import Zip

extension FileFormat {
  /// NumPy's archive of arrays.
  public static let npz = FileFormat(
    "npz", endings: ["npz"], "an archive of arrays",
    [.compression, .names, .longDoubles, .metadata],
    content: FormatContent(
      steps: .nothing, activations: .eachOutsideSklearn, labels: .all, values: .all),
    begins: { input in InputFile.isArchive(input.start) },
    reader: .arrays { input throws(CoefsError) in
      let file = input.file
      let archive = try input.archive()
      let source = ArrayList.ArraySource { index throws(CoefsError) in
        do throws(NPZError) { return try archive.array(archive.entries[index]) } catch {
          throw CoefsError(file, error)
        }
      } readWhole: { index throws(CoefsError) in
        do throws(NPZError) { return try archive.bytes(of: archive.entries[index]) } catch {
          throw CoefsError(file, error)
        }
      } elements: { index throws(CoefsError) in
        do throws(NPZError) {
          let elements = try archive.elements(of: archive.entries[index])
          return { count throws(CoefsError) in
            do throws(NPZError) { return try elements.next(count) } catch {
              throw CoefsError(file, error)
            }
          }
        } catch {
          throw CoefsError(file, error)
        }
      }
      return ArrayList(
        file: file,
        entries: archive.entries.enumerated().map { index, entry in
          ArrayList.Entry(name: entry.name, header: entry.header, in: source, at: index)
        }, others: archive.otherMembers)
    },
    output: { network, options, _ throws(CoefsError) in
      // Layer by layer, of which few are in memory at a time.
      let outline = network.outline
      let groups = network.groups
      return NPZOutput(
        isCompressed: options.isCompressed, layout: options.layout, groups: groups.count + 1
      ) { index throws(CoefsError) in
        guard index < groups.count else {
          return outline.attributeArrays.map { ($0.name, BlockwiseArray(of: $0.array)) }
        }
        var arrays: [NPZOutput.Item] = []
        for (index, layer) in zip(groups[index], try network.layers(groups[index])) {
          try options.checkRange(of: layer, at: index, in: network.file)
          arrays += outline.arrays(
            of: layer, at: index, in: options.layout, named: options.naming,
            precision: options.precision)
        }
        return arrays
      }
    })
}

/// An NPZ to write: each array is read back as soon as it is written, and compared bit for bit with
/// what was meant.
struct NPZOutput: CheckedOutput {
  /// An array to be written.
  typealias Item = (name: String, array: BlockwiseArray)

  /// Whether the arrays are deflated.
  private let isCompressed: Bool
  let layout: WeightLayout
  /// The number of groups; only the arrays of one are in memory at a time.
  private let groups: Int
  /// The arrays of a group, from 0; each is asked for once, in turn.
  private let group: (Int) throws(CoefsError) -> [Item]

  private(set) var written: [(name: String, header: NPYHeader)] = []
  private var members: [ZipMember] = []

  /// An archive of arrays in groups.
  init(
    isCompressed: Bool, layout: WeightLayout, groups: Int,
    group: @escaping (Int) throws(CoefsError) -> [Item]
  ) {
    self.isCompressed = isCompressed
    self.layout = layout
    self.groups = groups
    self.group = group
  }

  /// An archive of arrays that are in memory.
  init(_ arrays: [NamedArray]) {
    self.init(isCompressed: false, layout: .mlp, groups: 1) { _ throws(CoefsError) in
      arrays.map { ($0.name, BlockwiseArray(of: $0.array)) }
    }
  }

  mutating func write<Sink: ReadableSink & ~Copyable>(
    to sink: consuming Sink, file: String
  ) throws -> Sink {
    var writer = NPZWriter(to: sink, isCompressed: isCompressed)
    for index in 0..<groups {
      let items = try group(index)
      // Several are deflated at the same time.
      let isTogether = isCompressed && items.count > 1
      if isTogether { try writer.add(items.map { NamedArray($0.name, $0.array.array) }) }
      for (index, item) in items.enumerated() {
        let isSame =
          isTogether
          ? try writer.readsBack(written.count + index, as: item.array)
          : try writer.addAndCompare(item.name, item.array)
        guard isSame else {
          throw CoefsError(file, ModelError.notAsWritten("array '\(item.name)' differs"))
        }
      }
      written += items.map { ($0.name, $0.array.header) }
    }
    members = writer.members
    return try writer.finish()
  }

  /// That the directory leads to the very bytes that were compared, and to no others.
  func compare(with bytes: InputFile, file: String) throws(CoefsError) {
    let archive: NPZReader
    do { archive = try NPZReader(bytes, limits: .ownFiles) } catch {
      throw CoefsError(file, error)
    }
    guard archive.archive.members == members else {
      throw CoefsError(file, ModelError.notAsWritten("the directory differs"))
    }
    guard archive.entries.map(\.name) == written.map(\.name) else {
      throw CoefsError(file, ModelError.notAsWritten("the names differ"))
    }
  }
}
