import Safetensors
import Coefs
import Foundation
import TestSupport
import Testing

/// Networks from and to safetensors files.
@Suite struct SafetensorsTests {
  /// How each file names its arrays, and how they are laid out.
  static let named: [(file: String, naming: String, layout: WeightLayout)] = [
    ("sequential", "N.weight", .mlp), ("fc", "fcN.weight", .mlp),
    ("layers", "layers.N.weight", .mlp), ("half", "N.weight", .mlp), ("ours", "weights_N", .mlp),
    ("coefs", "coefs_N", .sklearn), ("bfloat16", "N.weight", .mlp),
  ]

  @Test(arguments: named)
  func `a network is found by its names`(file: String, naming: String, layout: WeightLayout) throws
  {
    let model = try model("safetensors/\(file).safetensors")
    #expect(model.weights.naming == naming)
    #expect(model.weights.layout == layout)
    #expect(model.weights.layerSizes.first == 64)
    #expect(model.weights.layerSizes.last == 10)
    #expect(model.notes.allSatisfy { $0.contains("bfloat16") || $0 == "metadata 'format': pt" })
  }

  @Test func `what a file says beside its tensors is honoured`() throws {
    let ours = try model("safetensors/ours.safetensors").weights
    #expect(ours.activation == .init(.tanh, .stored))
    #expect(ours.outActivation == .init(.softmax, .assumed))
    #expect(ours.classes == nil)
    let coefs = try model("safetensors/coefs.safetensors").weights
    #expect(coefs.classes?.labels == (0..<10).map { .integer($0) })
    #expect(coefs.activation.origin == .assumed)
  }

  @Test(arguments: ["sequential", "fc", "layers", "half", "bfloat16", "coefs"])
  func `it answers as the chapter's network`(file: String) throws {
    let model = try model("safetensors/\(file).safetensors")
    let verification = try model.verify(on: .digits(.heldOut))
    #expect(abs((verification.accuracy ?? 0) - 0.962) < (file == "bfloat16" ? 0.01 : 0.003))
    guard file == "layers" || file == "coefs" else { return }
    #expect(verification.correct == 481)
    #expect(abs(verification.cost.own - 0.06391514180267523) < 1e-12)
  }

  @Test func `bfloat16 is told by its own name, and read exactly`() throws {
    let inspection = try Inspection(
      contentsOf: fixturePath("safetensors/bfloat16.safetensors"))
    #expect(inspection.format == "safetensors")
    #expect(inspection.arrays.map(\.dtype) == Array(repeating: "BF16", count: 4))
    #expect(inspection.model?.dtype == "float32")
    #expect(
      inspection.notes.contains(
        "'0.weight' is bfloat16 in the file, and is read as float32, exactly"))
  }

  /// A file of one tensor of this type, and of what else stands in the header.
  private func file(_ type: String, bits: Int, _ more: String = "") -> ContiguousArray<UInt8> {
    let header =
      #"{"0.weight":{"dtype":"\#(type)","shape":[2,4],"data_offsets":[0,\#(bits)]}\#(more)}"#
    var bytes: ContiguousArray<UInt8> = []
    for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: header.utf8.count >> (8 * shift))) }
    return bytes + Array(header.utf8) + Array(repeating: 0x3C, count: bits)
  }

  @Test(arguments: [
    ("F4", 4), ("F6_E2M3", 6), ("F8_E4M3", 8), ("F8_E5M2", 8), ("F8_E8M0", 8), ("F8_E4M3FNUZ", 8),
  ])
  func `a type that NumPy has not is listed, and refused as weights`(
    type: String, bits: Int
  ) throws {
    try withTemporaryFolder { folder throws in
      let path = try write(file(type, bits: bits), to: folder + "/a.safetensors")
      let inspection = try Inspection(contentsOf: path)
      #expect(inspection.arrays.map(\.dtype) == [type])
      #expect(inspection.arrays.map(\.shape) == [[2, 4]])
      #expect(inspection.arrays.map(\.byteCount) == [nil])
      #expect(inspection.model == nil)
    }
    // Beside biases that can be read.
    let biases = #","0.bias":{"dtype":"F32","shape":[2],"data_offsets":[\#(bits),\#(bits + 8)]}"#
    let network = file(type, bits: bits, biases) + Array(repeating: 0x3C, count: 8)
    let error = coefsError { _ = try Model(network, name: "a") }
    #expect(
      error?.description
        == "a: array '0.weight': dtype \(type) cannot be read: NumPy has no equivalent; save it as F32"
    )
    #expect(error?.category == .badContent)
  }

  @Test func `what is wrong is told with the file and the place`() throws {
    let bytes = try fixture("safetensors/fc.safetensors")
    let cut = coefsError { _ = try Model(ContiguousArray(bytes.dropLast()), name: "a") }
    #expect(
      cut?.description == "a: the tensors end at byte 5120, and the file at byte 5119")
    let short = coefsError { _ = try Model(ContiguousArray(bytes.prefix(100)), name: "a") }
    #expect(
      short?.description
        == "a: cut off: the safetensors header needs 280 bytes, and 100 are there")
    #expect(cut?.category == .badContent)
    let classes = #","__metadata__":{"classes":"[0,"}"#
    let odd = coefsError { _ = try Model(file("F32", bits: 32, classes), name: "a") }
    #expect(
      odd?.description.hasPrefix("a: array 'classes' is no JSON: at byte 3 of the JSON text")
        == true)
  }

  // MARK: Writing

  @Test(arguments: ModelWriteTests.models.filter { $0 != "chapter-longdouble.npz" })
  func `a network goes to safetensors and back with every number`(name: String) throws {
    try withTemporaryFolder { folder throws in
      let first = try model(name)
      let path = folder + "/a.safetensors"
      let conversion = try first.write(to: path)
      #expect(conversion.byteCount == (try Data(contentsOf: URL(filePath: path)).count))
      #expect(conversion.layout == .mlp)
      let back = try Model(contentsOf: path)
      #expect(back.weights.naming == "weights_N")
      #expect(back.weights.classes?.labels == first.weights.classes?.labels)
      for (one, other) in [
        (back.weights.activation, first.weights.activation),
        (back.weights.outActivation, first.weights.outActivation),
      ] {
        #expect(one.activation == other.activation)
        #expect((one.origin == .stored) == (other.origin == .stored))
      }
      #expect(back.weights.mlp(as: Double.self) == first.weights.mlp(as: Double.self))
      let types = back.weights.layers.map(\.weights.dtype.name)
      #expect(types == first.weights.layers.map(\.weights.dtype.name))
      #expect(try fileNames(in: folder) == ["a.safetensors"])
    }
  }

  @Test func `PyTorch's names are those of a Sequential`() throws {
    try withTemporaryFolder { folder throws in
      var options = Model.WriteOptions()
      options.naming = .torch
      let deep = try model("deep.npz")
      let conversion = try deep.write(to: folder + "/a.safetensors", options: options)
      #expect(
        conversion.arrays.map(\.name) == [
          "0.weight", "0.bias", "2.weight", "2.bias", "4.weight", "4.bias", "6.weight", "6.bias",
        ])
      #expect(conversion.arrays[0].shape == [32, 64])
      let back = try Model(contentsOf: folder + "/a.safetensors")
      #expect(back.weights.naming == "N.weight")
      #expect(back.weights.mlp(as: Double.self) == deep.weights.mlp(as: Double.self))
      // An NPZ can have them, too.
      try deep.write(to: folder + "/a.npz", options: options)
      #expect(try Model(contentsOf: folder + "/a.npz").weights.naming == "N.weight")
      options.layout = .sklearn
      let error = coefsError { try deep.write(to: folder + "/b.npz", options: options) }
      #expect(error?.cause == ModelError.unfitOption("PyTorch's names go with the layout mlp"))
      #expect(error?.category == .usage)
    }
  }

  @Test func `classes of every kind come back`() throws {
    let kinds: [NDArray] = try [
      NDArray([Int64.min, .max]), NDArray([UInt64.max - 1, .max]), NDArray([false, true]),
      NDArray([-0.5, 1.0, 1e300]), NDArray(strings: ["é\"\\", "日本\n", ""]),
      NDArray([UInt8(3), 7]),
    ]
    for classes in kinds {
      let count = classes.count
      let outputs = count == 2 ? 1 : count
      let weights = try SklearnWeights([
        NamedArray("coefs_0", NDArray(Array(repeating: 0.5, count: outputs), shape: [1, outputs])),
        NamedArray("intercepts_0", NDArray(Array(repeating: 0.5, count: outputs))),
        NamedArray("out_activation", NDArray(string: count == 2 ? "logistic" : "softmax")),
        NamedArray("classes", classes),
      ])
      let model = try Model(npz(weights.arrays(in: .mlp)), name: "a")
      try withTemporaryFolder { folder throws in
        try model.write(to: folder + "/a.safetensors")
        let back = try Model(contentsOf: folder + "/a.safetensors")
        #expect(back.weights.classes?.labels == weights.classes?.labels)
      }
    }
  }

  @Test func `what cannot be written is refused, and nothing is left`() throws {
    try withTemporaryFolder { folder throws in
      let long = try model("chapter-longdouble.npz")
      let error = coefsError { try long.write(to: folder + "/a.safetensors") }
      #expect(
        error?.cause == SafetensorsError.unwritableType(array: "weights_0", dtype: "<f16"))
      #expect(error?.category == .badContent)
      var options = Model.WriteOptions()
      options.precision = .float64
      try long.write(to: folder + "/b.safetensors", options: options)
      options.isCompressed = true
      let compressed = coefsError {
        try long.write(to: folder + "/c.safetensors", options: options)
      }
      #expect(compressed?.cause == ModelError.unfitOption("safetensors has no compression"))
      let taken = coefsError { try long.write(to: folder + "/b.safetensors", options: .init()) }
      #expect(taken != nil)
      #expect(try fileNames(in: folder) == ["b.safetensors"])
    }
  }
}
