import Files
import JSON
import NPY
import Safetensors
import TestSupport
import Testing

@Suite struct SafetensorsHeaderTests {
  @Test(arguments: fixtureNames(in: "safetensors", suffix: ".safetensors"))
  func `the package's files are read as it reads them`(name: String) throws {
    let manifest = try jsonFixture("safetensors/manifest.json", as: [String: Content].self)
    let truth = try #require(manifest[name])
    let file = try fixture("safetensors/" + name)
    let header = try SafetensorsHeader(parsing: file)
    #expect(header.tensors.map(\.name) == truth.tensors.map(\.name))
    #expect(
      Dictionary(uniqueKeysWithValues: header.metadata.map { ($0.key, $0.text) })
        == truth.metadata)
    for (tensor, item) in zip(header.tensors, truth.tensors) {
      #expect(tensor.type.rawValue == item.dtype)
      #expect(tensor.shape == item.shape)
      let data = ContiguousArray<UInt8>(hex: item.data)
      #expect(ContiguousArray(file[tensor.bytes]) == data)
      let array = try tensor.array(data)
      #expect(array.header == (try tensor.header))
      #expect(array.shape == item.shape)
      if tensor.type != .bf16 { #expect(array.bytes == data) }
    }
  }

  @Test func `bfloat16 becomes single precision exactly`() throws {
    let words: [UInt16] = [0x0000, 0x8000, 0x3F80, 0xC020, 0x7F80, 0xFF80, 0x7FC1, 0x0001, 0x7F7F]
    let data = words.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    let bytes = file(
      #"{"a":{"dtype":"BF16","shape":[3,3],"data_offsets":[0,18]}}"#, data: data)
    let tensor = try #require(SafetensorsHeader(parsing: bytes).tensors.first)
    #expect(try tensor.header.dtype == DType("<f4"))
    let values = try tensor.array(ContiguousArray(data)).reals(as: Float.self)
    #expect(values.map(\.bitPattern) == words.map { UInt32($0) << 16 })
    #expect(values[2] == 1 && values[3] == -2.5)
  }

  @Test func `the chapter's network in bfloat16 is the one in float64, rounded`() throws {
    let half = try fixture("safetensors/bfloat16.safetensors")
    let full = try fixture("safetensors/layers.safetensors")
    let narrow = try #require(
      SafetensorsHeader(parsing: half).tensors.first { $0.name == "0.weight" })
    let wide = try #require(
      SafetensorsHeader(parsing: full).tensors.first { $0.name == "layers.0.weight" })
    let one = try narrow.array(ContiguousArray(half[narrow.bytes])).reals(as: Double.self)
    let other = try wide.array(ContiguousArray(full[wide.bytes])).reals(as: Double.self)
    #expect(one.count == 1024)
    for (value, truth) in zip(one, other) { #expect(abs(value - truth) <= abs(truth) / 128) }
  }

  @Test func `the types that NumPy has not are listed and refused`() throws {
    let types = TensorType.allCases.filter { $0.dtype == nil }
    #expect(types.count == 8)
    for type in types {
      let bits = 8 * type.bitCount
      let bytes = file(
        #"{"a":{"dtype":"\#(type.rawValue)","shape":[8],"data_offsets":[0,\#(bits / 8)]}}"#,
        data: Array(repeating: 1, count: bits / 8))
      let tensor = try #require(SafetensorsHeader(parsing: bytes).tensors.first)
      #expect(tensor.type == type)
      let error = SafetensorsError.unreadableType(tensor: "a", type: type)
      #expect(throws: error) { try tensor.header }
      #expect(throws: error) { try tensor.array(ContiguousArray(bytes[tensor.bytes])) }
    }
  }

  @Test func `each way to be no safetensors file is refused for its reason`() throws {
    let cases = try jsonFixture("safetensors/hostile.json", as: [Hostile].self)
    let odd = Set(cases.map(\.name))
    #expect(odd.count == cases.count && cases.count > 60)
    #expect(Set(refusals.keys).union(accepted).subtracting(odd).isEmpty)
    for item in cases {
      let bytes = ContiguousArray<UInt8>(hex: item.file)
      if accepted.contains(item.name) {
        #expect(item.verdict == nil, "\(item.name)")
        #expect(throws: Never.self, "\(item.name)") { try SafetensorsHeader(parsing: bytes) }
      } else {
        let expected = try #require(refusals[item.name], "\(item.name)")
        #expect(throws: expected, "\(item.name)") { try SafetensorsHeader(parsing: bytes) }
        #expect((item.verdict == nil) == stricter.contains(item.name), "\(item.name)")
      }
    }
  }

  @Test func `limits are kept before anything is read`() throws {
    let sound = file(#"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}"#, data: [1, 2, 3, 4])
    var limits = ReadLimits()
    limits.maxJSONLength = 20
    #expect(
      throws: SafetensorsError.limitExceeded(name: "maxJSONLength", allowed: 20, found: 53)
    ) { try SafetensorsHeader(parsing: sound, limits: limits) }
    limits = ReadLimits()
    limits.maxTensors = 0
    #expect(throws: SafetensorsError.limitExceeded(name: "maxTensors", allowed: 0, found: 1)) {
      try SafetensorsHeader(parsing: sound, limits: limits)
    }
    let noted = file(#"{"__metadata__":{"a":"","b":""}}"#)
    limits.maxTensors = 1
    #expect(throws: SafetensorsError.limitExceeded(name: "maxTensors", allowed: 1, found: 2)) {
      try SafetensorsHeader(parsing: noted, limits: limits)
    }
    limits = ReadLimits()
    limits.maxTotalBytes = 3
    #expect(throws: SafetensorsError.limitExceeded(name: "maxTotalBytes", allowed: 3, found: 4)) {
      try SafetensorsHeader(parsing: sound, limits: limits)
    }
    // bfloat16 takes twice its bytes in memory.
    let half = file(
      #"{"a":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}"#, data: [1, 2, 3, 4])
    limits.maxTotalBytes = 7
    #expect(throws: SafetensorsError.limitExceeded(name: "maxTotalBytes", allowed: 7, found: 8)) {
      try SafetensorsHeader(parsing: half, limits: limits)
    }
    limits.maxNesting = 1
    #expect(throws: SafetensorsError.self) { try SafetensorsHeader(parsing: sound, limits: limits) }
  }

  @Test func `a claim is told by ten bytes`() throws {
    #expect(SafetensorsHeader.isClaimed(by: try fixture("safetensors/empty.safetensors")))
    #expect(
      SafetensorsHeader.isClaimed(by: try fixture("safetensors/types.safetensors").prefix(10)))
    #expect(SafetensorsHeader.isClaimed(by: [9, 0, 0, 0, 0, 0, 0, 0] + "{\n".utf8))
    #expect(SafetensorsHeader.isClaimed(by: [9, 0, 0, 0, 0, 0, 0, 0] + "{\r\n".utf8))
    #expect(SafetensorsHeader.isClaimed(by: [9, 0, 0, 0, 0, 0, 0, 0] + " \n {\"".utf8))
    #expect(!SafetensorsHeader.isClaimed(by: [9, 0, 0, 0, 0, 0, 0, 0] + " \n [".utf8))
    #expect(!SafetensorsHeader.isClaimed(by: Array("a text: {\n".utf8)))
    #expect(!SafetensorsHeader.isClaimed(by: Array("a text:  {\"".utf8)))
    #expect(!SafetensorsHeader.isClaimed(by: try fixture("chapter-coefs.npz")))
    #expect(!SafetensorsHeader.isClaimed(by: Array("{\"a\":1}\n".utf8)))
    #expect(!SafetensorsHeader.isClaimed(by: []))
  }
}

private struct Content: Decodable {
  struct Tensor: Decodable {
    let name: String
    let dtype: String
    let shape: [Int]
    let data: String
  }
  let tensors: [Tensor]
  let metadata: [String: String]
}

private struct Hostile: Decodable {
  let name: String
  let file: String
  let verdict: String?
}

/// What both read.
private let accepted: Set = [
  "sound", "no tensors", "blanks behind the header", "line breaks in the header",
  "a blank before the header", "tensors not in the order of their data", "float8", "float4",
]

/// What the package reads and this does not: it breaks the format's own text, or means two things.
private let stricter: Set = [
  "a tensor twice", "a tensor that is an array", "a key that is not known",
  "metadata that are null", "a key twice in the metadata", "65 axes",
]

private func shape(_ offset: Int = 13) -> SafetensorsError {
  .badHeader(
    offset: offset, problem: "the tensor 'a' has no list of integers from 0 on as its shape")
}

private func offsets(_ offset: Int = 13) -> SafetensorsError {
  .badHeader(
    offset: offset, problem: "the tensor 'a' has no data_offsets of two integers, the lesser first")
}

private func json(_ offset: Int, _ problem: String) -> SafetensorsError {
  .badJSON(JSONError(offset: offset, problem: problem))
}

private let refusals: [String: SafetensorsError] = [
  "empty file": .truncatedHeader(expected: 8, found: 0),
  "shorter than a length": .truncatedHeader(expected: 8, found: 7),
  "a length and no header": .truncatedHeader(expected: 10, found: 8),
  "a header longer than the file": .truncatedHeader(expected: 1008, found: 72),
  "a header of more than the format allows": .headerTooLong(100_000_001),
  "a header of 2^64 - 1": .headerTooLong(.max),
  "an empty header": .notAnObject,
  "a header that is an array": .notAnObject,
  "a header that is cut": json(
    59, "the text ends where a comma or the end of the object should be"),
  "a header that ends in zeros": json(
    60, "there is a byte of 0 where the end of the text should be"),
  "a header that is not UTF-8": json(2, "the text is not valid UTF-8"),
  "a lone surrogate": json(2, "half of a surrogate pair is no character"),
  "a tensor twice": json(59, "the key 'a' is there twice in one object"),
  "a key twice": json(36, "the key 'shape' is there twice in one object"),
  "brackets": json(320, "arrays and objects lie deeper than 64 in one another"),
  "a tensor that is an array": .badHeader(offset: 14, problem: "the tensor 'a' is no object"),
  "a tensor without dtype": .badHeader(
    offset: 14, problem: "the tensor 'a' has no text as its dtype"),
  "a tensor without shape": shape(14),
  "a tensor without offsets": offsets(14),
  "a key that is not known": .badHeader(
    offset: 79, problem: "the tensor 'a' has a key 'strides', which the format does not know"),
  "a dtype that is not known": .unknownType(tensor: "a", type: "U7"),
  "a dtype in lower case": .unknownType(tensor: "a", type: "u8"),
  "a dtype that is no text": .badHeader(
    offset: 14, problem: "the tensor 'a' has no text as its dtype"),
  "a shape that is a number": shape(14),
  "a negative axis": shape(14),
  "two negative axes": shape(14),
  "an axis of 4.0": shape(14),
  "an axis of 4e0": shape(14),
  "an axis of true": shape(14),
  "an axis of -0": shape(14),
  "an axis beyond 64 bits": shape(14),
  "axes whose product is 0 in 64 bits": .badShape(
    tensor: "a", type: .u8, shape: [1 << 32, 1 << 32], problem: "more bits than can be counted"),
  "axes whose product is 4 in 64 bits": .badShape(
    tensor: "a", type: .u8, shape: [3, 6_148_914_691_236_517_206, 2],
    problem: "more bits than can be counted"),
  "bytes whose number overflows": .badShape(
    tensor: "a", type: .f64, shape: [1 << 61], problem: "more bits than can be counted"),
  "offsets that are one": offsets(14),
  "offsets that are three": offsets(14),
  "offsets the wrong way round": offsets(14),
  "a negative offset": offsets(14),
  "an offset beyond 64 bits": offsets(14),
  "offsets at the end of 63 bits": .wrongFileLength(expected: .max, found: 108),
  "offsets behind the file": .wrongFileLength(expected: 76, found: 72),
  "fewer bytes than the shape": .wrongByteCount(
    tensor: "a", type: .u8, shape: [5], expected: 5, found: 4),
  "more bytes than the shape": .wrongByteCount(
    tensor: "a", type: .u8, shape: [3], expected: 3, found: 4),
  "part of a byte": .badShape(
    tensor: "a", type: .f4, shape: [3], problem: "it ends within a byte"),
  "a hole before": .notContiguous(tensor: "a", begin: 1, expected: 0),
  "a hole between": .notContiguous(tensor: "b", begin: 2, expected: 1),
  "an overlap": .notContiguous(tensor: "b", begin: 2, expected: 3),
  "one place for two tensors": .notContiguous(tensor: "b", begin: 0, expected: 4),
  "bytes behind the data": .wrongFileLength(expected: 72, found: 76),
  "bytes missing": .wrongFileLength(expected: 72, found: 71),
  "no tensors and some bytes": .wrongFileLength(expected: 10, found: 14),
  "metadata that are a list": .badHeader(
    offset: 25, problem: "the metadata are no object of strings"),
  "metadata that are null": .badHeader(
    offset: 25, problem: "the metadata are no object of strings"),
  "metadata that are a number": .badHeader(offset: 31, problem: "the metadata 'k' is no string"),
  "metadata in metadata": .badHeader(offset: 31, problem: "the metadata 'k' is no string"),
  "65 axes": .badHeader(
    offset: 14, problem: "the tensor 'a' has more than 64 axes, which no array can have"),
  "metadata twice": json(26, "the key '__metadata__' is there twice in one object"),
  "a key twice in the metadata": json(25, "the key 'k' is there twice in one object"),
]
