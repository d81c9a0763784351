import Coefs
import TestSupport
import Testing

/// The chapter's network as other processors' NumPy writes it in long doubles
/// (tools/make_long_double_fixtures.py).
struct LongDoubleTests {
  static let readable = [
    "chapter-binary128", "chapter-binary128-big-endian", "chapter-x87-pointers",
    "chapter-x87-old-doubles",
  ].map { "long-doubles/\($0).npz" }

  private let sentence =
    "values of dtype <f16 written on x86-64 and on another processor cannot be told apart here; "
    + "save them as float64"

  @Test(arguments: readable)
  func `whichever processor wrote a network, its numbers are the same`(_ file: String) throws {
    let found = try model(file)
    let chapter = try model("chapter-coefs.npz")
    #expect(found.weights.dtypeName == "float128")
    #expect(found.weights.mlp(as: Double.self) == chapter.weights.mlp(as: Double.self))
    #expect(found.weights.mlp(as: Float.self) == chapter.weights.mlp(as: Float.self))
    for other in ["chapter-coefs.npz", "chapter-longdouble.npz"] + Self.readable {
      let difference = try found.difference(from: model(other))
      #expect(difference.identical, "\(other)")
      #expect(difference.layers == [.init(), .init()], "\(other)")
    }
  }

  @Test(arguments: readable)
  func `rounded to float64 it is the network that it was`(_ file: String) throws {
    try withTemporaryFolder { folder throws in
      // The bits are kept where nothing is rounded.
      try Model.convert(fixturePath(file), to: folder + "/kept.npz", options: options(nil))
      let kept = try Model(contentsOf: folder + "/kept.npz").weights
      #expect(kept.arrays(in: .sklearn) == (try model(file).weights.arrays(in: .sklearn)))
      let options = options(.float64)
      let expected = try model("chapter-coefs.npz").weights.arrays(in: .sklearn)
      try Model.convert(fixturePath(file), to: folder + "/rounded.npz", options: options)
      let rounded = try Model(contentsOf: folder + "/rounded.npz").weights
      #expect(rounded.arrays(in: .sklearn) == expected)
      try Model.convert(fixturePath(file), to: folder + "/rounded.skops", options: options)
      let estimator = try Model(contentsOf: folder + "/rounded.skops").weights
      #expect(estimator.layers.map(\.weights) == rounded.layers.map(\.weights))
    }
  }

  private func options(_ precision: SklearnWeights.Precision?) -> Model.WriteOptions {
    var options = Model.WriteOptions()
    options.layout = .sklearn
    options.precision = precision
    return options
  }

  @Test func `digits that no double holds make networks differ`() throws {
    // 0.1 in all digits of x87, and what a double keeps of them.
    let exact: [UInt8] = [
      0xCD, 0xCC, 0xCC, 0xCC, 0xCC, 0xCC, 0xCC, 0xCC, 0xFB, 0x3F, 0, 0, 0, 0, 0, 0,
    ]
    func network(_ weight: NDArray) throws -> Model {
      try Model(
        npz([
          NamedArray("coefs_0", weight), NamedArray("intercepts_0", try NDArray([0.0])),
        ]), name: "x.npz")
    }
    let header = try NPYHeader(dtype: DType("<f16"), shape: [1, 1])
    let long = try network(NDArray(header: header, bytes: ContiguousArray(exact)))
    let double = try network(NDArray([0.1], shape: [1, 1]))
    #expect(try long.difference(from: long).identical)
    let difference = try long.difference(from: double)
    #expect(!difference.identical)
    #expect(difference.notes.contains { $0.contains("digits that a double does not hold") })
  }

  // MARK: What is refused

  private let pairs = fixturePath("long-doubles/chapter-pairs.npz")

  private let refusal = SklearnError.unreadable(
    "coefs_0", .ambiguousLongDoubles(dtype: "<f16"))

  @Test func `a network whose numbers cannot be told is no network`() {
    let error = coefsError { _ = try Model(contentsOf: pairs) }
    #expect(error?.cause == refusal)
    #expect(error?.category == .badContent)
    #expect(error?.description.hasSuffix(sentence) == true)
  }

  @Test(arguments: FileFormat.writable)
  func `nor is it converted, whatever is asked for`(_ format: FileFormat) throws {
    for precision in [nil, .float32, .float64] as [SklearnWeights.Precision?]
    // Core ML has single precision alone.
    where format != .coreML || precision != .float64 {
      try withTemporaryFolder { folder throws in
        let output = folder + "/x.\(format.endings[0])"
        let error = coefsError {
          try Model.convert(pairs, to: output, options: options(precision))
        }
        #expect(error?.cause == refusal)
        #expect(try fileNames(in: folder).isEmpty)
      }
    }
  }

  @Test func `who only looks is told why there are no values`() throws {
    let inspection = try Inspection(contentsOf: pairs)
    #expect(inspection.model == nil)
    for name in ["coefs_0", "intercepts_0", "coefs_1", "intercepts_1"] {
      let entry = try #require(inspection.arrays.first { $0.name == name })
      #expect(entry.first == nil && entry.min == nil && entry.mean == nil && entry.nonFinite == nil)
      #expect(entry.byteCount != nil)
      #expect(inspection.notes.contains("array '\(name)': \(sentence)"))
    }
    #expect(inspection.notes.contains { $0.hasPrefix("no model: ") && $0.hasSuffix(sentence) })
    let sound = try Inspection(contentsOf: fixturePath(Self.readable[0]))
    #expect(sound.model != nil && sound.arrays[0].nonFinite == 0 && sound.arrays[0].mean != nil)
  }

  @Test func `complex numbers that cannot be told are none`() throws {
    // 1 + i in binary128 would be zeros in x87.
    let one: [UInt8] = [UInt8](repeating: 0, count: 14) + [0xFF, 0x3F]
    let array = try NDArray(
      header: NPYHeader(dtype: DType("<c32"), shape: [1]), bytes: ContiguousArray(one + one))
    try withTemporaryFolder { folder throws in
      let path = try write(array.fileBytes, to: folder + "/x.npy")
      let inspection = try Inspection(contentsOf: path)
      #expect(inspection.arrays[0].first == nil)
      #expect(inspection.notes.contains { $0.contains("dtype <c32 written on x86-64") })
    }
  }

  @Test func `a stack is judged as a whole`() throws {
    // The biases of the first layer alone could be zeros of x87.
    let numbers = [1, -0.5, 0.1, 1.0 / 3, -2.7, 0.7]
    let stack = try Model(
      npz([
        NamedArray("coefs", try binary128((1...12).map { Double($0) / 7 }, [3, 2, 2])),
        NamedArray("intercepts", try binary128(numbers, [3, 2])),
      ]), name: "x.npz")
    #expect(stack.weights.layers[0].biases.bytes == (try binary128([1, -0.5], [2])).bytes)
    #expect(throws: NPYError.self) { try binary128([1, -0.5], [2]).reals(as: Double.self) }
    #expect(stack.weights.mlp(as: Double.self).layers.flatMap(\.biases) == numbers)
    for layout in WeightLayout.allCases {
      let rounded = stack.weights.arrays(in: layout, precision: .float64)
      #expect(try rounded[1].array == NDArray([1, -0.5]))
    }
  }

  @Test func `what could be either is known by what was written with it`() throws {
    // Biases that could be zeros of x87 beside weights that are not; and the other way round.
    let numbers = [0.1, 1.0 / 3, -2.7, 0.7]
    for (weights, biases) in [(numbers, [1, -0.5]), ([1, 2, 4, -0.5], [0.1, 1.0 / 3])] {
      let arrays = [
        NamedArray("coefs_0", try binary128(weights, [2, 2])),
        NamedArray("intercepts_0", try binary128(biases, [2])),
      ]
      let found = try Model(npz(arrays), name: "x.npz", options: .init(layout: .sklearn))
      let layer = found.weights.mlp(as: Double.self).layers[0]
      #expect(layer.biases == ContiguousArray(biases))
      #expect(layer.weights == [weights[0], weights[2], weights[1], weights[3]])
      #expect(
        try found.weights.arrays(in: .sklearn, precision: .float64)[1].array == NDArray(biases))
      // Bit for bit as they were.
      #expect(found.weights.arrays(in: .sklearn)[1].array.bytes == arrays[1].array.bytes)
    }
    let error = coefsError {
      _ = try Model(
        npz([
          NamedArray("coefs_0", try binary128([1, 2, 4, -0.5], [2, 2])),
          NamedArray("intercepts_0", try binary128([1, -0.5], [2])),
        ]), name: "x.npz")
    }
    #expect(
      error?.cause as? SklearnError
        == .unreadable("coefs_0", .ambiguousLongDoubles(dtype: "<f16")))
  }

  /// Doubles as binary128 has them.
  private func binary128(_ values: [Double], _ shape: [Int]) throws -> NDArray {
    let bytes = values.flatMap { value -> [UInt8] in
      let fraction = UInt128(value.significandBitPattern) << 60
      let sign: UInt128 = value < 0 ? 1 << 127 : 0
      let word = sign | UInt128(Int(value.exponent) + 16383) << 112 | fraction
      return stride(from: 0, to: 128, by: 8).map {
        UInt8(truncatingIfNeeded: word >> UInt128($0))
      }
    }
    return try NDArray(
      header: NPYHeader(dtype: DType("<f16"), shape: shape), bytes: ContiguousArray(bytes))
  }
}
