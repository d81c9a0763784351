import Files
import NPY
import TestSupport
import Testing

struct NDArrayTests {
  @Test func `a file is an array of the bytes behind its header`() throws {
    let file = try fixture("npy/f8-big-endian-fortran.npy")
    let array = try NDArray(parsing: file)
    #expect(array.dtype.description == ">f8")
    #expect(array.shape == [2, 3])
    #expect(array.count == 6)
    #expect(array.header.isFortranOrder)
    #expect(array.bytes[...] == file[128...])
    #expect(try NDArray(header: array.header, bytes: array.bytes) == array)
  }

  @Test(arguments: [-1, 1, -48, 48])
  func `a byte too few or too many is refused`(difference: Int) throws {
    var file = try fixture("npy/f8-c.npy")
    let header = try NPYHeader(parsing: file)
    if difference > 0 {
      file += repeatElement(0, count: difference)
    } else {
      file.removeLast(-difference)
    }
    let expected = NPYError.wrongByteCount(
      dtype: "<f8", shape: [2, 3], expected: 48, found: 48 + difference)
    #expect(throws: expected) { try NDArray(parsing: file) }
    #expect(throws: expected) {
      try NDArray(header: header, bytes: ContiguousArray(file.dropFirst(128)))
    }
  }

  @Test(arguments: ["(1000000000000,)", "(1000000, 1000000)", "(1152921504606846975,)"])
  func `no byte is read for a claim that the file does not bear out`(shape: String) throws {
    let file = headerFile(headerText(shape: shape)) + ContiguousArray(repeating: 0, count: 16)
    let (error, read) = attempt(file, claimedSize: file.count)
    guard case .wrongByteCount(dtype: "<f8", shape: _, expected: _, found: 16)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(read == file.count - 16)
  }

  @Test func `no byte is read beyond the limit of the data`() throws {
    let file = headerFile(headerText(shape: "(268435457,)"))
    let (error, read) = attempt(file, claimedSize: file.count + 8 * 268_435_457)
    #expect(
      error == .limitExceeded(name: "maxTotalBytes", allowed: 1 << 30, found: 8 * 268_435_457))
    #expect(read == file.count)

    var limits = ReadLimits()
    limits.maxTotalBytes = 47
    let golden = try fixture("npy/f8-c.npy")
    #expect(throws: NPYError.limitExceeded(name: "maxTotalBytes", allowed: 47, found: 48)) {
      try NDArray(parsing: golden, limits: limits)
    }
    limits.maxTotalBytes = 48
    #expect(try NDArray(parsing: golden, limits: limits).count == 6)
  }

  @Test func `no byte is read for a header that the file does not bear out`() {
    let file = NPYHeader.magic + [2, 0, 0xF0, 0xFF, 0xFF, 0xFF, 0x7B, 0x7D]
    var limits = ReadLimits()
    #expect(attempt(file, claimedSize: file.count, limits: limits).read == 12)
    limits.maxHeaderLength = Int.max
    let (error, read) = attempt(file, claimedSize: file.count, limits: limits)
    #expect(error == .truncatedHeader(expected: 0xFFFF_FFFC, found: 14))
    #expect(read == 12)
  }

  /// Small files of every kind of dtype, shape and version.
  static let damaged = [
    "b1-c", "i2-big-endian", "f8-fortran", "f16-c", "c8-big-endian", "S5-fortran", "U3-c",
    "shape-0", "shape-0d-string", "shape-large-axis", "version-2", "version-3",
  ]

  @Test(arguments: damaged)
  func `a file cut off anywhere is refused`(name: String) throws {
    let file = try fixture("npy/\(name).npy")
    for length in 0..<file.count {
      #expect(throws: NPYError.self) { try NDArray(parsing: ContiguousArray(file.prefix(length))) }
    }
  }

  @Test(arguments: damaged)
  func `a file with one byte changed is refused or is an array`(name: String) throws {
    let file = try fixture("npy/\(name).npy")
    var accepted = 0
    for index in file.indices {
      for mask in [1, 2, 4, 8, 16, 32, 64, 128, 255] as [UInt8] {
        var changed = file
        changed[index] ^= mask
        guard let array = try? NDArray(parsing: changed) else { continue }
        accepted += 1
        if let flaw = flaw(of: array) { Issue.record("byte \(index) ^ \(mask): \(flaw)") }
      }
    }
    // A change in the data always leaves an array.
    #expect(accepted >= 9 * (try NDArray(parsing: file).bytes.count))
  }

  @Test func `a file with several bytes changed is refused or is an array`() throws {
    var generator = SeededGenerator(seed: 1)
    let files = try Self.damaged.map { try fixture("npy/\($0).npy") }
    // Bytes that mean something in a header hit its grammar more often than any would.
    let telling = Array("'\"(){}[],:#\\\n0123456789-<>=|LTFbiufcSUOVM \0\u{7F}".utf8)
    for round in 0..<4_000 {
      var file = files[round % files.count]
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let index = Int.random(in: 6..<min(file.count, 80), using: &generator)
        file[index] = telling[Int.random(in: telling.indices, using: &generator)]
      }
      guard let array = try? NDArray(parsing: file) else { continue }
      if let flaw = flaw(of: array) { Issue.record("round \(round): \(flaw)") }
    }
  }

  /// Reads an array in the steps in which files and archives are read, and says how many bytes were asked for.
  private func attempt(
    _ file: ContiguousArray<UInt8>, claimedSize: Int, limits: ReadLimits = ReadLimits()
  ) -> (error: NPYError?, read: Int) {
    var read = min(NPYHeader.prefixLength, claimedSize)
    do throws(NPYError) {
      let length = try NPYHeader.dataOffset(
        prefix: file.prefix(read), size: claimedSize, limits: limits)
      read = length
      let header = try NPYHeader(parsing: ContiguousArray(file[..<length]), limits: limits)
      try NDArray.check(header, found: claimedSize - length, limits: limits)
      return (nil, read + header.byteCount)
    } catch {
      return (error, read)
    }
  }

  /// What an array lacks that every array must have, having asked it for everything.
  private func flaw(of array: NDArray) -> String? {
    guard array.bytes.count == array.header.byteCount else { return "wrong number of bytes" }
    let counts = [
      try? array.reals(as: Double.self).count, try? array.reals(as: Float.self).count,
      try? array.integers().count, try? array.unsignedIntegers().count, try? array.strings().count,
      try? array.complexNumbers().count,
    ]
    guard counts.allSatisfy({ $0 == nil || $0 == array.count }) else { return "wrong number" }
    // Damaged text is none, and damaged long doubles may be another processor's.
    guard
      array.dtype.kind == .unicode || array.dtype.kind == .bytes
        || ["float128", "complex256"].contains(array.dtype.name) || counts.contains(array.count)
    else { return "neither numbers nor text" }
    guard (try? NDArray(parsing: array.fileBytes)) == array else { return "not read back" }
    guard array.shape.count != 2 || array.transposed().transposed() == array else {
      return "transposing twice changes it"
    }
    return nil
  }
}
