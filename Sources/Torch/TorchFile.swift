package import Files
package import NPY
package import Pickle
import Synchronization
package import Zip

/// A file of `torch.save`: the pickle of the object, and the storages of its tensors.
///
/// Since torch 1.6 it is an archive; before, a stream of five pickles and the storages:
///
///     archive   NAME/data.pkl   NAME/data/0, NAME/data/1, …   NAME/version …
///     stream    magic number, protocol, system, object, keys; for each key its count and its bytes
///
/// The pickle is read as data, see `Pickle`: nothing in it is called.
package struct TorchFile: Sendable {
  /// The pickle of the object.
  package let pickle: Pickle
  /// Whether the archive was written without checksums, so that damage to the storages cannot be seen.
  package let lacksChecksums: Bool

  private let file: InputFile
  private let storages: Storages

  /// The byte order of the storages.
  private let order: DType.ByteOrder

  /// Where the storages are.
  private enum Storages: Sendable {
    /// Members of an archive, by their keys, and those whose checksums have been compared.
    case archive(ZipReader, [String: ZipMember], checked: Checked)
    /// Ranges of bytes of the stream, by their keys.
    case stream([String: Range<Int>])
  }

  /// The keys of storages whose checksums hold.
  private final class Checked: Sendable {
    let keys = Mutex<Set<String>>([])
  }

  // MARK: An archive

  /// The name of the member of an archive that is its pickle; `nil` for an archive that is not one of torch's.
  package static func picklePath(in archive: ZipReader) -> String? {
    archive.members.lazy.map(\.name).first(where: isPickle)
  }

  private static func isPickle(_ name: String) -> Bool {
    name == "data.pkl"
      || name.hasSuffix("/data.pkl") && name.utf8.count { $0 == UInt8(ascii: "/") } == 1
  }

  /// Reads the pickle of an archive, and none of the storages.
  ///
  /// - Parameters:
  ///   - archive: The archive.
  ///   - path: Its ``picklePath(in:)``.
  ///   - file: The file that it is.
  ///   - limits: Bounds on what it may ask for.
  ///   - names: The names that are known; others are inert too.
  /// - Throws: ``TorchError``.
  package init(
    _ archive: ZipReader, picklePath path: String, of file: InputFile, limits: ReadLimits,
    names: PickleNames
  ) throws(TorchError) {
    // torch and others differ on which of two counts.
    guard archive.members.count(where: { Self.isPickle($0.name) }) == 1 else {
      throw .badStorage("data.pkl", problem: "is there in two folders")
    }
    let folder = String(path.dropLast("data.pkl".count))
    var members: [String: ZipMember] = [:]
    var others: [String: ZipMember] = [:]
    for member in archive.members where member.name.hasPrefix(folder) {
      let name = String(member.name.dropFirst(folder.count))
      if name.hasPrefix("data/") {
        members[String(name.dropFirst("data/".count))] = member
      } else {
        others[name] = member
      }
    }
    guard others["constants.pkl"] == nil, !others.keys.contains(where: { $0.hasPrefix("code/") })
    else { throw .torchScript }
    let lacksChecksums = archive.members.allSatisfy { $0.crc32 == 0 } && !archive.members.isEmpty
    func read(_ member: ZipMember) throws(TorchError) -> ContiguousArray<UInt8> {
      do throws(ZipError) {
        return try archive.read(member, isChecked: !lacksChecksums)
      } catch { throw .zip(error) }
    }
    guard let member = others["data.pkl"] else {
      preconditionFailure("the member is in the archive")
    }
    var order = DType.ByteOrder.little
    if let member = others["byteorder"] {
      // The word alone; a file of more says something else.
      let word = member.size <= 16 ? String(decoding: try read(member), as: UTF8.self) : ""
      guard ["little", "big"].contains(word) else {
        throw .badStorage("byteorder", problem: "is neither little nor big")
      }
      if word == "big" { order = .big }
    }
    let bytes = try read(member)
    do throws(PickleError) {
      self.pickle = try Pickle(parsing: bytes, limits: limits, names: names)
    } catch { throw .pickle(error) }
    self.lacksChecksums = lacksChecksums
    self.file = file
    self.order = order
    storages = .archive(archive, members, checked: Checked())
  }

  // MARK: A stream

  /// `torch.save`'s magic number, 0x1950a86a20f9469cfc6c, as protocol 2 writes it (`torch/serialization.py`).
  private static let magic: [UInt8] = [
    0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19,
  ]

  /// Whether a file begins as a stream of torch before 1.6 does.
  package static func isStream(_ start: ContiguousArray<UInt8>) -> Bool {
    start.starts(with: magic)
  }

  /// Reads the pickles of a stream, and none of the storages.
  ///
  /// - Parameters:
  ///   - stream: The file.
  ///   - limits: Bounds on what it may ask for.
  ///   - names: The names that are known; others are inert too.
  /// - Throws: ``TorchError``.
  package init(
    stream file: InputFile, limits: ReadLimits, names: PickleNames
  ) throws(TorchError) {
    guard file.count <= limits.maxTotalBytes else {
      throw .file(.tooLarge(allowed: limits.maxTotalBytes, found: file.count))
    }
    let (pickles, end) = try Self.pickles(5, in: file, limits: limits, names: names)
    guard case .integer(1001) = pickles[1].root.value else {
      throw .badStream(
        offset: Self.magic.count,
        problem: "\(pickles[1].root.summary) where the version of the stream belongs, 1001")
    }
    let object = pickles[3]
    // The persistent ids tell how long the elements of each storage are.
    var counts: [String: (count: Int, itemSize: Int)] = [:]
    for id in object.persistentIDs {
      guard let storage = TorchTensor.Storage(id) else {
        guard id.items?.first?.shortString == "module" else {
          throw .pickle(id.unexpected("a storage or the class of a module"))
        }
        continue
      }
      let known = (storage.count, storage.type.itemSize)
      if let other = counts.updateValue(known, forKey: storage.key), other != known {
        throw .badStorage(storage.key, problem: "has two types or two lengths")
      }
    }
    guard case .list(let keys) = pickles[4].root.value, keys.count <= limits.maxTensors else {
      throw .pickle(
        pickles[4].root.unexpected("a list of at most \(limits.maxTensors) keys of storages"))
    }
    var ranges: [String: Range<Int>] = [:]
    var position = end
    for key in keys {
      guard let name = key.shortString, let (count, itemSize) = counts[name], ranges[name] == nil
      else { throw .pickle(key.unexpected("the key of a storage of the object, once")) }
      guard file.count - position >= 8 else {
        throw .badStream(offset: position, problem: "cut off before the storage '\(name)'")
      }
      let found: UInt64
      do { found = try file.read(at: position, count: 8).u64(0) } catch { throw .file(error) }
      guard found == UInt64(count) else {
        throw .badStorage(name, problem: "has \(found) elements, and the pickle says \(count)")
      }
      position += 8
      let (bytes, overflow) = count.multipliedReportingOverflow(by: itemSize)
      guard !overflow, bytes <= file.count - position else {
        throw .badStorage(
          name, problem: "needs \(count) elements, and \(file.count - position) bytes are left")
      }
      ranges[name] = position..<position + bytes
      position += bytes
    }
    guard position == file.count else {
      throw .badStream(
        offset: position, problem: "\(file.count - position) bytes follow the last storage")
    }
    pickle = object
    lacksChecksums = false
    self.file = file
    // Whatever the machine, the numbers of a stream are little-endian.
    order = .little
    storages = .stream(ranges)
  }

  /// Pickles that follow one another at the beginning of a file, and where the last ends.
  private static func pickles(
    _ count: Int, in file: InputFile, limits: ReadLimits, names: PickleNames
  ) throws(TorchError) -> (pickles: [Pickle], end: Int) {
    // The storages after them are most of the file, and are not taken in.
    var room = min(file.count, 1 << 20)
    while true {
      let bytes: ContiguousArray<UInt8>
      do { bytes = try file.read(at: 0, count: room) } catch { throw .file(error) }
      do throws(PickleError) {
        var pickles: [Pickle] = []
        var end = 0
        for _ in 0..<count {
          let pickle = try Pickle(beginningAt: end, of: bytes, limits: limits, names: names)
          end += pickle.byteCount
          pickles.append(pickle)
        }
        return (pickles, end)
      } catch .truncated where room < file.count {
        room = min(file.count, 4 * room)
      } catch {
        throw .pickle(error)
      }
    }
  }
}

// MARK: Tensors

extension TorchFile {
  /// The header of the array that a tensor is read as.
  ///
  /// - Throws: `NPYError`, for a type that NumPy does not have.
  package func header(of tensor: TorchTensor) throws(NPYError) -> NPYHeader {
    guard let dtype = tensor.type.dtype(order: order) else {
      throw .unsupportedDType(
        descr: tensor.type.name, reason: "NumPy has no equivalent; save it as float32")
    }
    return try NPYHeader(
      dtype: dtype, isFortranOrder: !tensor.isInCOrder && tensor.isInFortranOrder,
      shape: tensor.shape)
  }

  /// Checks that tensors do not claim more than the file holds: each storage is there with as many bytes as the pickle
  /// says, and together they take no more than some times the file.
  ///
  /// - Throws: ``TorchError``.
  package func check(_ tensors: [TorchTensor], limits: ReadLimits) throws(TorchError) {
    guard tensors.count <= limits.maxTensors else {
      throw .limitExceeded(name: "maxTensors", allowed: limits.maxTensors)
    }
    // Weights that are tied, or the same under another name, are read for each.
    let most = (file.count + Self.spare) * 4
    var (values, read) = (0, 0)
    for tensor in tensors {
      let found = try byteCount(of: tensor)
      guard found == tensor.storageCount * tensor.storageItemSize else {
        throw .badStorage(
          tensor.storage,
          problem: "has \(found) bytes, and the pickle says \(tensor.storageCount) elements of "
            + "\(tensor.storageItemSize)")
      }
      values += min(tensor.byteCount, most + 1)
      read += min(tensor.window.count, 4 * most + 1)
      guard values <= most, read <= 4 * most else { throw .tooManyValues(allowed: most) }
    }
  }

  /// The bytes that tensors may take in any case.
  private static let spare = 1 << 18

  private func byteCount(of tensor: TorchTensor) throws(TorchError) -> Int {
    switch storages {
    case .archive(_, let members, _):
      guard let member = members[tensor.storage] else {
        throw .badStorage(tensor.storage, problem: "is missing")
      }
      return member.size
    case .stream(let ranges):
      guard let range = ranges[tensor.storage] else {
        throw .badStorage(tensor.storage, problem: "is missing")
      }
      return range.count
    }
  }

  /// Reads a tensor, which ``check(_:limits:)`` has seen.
  ///
  /// The bytes go straight from the file to the array, unless they have to be put in order or widened.
  ///
  /// - Throws: ``TorchError``.
  package func array(_ tensor: TorchTensor) throws(TorchError) -> NDArray {
    let header: NPYHeader
    do { header = try self.header(of: tensor) } catch {
      throw .badTensor(tensor.name, problem: "cannot be read: \(error)")
    }
    var bytes = try bytes(tensor.window, of: tensor)
    if !tensor.isInCOrder, !tensor.isInFortranOrder { bytes = tensor.gathered(from: bytes) }
    if tensor.type.isBFloat16 { bytes = bytes.widenedBFloat16(order: order) }
    do { return try NDArray(header: header, bytes: bytes) } catch {
      throw .badTensor(tensor.name, problem: "cannot be read: \(error)")
    }
  }

  /// Some bytes of the storage of a tensor.
  private func bytes(
    _ range: Range<Int>, of tensor: TorchTensor
  ) throws(TorchError) -> ContiguousArray<UInt8> {
    let start: Int
    switch storages {
    case .stream(let ranges):
      guard let storage = ranges[tensor.storage] else {
        throw .badStorage(tensor.storage, problem: "is missing")
      }
      start = storage.lowerBound
    case .archive(let archive, let members, let checked):
      guard let member = members[tensor.storage] else {
        throw .badStorage(tensor.storage, problem: "is missing")
      }
      do throws(ZipError) {
        if range == 0..<member.size {
          return try archive.read(member, isChecked: !lacksChecksums)
        }
        start = try archive.offset(ofStored: member)
        // A part: all of the storage is looked through once.
        if !lacksChecksums, !checked.keys.withLock({ $0.contains(tensor.storage) }) {
          try archive.check(member)
          _ = checked.keys.withLock { $0.insert(tensor.storage) }
        }
      } catch { throw .zip(error) }
    }
    do { return try file.read(at: start + range.lowerBound, count: range.count) } catch {
      throw .file(error)
    }
  }
}
