import NPY
import Safetensors
import TestSupport
import Testing

@Suite struct SafetensorsFileTests {
  @Test(
    arguments: fixtureNames(in: "safetensors", suffix: ".safetensors").filter {
      // NumPy has no bfloat16, so that no array can ask for it.
      $0 != "bfloat16.safetensors"
    })
  func `what is written is what the package writes, byte for byte`(name: String) throws {
    let bytes = try fixture("safetensors/" + name)
    let header = try SafetensorsHeader(parsing: bytes)
    var arrays: [NamedArray] = []
    for tensor in header.tensors {
      arrays.append(
        NamedArray(tensor.name, try tensor.array(ContiguousArray(bytes[tensor.bytes]))))
    }
    #expect(try SafetensorsFile(arrays, metadata: header.metadata).fileBytes == bytes)
    #expect(
      try SafetensorsFile(arrays.reversed(), metadata: header.metadata).fileBytes == bytes)
  }

  @Test func `either byte order and either order of the axes are written as the format has them`()
    throws
  {
    let big = try NDArray(parsing: fixture("npy/f8-big-endian-fortran.npy"))
    let bytes = try SafetensorsFile([NamedArray("a", big)]).fileBytes
    let tensor = try #require(SafetensorsHeader(parsing: bytes).tensors.first)
    let array = try tensor.array(ContiguousArray(bytes[tensor.bytes]))
    #expect(array.shape == big.shape)
    #expect(array.dtype.description == "<f8")
    #expect(!array.header.isFortranOrder)
    let bits = try [array, big].map { try $0.reals(as: Double.self).map(\.bitPattern) }
    #expect(bits[0] == bits[1])
    for name in ["i2-big-endian", "u4-big-endian", "f2-big-endian", "c8-big-endian"] {
      let big = try NDArray(parsing: fixture("npy/\(name).npy"))
      let little = try NDArray(parsing: fixture("npy/\(name.prefix(2))-c.npy"))
      let files = try [big, little].map { try SafetensorsFile([NamedArray("a", $0)]).fileBytes }
      #expect(files[0] == files[1])
    }
  }

  @Test func `metadata are written in the order of their keys`() throws {
    let notes = ["b", "a", "ä", "B"].map { SafetensorsHeader.Note(key: $0, text: "of \($0)") }
    let file = try SafetensorsFile([], metadata: notes)
    #expect(file.metadata.map(\.key) == ["B", "a", "b", "ä"])
    #expect(try SafetensorsHeader(parsing: file.fileBytes).metadata == file.metadata)
    #expect(file.fileBytes == (try SafetensorsFile([], metadata: notes.reversed()).fileBytes))
  }

  @Test(arguments: ["f16-c", "c16-c", "U3-c", "S5-c", "raw-datetime", "raw-void", "raw-structured"])
  func `what the format has no type for is refused`(name: String) throws {
    let array = try NDArray(parsing: fixture("npy/\(name).npy"))
    #expect(
      throws: SafetensorsError.unwritableType(array: "a", dtype: array.dtype.description)
    ) { try SafetensorsFile([NamedArray("a", array)]) }
  }

  @Test func `a name can be there once, and none can be that of the metadata`() throws {
    let array = try NDArray([1.0])
    let note = SafetensorsHeader.Note(key: "k", text: "")
    #expect(throws: SafetensorsError.unusableName("a")) {
      try SafetensorsFile([NamedArray("a", array), NamedArray("a", array)])
    }
    #expect(throws: SafetensorsError.unusableName("k")) {
      try SafetensorsFile([], metadata: [note, note])
    }
    #expect(throws: SafetensorsError.unusableName("__metadata__")) {
      try SafetensorsFile([NamedArray("__metadata__", array)])
    }
    // Two names to Unicode's eyes, and so to every reader.
    #expect(throws: Never.self) {
      try SafetensorsFile([NamedArray("é", array), NamedArray("e\u{301}", array)])
    }
  }
}
