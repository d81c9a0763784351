import Files
import NPZ
import Coefs
import Foundation
import TestSupport
import Testing

@Suite struct ModelWriteTests {
  static let models = fixtureNames(in: ".", suffix: ".npz").filter {
    !$0.hasSuffix(".truth.npz") && $0 != "digits.npz" && $0 != "square.npz"
  }

  private func options(
    _ layout: WeightLayout, precision: SklearnWeights.Precision? = nil, isCompressed: Bool = false,
    replacing: Bool = false
  ) -> Model.WriteOptions {
    var options = Model.WriteOptions()
    options.layout = layout
    options.precision = precision
    options.isCompressed = isCompressed
    options.replacing = replacing
    return options
  }

  @Test(arguments: models)
  func `a network goes to the MLP layout and back with every bit`(name: String) throws {
    try withTemporaryFolder { folder throws in
      let first = try model(name)
      try first.write(to: folder + "/mlp.npz")
      let middle = try Model(contentsOf: folder + "/mlp.npz")
      #expect(middle.weights.layout == .mlp)
      #expect(middle.weights.naming == "weights_N")
      #expect(middle.weights.activation.activation == first.weights.activation.activation)
      #expect(middle.weights.classes == first.weights.classes)
      try middle.write(to: folder + "/back.npz", options: options(first.weights.layout))
      let back = try Model(contentsOf: folder + "/back.npz")
      for (one, other) in zip(first.weights.layers, back.weights.layers) {
        #expect(one.weights.dtype == other.weights.dtype)
        #expect(one.weights == other.weights)
        #expect(one.biases.bytes == other.biases.bytes)
      }
      #expect(back.weights.mlp(as: Double.self) == first.weights.mlp(as: Double.self))
      #expect(try fileNames(in: folder) == ["back.npz", "mlp.npz"])
    }
  }

  @Test(arguments: models)
  func `converting a file writes what the network in memory writes`(name: String) throws {
    try withTemporaryFolder { folder throws in
      for layout in [WeightLayout.mlp, .sklearn] {
        for precision in [nil, .float32, .float64] as [SklearnWeights.Precision?] {
          for isCompressed in [false, true] {
            let options = options(
              layout, precision: precision, isCompressed: isCompressed, replacing: true)
            let one = try model(name).write(to: folder + "/one.npz", options: options)
            let other = try Model.convert(
              fixturePath(name), to: folder + "/other.npz", options: options)
            #expect(
              FileManager.default.contentsEqual(
                atPath: folder + "/one.npz", andPath: folder + "/other.npz"))
            #expect(one.arrays.map(\.name) == other.arrays.map(\.name))
            #expect(one.arrays.map(\.shape) == other.arrays.map(\.shape))
            #expect(one.byteCount == other.byteCount && one.model.layers == other.model.layers)
          }
        }
      }
    }
  }

  @Test func `a network of large layers is converted layer by layer, and one NaN undoes it all`()
    throws
  {
    // Each of the large layers is beyond what is read at once, and beyond one round of blocks.
    let sizes = [1_601, 1_403, 1_100, 3]
    var arrays: [NamedArray] = []
    for (index, (inputs, outputs)) in zip(sizes, sizes.dropFirst()).enumerated() {
      arrays.append(
        NamedArray(
          "coefs_\(index)",
          try NDArray((0..<inputs * outputs).map { Double($0) }, shape: [inputs, outputs])))
      arrays.append(
        NamedArray("intercepts_\(index)", try NDArray((0..<outputs).map { Double($0) })))
    }
    try withTemporaryFolder { folder throws in
      func save(_ arrays: [NamedArray]) throws {
        var writer = NPZWriter(to: try AtomicFile(path: folder + "/in.npz", replacing: true))
        try writer.add(arrays)
        try writer.finish().commit(isFlushed: false)
      }
      try save(arrays)
      try Model.convert(folder + "/in.npz", to: folder + "/out.npz")
      let reader = try NPZReader(path: folder + "/out.npz")
      let written = try reader.arrays(reader.entries)
      for (one, other) in zip(arrays, written) {
        #expect((one.array.shape.count == 2 ? one.array.transposed() : one.array) == other)
      }
      var flat = options(.mlp, replacing: true)
      flat.isFlushed = false
      try Model(contentsOf: folder + "/in.npz").write(to: folder + "/again.npz", options: flat)
      #expect(
        FileManager.default.contentsEqual(
          atPath: folder + "/out.npz", andPath: folder + "/again.npz"))

      var values = try arrays[4].array.reals(as: Double.self)
      values[5] = .nan
      arrays[4] = NamedArray("coefs_2", try NDArray(values, shape: arrays[4].array.shape))
      try save(arrays)
      let before = try fileNames(in: folder)
      let error = #expect(throws: CoefsError.self) {
        try Model.convert(folder + "/in.npz", to: folder + "/bad.npz")
      }
      #expect(error?.category == .badContent)
      #expect(try fileNames(in: folder) == before)
    }
  }

  @Test func `what is known goes along, and what was assumed does not`() throws {
    try withTemporaryFolder { folder throws in
      let known = try model("strings.npz").write(to: folder + "/known.npz")
      #expect(
        known.arrays.map(\.name) == [
          "weights_0", "biases_0", "weights_1", "biases_1", "activation", "out_activation",
          "classes",
        ])
      let assumed = try model("chapter-arr.npz").write(
        to: folder + "/assumed.npz", options: options(.sklearn))
      #expect(
        assumed.arrays.map(\.name) == ["coefs_0", "intercepts_0", "coefs_1", "intercepts_1"])
      let told = try model("chapter-arr.npz", .init(activation: .logistic)).write(
        to: folder + "/told.npz")
      #expect(told.arrays.map(\.name).suffix(1) == ["activation"])
      #expect(known.arrays[0].shape == [12, 64])
      #expect(assumed.arrays[0].shape == [64, 16])
    }
  }

  @Test func `a conversion tells what was written`() throws {
    try withTemporaryFolder { folder throws in
      let file = folder + "/mlp.npz"
      let conversion = try model("chapter-coefs.npz").write(to: file)
      #expect(conversion.byteCount == (try Data(contentsOf: URL(filePath: file)).count))
      let object = try jsonObject(conversion)
      #expect(
        Set(object.keys) == ["input", "output", "layout", "byteCount", "arrays", "model"])
      #expect(object["output"] as? String == file)
    }
  }

  @Test func `deflated files are smaller and hold the same`() throws {
    try withTemporaryFolder { folder throws in
      let model = try model("chapter-float16.npz")
      let stored = try model.write(to: folder + "/stored.npz")
      let deflated = try model.write(
        to: folder + "/deflated.npz", options: options(.mlp, isCompressed: true))
      #expect(deflated.byteCount < stored.byteCount)
      #expect(
        try Model(contentsOf: folder + "/deflated.npz").weights.mlp(as: Double.self)
          == model.weights.mlp(as: Double.self))
    }
  }

  @Test func `rounding to float32 rounds every number once`() throws {
    try withTemporaryFolder { folder throws in
      let model = try model("chapter-coefs.npz")
      try model.write(
        to: folder + "/single.npz", options: options(.sklearn, precision: .float32))
      let single = try Model(contentsOf: folder + "/single.npz")
      #expect(single.weights.dtypeName == "float32")
      #expect(single.weights.mlp(as: Float.self) == model.weights.mlp(as: Float.self))
      #expect(try single.verify(on: .digits()).correct == 481)
      try single.write(to: folder + "/double.npz", options: options(.mlp, precision: .float64))
      #expect(try Model(contentsOf: folder + "/double.npz").weights.dtypeName == "float64")
    }
  }

  @Test func `a number too large for float32 is refused, and nothing is written`() throws {
    try withTemporaryFolder { folder throws in
      let model = try Model(
        npz([
          NamedArray("coefs_0", NDArray([1, 1e300], shape: [2, 1])),
          NamedArray("intercepts_0", NDArray([0.0])),
        ]), name: "large")
      let error = coefsError {
        try model.write(to: folder + "/out.npz", options: options(.mlp, precision: .float32))
      }
      #expect(error == CoefsError("large", ModelError.outOfRange("weights_0", .float32)))
      #expect(error?.category == .badContent)
      #expect(try fileNames(in: folder) == [])
    }
  }

  @Test func `a file that is there is replaced only when that is asked for`() throws {
    try withTemporaryFolder { folder throws in
      let file = try write("precious".utf8, to: folder + "/out.npz")
      let model = try model("chapter-coefs.npz")
      let error = coefsError { try model.write(to: file) }
      #expect(error?.cause == FileError.outputExists)
      #expect(error?.category == .cannotCreate)
      #expect(try Data(contentsOf: URL(filePath: file)) == Data("precious".utf8))
      try model.write(to: file, options: options(.mlp, replacing: true))
      #expect(try Model(contentsOf: file).weights.layerSizes == [64, 16, 10])
      #expect(try fileNames(in: folder) == ["out.npz"])
    }
  }

  @Test(arguments: ["out", "out.txt", "out.npy", "npz", "folder.npz/out"])
  func `a name without a known ending says no format`(name: String) throws {
    try withTemporaryFolder { folder throws in
      let error = coefsError { try model("chapter-coefs.npz").write(to: "\(folder)/\(name)") }
      #expect(error?.cause == ModelError.unknownFormat)
      #expect(error?.category == .usage)
      #expect(try fileNames(in: folder) == [])
    }
  }

  @Test func `the format may be told, and endings may be capital letters`() throws {
    #expect(FileFormat(fileName: "a.b/C.NPZ") == .npz)
    try withTemporaryFolder { folder throws in
      var options = Model.WriteOptions()
      options.format = .npz
      try model("chapter-coefs.npz").write(to: folder + "/weights", options: options)
      #expect(try Model(contentsOf: folder + "/weights").weights.layerSizes == [64, 16, 10])
    }
  }

  @Test func `an output that cannot be created is named`() throws {
    let error = coefsError { try model("chapter-coefs.npz").write(to: "/nowhere/out.npz") }
    #expect(error?.file == "/nowhere/out.npz")
    #expect(error?.category == .cannotCreate)
  }
}
