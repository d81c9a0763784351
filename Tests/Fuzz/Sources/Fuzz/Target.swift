import Coefs
import Files
import NPY
import NPZ
import Pickle
import Sklearn
import Zip

/// What an input is taken for, and what must hold of it.
enum Target {
  /// A part of a file, or a file as its own module reads it.
  case part(Part)
  /// A file of a format, from its first byte to the network in it.
  case file(FileFormat)

  /// The targets that look into one module each.
  enum Part: String, CaseIterable {
    /// The header of an NPY file.
    case header
    /// A whole NPY file.
    case array
    /// An archive, as it is and with its checksums and offsets put right.
    case archive
    /// The members of an archive, which are packed soundly and read as a model.
    case model
    /// Arrays by name, without an archive around them.
    case weights
    /// A pickle or joblib file, and what stands behind the header of an array of objects.
    case pickle
    /// A JSON text.
    case json
    /// A safetensors file.
    case safetensors
    /// The members of a skops archive, which are packed soundly.
    case skops
    /// The pickle of a file of `torch.save`, packed soundly next to two storages.
    case torch
    /// A file of rows: a table as text, or arrays.
    case table
  }

  /// Every target: those of modules, and one for each format whose files have bytes.
  static var all: [Target] {
    Part.allCases.map(Target.part)
      + FileFormat.all.filter { $0.isReadable && $0 != .folder }.map(Target.file)
  }

  /// What the command line calls it.
  var name: String {
    switch self {
    case .part(let part): part.rawValue
    case .file(let format): "file-\(format.name)"
    }
  }

  /// Small, so that libFuzzer's own bound on a single allocation sees a claim that is believed.
  static var limits: ReadLimits {
    var limits = ReadLimits()
    limits.maxTotalBytes = 1 << 20
    limits.maxMembers = 64
    limits.maxTensors = 64
    return limits
  }

  /// Reads the input and checks what can be checked of the outcome.
  ///
  /// - Throws: What the reader throws.
  func run(_ input: ContiguousArray<UInt8>) throws {
    switch self {
    case .part(let part): try Self.run(part, input)
    case .file(let format):
      // The name promises the format; the content tells, and may be of another.
      let name = "input.\(format.endings.first ?? "")"
      try Self.check(Model(input, name: name, limits: Self.limits).weights)
    }
  }

  private static func run(_ part: Part, _ input: ContiguousArray<UInt8>) throws {
    switch part {
    case .header: try Self.readHeader(input)
    case .array: try Self.check(NDArray(parsing: input, limits: Self.limits))
    case .archive:
      let repaired = repairedArchive(input)
      if repaired != input { try? Self.readArchive(repaired) }
      try Self.readArchive(input)
    case .model:
      var source = InputReader(input)
      let options = source.options()
      let bytes = try source.archive()
      // A name that occurs twice is refused in writing, and what is written must be readable.
      try Self.check(Model(bytes, name: "input", options: options, limits: Self.limits).weights)
    case .pickle: try Self.readPickle(input)
    case .json: try Self.readJSON(input)
    case .safetensors: try Self.readSafetensors(input)
    case .skops: try Self.readSkops(input)
    case .torch:
      var writer = ZipWriter(to: MemorySink())
      try writer.add("x/data.pkl", parts: [input], compressed: false)
      for (key, count) in [("0", 48), ("1", 12), ("2", 24), ("3", 8)] {
        let numbers = ContiguousArray<UInt8>(repeating: 0x3E, count: count)
        try writer.add("x/data/\(key)", parts: [numbers], compressed: false)
      }
      let bytes = try writer.finish().bytes
      try Self.check(Model(bytes, name: "input.pt", limits: Self.limits).weights)
    case .table:
      let rows = try Dataset(input, limits: Self.limits)
      demand(rows.rows.count == rows.inputs.rows, "rows are lost")
      demand(rows.inputs.values.allSatisfy(\.isFinite), "a value is not finite")
    case .weights:
      var source = InputReader(input)
      let options = source.options()
      try Self.check(SklearnWeights(source.arrays(), options: options))
    }
  }

  private static func readHeader(_ input: ContiguousArray<UInt8>) throws {
    let header = try NPYHeader(parsing: input)
    demand(try NPYHeader(parsing: header.bytes) == header, "the header that is written differs")
    // With one more blank it is no longer the text that NumPy writes, and another parser reads it.
    let length = Int(input[8]) | Int(input[9]) << 8
    guard input[6] == 1, input[10] == UInt8(ascii: "{"), length < ReadLimits().maxHeaderLength
    else {
      return
    }
    var spaced = input
    spaced.insert(UInt8(ascii: " "), at: 11)
    spaced[8] = UInt8(truncatingIfNeeded: length + 1)
    spaced[9] = UInt8(truncatingIfNeeded: (length + 1) >> 8)
    demand(try NPYHeader(parsing: spaced) == header, "the two parsers differ")
  }

  /// Reads every array; what could be read is written and must come back.
  private static func readArchive(_ input: ContiguousArray<UInt8>) throws {
    let archive = try NPZReader(bytes: input, limits: limits)
    var arrays: [NamedArray] = []
    for entry in archive.entries {
      guard let array = try? archive.array(entry) else { continue }
      demand(entry.header == .success(array.header), "the header read twice differs")
      if let view = try? archive.map(entry) {
        demand(view.array == array, "what is viewed is not what is read")
      }
      arrays.append(NamedArray(entry.name, array))
    }
    var writer = NPZWriter(to: MemorySink())
    for item in arrays { try writer.add(item.name, item.array) }
    let copy = try NPZReader(bytes: writer.finish().bytes)
    demand(copy.entries.map(\.name) == arrays.map(\.name), "the names that are written differ")
    for (entry, item) in zip(copy.entries, arrays) {
      demand(try copy.array(entry) == item.array, "an array that is written differs")
    }
  }

  /// Reads a pickle three ways and looks at every value of it.
  private static func readPickle(_ input: ContiguousArray<UInt8>) throws {
    _ = Pickle.begins(input)
    let header = npyHeaderOfObjects
    if let objects = try? Pickle(objectsInNPY: header + input, limits: limits) { check(objects) }
    if let all = try? Pickle(parsing: input, limits: limits, names: .any) { check(all) }
    let pickle = try Pickle(parsing: input, limits: limits, names: .networks)
    demand(pickle.mentions.allSatisfy(\.isKnown), "an unknown name is let pass")
    check(pickle)
    // The network in it, if it is an estimator.
    try check(Model(input, name: "input", limits: limits).weights)
  }

  private static let npyHeaderOfObjects =
    (try? NPYHeader(dtype: DType("|O"), shape: [2]).bytes) ?? []

  /// Asks every value of a pickle for all that it may be.
  private static func check(_ pickle: Pickle) {
    var seen: Set<PickleNode> = []
    var open = [pickle.root]
    while let node = open.popLast() {
      guard seen.insert(node).inserted, seen.count < 10_000 else { continue }
      demand(!node.summary.isEmpty && node.offset >= 0, "a value has no place")
      _ = node.string
      if case .array(let array)? = try? node.numpy() {
        demand(array.bytes.count == array.header.byteCount, "an array has other bytes")
      }
      if case .objects(let shape, let items)? = try? node.numpy() {
        demand(shape.reduce(1, { $0 &* $1 }) == items.count, "an array has other objects")
      }
      _ = try? node.dtype()
      _ = try? node.attributes()
      switch node.value {
      case .tuple(let items), .list(let items), .set(let items): open += items
      case .dict(let pairs): for (key, value) in pairs { open += [key, value] }
      case .object(let object):
        _ = (object.className, object.callee)
        open += object.arguments
        if let state = object.state { open.append(state) }
      case .text(let bytes), .bytes(let bytes), .legacyString(let bytes), .bigInteger(let bytes):
        demand(bytes.count >= 0, "bytes are lost")
      case .persistent(let id): open.append(id)
      case .none, .bool, .integer, .float, .global, .array: break
      }
    }
  }

  /// What holds of every array.
  static func check(_ array: NDArray) throws {
    demand(try NDArray(parsing: array.fileBytes) == array, "the array that is written differs")
    if array.shape.count == 2 {
      demand(array.transposed().transposed() == array, "transposed twice it differs")
    }
    // 10^17 rows without a column are an array; its values must not be walked row by row.
    demand((try? array.reals(as: Double.self).count == array.count) ?? true, "reals are lost")
    demand((try? array.reals(as: Float.self).count == array.count) ?? true, "reals are lost")
    demand((try? array.integers().count == array.count) ?? true, "integers are lost")
    demand((try? array.unsignedIntegers().count == array.count) ?? true, "integers are lost")
    demand((try? array.complexNumbers().count == array.count) ?? true, "numbers are lost")
    demand((try? array.strings().count == array.count) ?? true, "strings are lost")
  }

  /// What holds of every network: it computes, either layout gives it back, and a whole estimator predicts.
  static func check(_ weights: SklearnWeights) throws {
    let network = weights.mlp()
    let outputs = weights.layerSizes[weights.layerSizes.count - 1]
    if weights.inputTransform?.isElementwise ?? true {
      let output = try network.evaluate(Array(repeating: 0.5, count: network.inputs))
      demand(output.count == outputs, "an output is lost")
    }
    // A whole estimator predicts rows of any values, or says what is wrong with them.
    if let predictor = try? Model(weights: weights, name: "input").predictor(),
      predictor.inputs < 10_000
    {
      for value in [0.5, 0, 1, -1, 1e300, .nan] {
        let row = Array(repeating: value, count: predictor.inputs)
        guard let predictions = try? predictor.predict(rows: [row, row]) else { continue }
        demand(predictions.count == 2, "a prediction is lost")
      }
    }
    for layout in [WeightLayout.sklearn, .mlp] {
      var options = SklearnWeights.Options(layout: layout)
      options.activation = weights.activation.activation
      options.outActivation = weights.outActivation.activation
      let copy = try SklearnWeights(weights.arrays(in: layout), options: options)
      demand(
        copy.layerSizes == weights.layerSizes, "the sizes of the layers that are written differ")
      demand(
        copy.arrays(in: .mlp).prefix(2 * copy.layers.count)
          == weights.arrays(in: .mlp).prefix(2 * copy.layers.count),
        "the weights that are written differ")
    }
  }

  static func demand(_ holds: @autoclosure () throws -> Bool, _ problem: String) {
    // Not a precondition: those lose their messages in a release build.
    do { if try !holds() { fatalError(problem) } } catch { fatalError("\(problem): \(error)") }
  }
}
