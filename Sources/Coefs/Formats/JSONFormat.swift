import CSV
import Files
import JSON
import NPY
import Sklearn

extension FileFormat {
  /// A network as text: the shapes that people write by hand, and one of its own.
  public static let json = FileFormat(
    "json", endings: ["json"], "a JSON text", [.scalers, .metadata],
    content: FormatContent(
      steps: .meanAndScale, activations: .each, labels: .finite, values: .computed),
    begins: { input in
      let text = input.start.drop { byteOrderMark.contains($0) || " \t\r\n".utf8.contains($0) }
      return text.first == UInt8(ascii: "{") || text.first == UInt8(ascii: "[")
    },
    reader: .arrays { input throws(CoefsError) in
      var bytes = try input.whole()
      if bytes.starts(with: byteOrderMark) { bytes.removeFirst(byteOrderMark.count) }
      let document: JSONDocument
      do throws(JSONError) {
        document = try JSONDocument(
          foldingNumbersOf: bytes, maxDepth: input.limits.maxNesting,
          maxValues: input.limits.maxJSONValues)
      } catch {
        throw CoefsError(
          input.file, ModelError.badJSON(offset: error.offset, problem: error.problem))
      }
      do throws(SklearnError) { return try ArrayList(document, file: input.file) } catch {
        throw CoefsError(input.file, error)
      }
    },
    output: { network, options, path throws(CoefsError) in
      var options = options
      options.layout = .sklearn
      let weights = try network.weights(fitting: options)
      do throws(SklearnError) {
        return JSONOutput(try JSONNetwork(weights, precision: options.precision))
      } catch {
        throw CoefsError(network.file, error)
      }
    })

  /// What editors of Windows put before a text in UTF-8.
  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
}

// MARK: Reading

extension ArrayList {
  /// The arrays of a JSON text, named by their places.
  ///
  /// - Throws: ``SklearnError/tooManyArrays(_:most:)``.
  fileprivate init(_ document: JSONDocument, file: String) throws(SklearnError) {
    var contents = JSONContents()
    try contents.look(at: document.root, path: "", in: JSONContents.Place())
    self.init(file: file, entries: contents.entries, notes: contents.notes)
    refusals = contents.refusals.map { ($0.name, $0.error) }
  }
}

/// The arrays that are found in a JSON text:
///
///     {"coefs_": [[[…], …], …], "intercepts_": …}          coefs_/0, coefs_/1, …, intercepts_/0, …
///     {"layers": [{"W": [[…], …], "b": […]}, …]}           layers/0/W, layers/0/b, layers/1/W, …
///     {"n_in": 4, "n_out": 3, "weight": […], "bias": […]}  weight, outputs × inputs, and bias
///
/// Numbers are not decoded before an array is read.
private struct JSONContents {
  private(set) var entries: [ArrayList.Entry] = []
  private(set) var notes: [String] = []
  /// Values that may be weights and are not sound.
  private(set) var refusals: [(name: String, error: SklearnError)] = []
  private var letters = 0

  /// What is known of the values at a place from what is around it.
  struct Place {
    var depth = 0
    /// Whether weights and biases are single precision.
    var isSingle = false
    /// Whether activations have been taken from it.
    var isLayer = false

    /// A place in this one.
    var inner: Place { Place(depth: depth + 1, isSingle: isSingle) }
  }

  /// No network lies deeper, has more arrays, or longer names.
  private static let deepest = 10
  private static let mostEntries = 40_000
  private static let mostLetters = 8 << 20

  private mutating func add(_ entry: ArrayList.Entry) throws(SklearnError) {
    letters += entry.name?.utf8.count ?? 0
    guard entries.count < Self.mostEntries, letters <= Self.mostLetters else {
      throw .tooManyArrays(entries.count, most: Self.mostEntries)
    }
    entries.append(entry)
  }

  private mutating func refuse(_ path: String, _ problem: String) {
    refusals.append((path, .badAttribute(path, problem: problem)))
  }

  mutating func look(
    at value: JSONValue, path: String, in place: Place
  ) throws(SklearnError) {
    guard place.depth <= Self.deepest, path.utf8.count <= 1_000 else { return }
    switch value.kind {
    case .object: try look(atMembersOf: value, path: path, in: place)
    case .array: try look(atElementsOf: value, path: path, in: place)
    case .string: try add(.init(path, NDArray(string: value.string ?? "")))
    case .number:
      let array =
        if let integer = value.integer {
          try? NDArray([integer], shape: [])
        } else {
          try? NDArray([value.double ?? .infinity], shape: [])
        }
      if let array { try add(.init(path, array)) }
    case .boolean, .null: break
    }
  }

  private mutating func look(
    atMembersOf object: JSONValue, path: String, in place: Place
  ) throws(SklearnError) {
    let members = object.members ?? []
    var inner = place.inner
    if let dtype = object["dtype"]?.string { inner.isSingle = dtype == "float32" }
    let sizes = FlatSizes(members)
    var hidden: [String] = []
    for (key, value) in members {
      let name = path.isEmpty ? key : "\(path)/\(key)"
      // What scikit-learn keeps for itself.
      if key.hasPrefix("_") {
        hidden.append("'\(name)'")
        continue
      }
      if ["dtype", "format"].contains(key), value.kind == .string { continue }
      if key == SelfCheck.name, let check = value.members {
        let text = check.map { key, value in
          "\(key.jsonQuoted):\(value.string?.jsonQuoted ?? value.numberText ?? "null")"
        }
        try add(.init(name, NDArray(string: "{\(text.joined(separator: ","))}")))
        continue
      }
      let meaning = ArrayMeaning(of: name)
      if place.isLayer, meaning == .activation { continue }
      if meaning == .weights, let count = value.numberCount, let shape = sizes.shape(of: count) {
        notes.append(
          "'\(name)' is one list: read as \(shape.how) \(shape.axes[0]) × \(shape.axes[1]), row by row"
        )
        try add(numbers: [value], shape: shape.axes, name: name, isSingle: inner.isSingle)
        continue
      }
      try look(at: value, path: name, in: inner)
    }
    if !hidden.isEmpty {
      notes.append("left out, private to scikit-learn: \(hidden.prefix(6).joined(separator: ", "))")
    }
  }

  private mutating func look(
    atElementsOf array: JSONValue, path: String, in place: Place
  ) throws(SklearnError) {
    let meaning = ArrayMeaning(of: path)
    if let count = array.numberCount {
      try add(
        numbers: [array], shape: [count], name: path, isSingle: place.isSingle,
        areLabels: meaning != .weights && meaning != .biases)
      return
    }
    guard let elements = array.elements, let first = elements.first else { return }
    if elements.allSatisfy({ $0.kind == .string }) {
      if let texts = NDArray(texts: elements.map { $0.string ?? "" }) {
        try add(.init(path, texts))
      }
      return
    }
    if elements.allSatisfy({ $0.kind == .boolean }) {
      if let array = try? NDArray(elements.map { $0.boolean ?? false }) {
        try add(.init(path, array))
      }
      return
    }
    if elements.contains(where: { $0.kind == .number || $0.kind == .null }) {
      if meaning != .other {
        let place = elements.firstIndex { $0.kind != .number } ?? 0
        refuse(path, "has at \(place) \(elements[place].kindName) where a number should be")
      }
      return
    }
    let lengths = elements.map(\.numberCount)
    if let length = lengths[0], first.kind == .array {
      if let odd = lengths.firstIndex(of: nil) {
        refuse(
          path, "has at \(odd) \(elements[odd].kindName) where a row of numbers should be")
        return
      }
      let isEven = lengths.allSatisfy { $0 == length }
      // The biases of several layers may have one length, and make no matrix all the same.
      if isEven, meaning != .biases {
        try add(
          numbers: elements, shape: [elements.count, length], name: path, isSingle: place.isSingle)
        return
      }
      if meaning == .weights, let odd = lengths.firstIndex(where: { $0 != length }) {
        refuse(
          path, "is ragged: row \(odd) has \(lengths[odd] ?? 0) values, and row 0 has \(length)")
        return
      }
    }
    let layers = try Self.activations(of: elements)
    if let layers { try add(layers, path: path) }
    for (index, element) in elements.enumerated() {
      var inner = place.inner
      inner.isLayer = layers != nil
      try look(at: element, path: path.isEmpty ? "\(index)" : "\(path)/\(index)", in: inner)
    }
  }

  /// Adds an array of these rows, each of them values alone.
  private mutating func add(
    numbers rows: [JSONValue], shape: [Int], name: String, isSingle: Bool, areLabels: Bool = false
  ) throws(SklearnError) {
    let isLayer = [.weights, .biases].contains(ArrayMeaning(of: name))
    let areIntegers = areLabels && rows.allSatisfy(\.areIntegers)
    let dtype = areIntegers ? Int64.dtype : isLayer && isSingle ? Float.dtype : Double.dtype
    let header: NPYHeader
    do { header = try NPYHeader(dtype: dtype, shape: shape) } catch {
      throw .unreadable(name, error)
    }
    try add(
      ArrayList.Entry(name: name.isEmpty ? nil : name, header: .success(header)) {
        () throws(CoefsError) in
        do throws(NPYError) {
          if areIntegers { return try NDArray(JSONNumbers.integers(of: rows), shape: shape) }
          return dtype == Float.dtype
            ? try NDArray(JSONNumbers.floats(of: rows, count: header.count), shape: shape)
            : try NDArray(JSONNumbers.doubles(of: rows, count: header.count), shape: shape)
        } catch {
          throw CoefsError(name, SklearnError.unreadable(name, error))
        }
      })
  }

  // MARK: Layers

  /// The activations of a list of layers, `nil` for each that says none; `nil` where the elements are no layers.
  private static func activations(of elements: [JSONValue]) throws(SklearnError) -> [String?]? {
    var found: [String?] = []
    for element in elements {
      guard let members = element.members else { return nil }
      let activation = members.first { ArrayMeaning(of: $0.key) == .activation }?.value.string
      if members.contains(where: {
        ArrayMeaning(of: $0.key) == .weights && $0.value.kind == .array
      }) {
        found.append(activation)
      } else if let activation, let last = found.indices.last, found[last] == nil {
        // An element of its own for the activation after a layer.
        found[last] = activation
      }
    }
    return found.isEmpty ? nil : found
  }

  private mutating func add(_ activations: [String?], path: String) throws(SklearnError) {
    let prefix = path.isEmpty ? "" : path + "/"
    if let last = activations.last, let last {
      try add(.init("\(prefix)out_activation", NDArray(string: last)))
    }
    let hidden = activations.dropLast()
    guard let first = hidden.first, hidden.contains(where: { $0 != nil }) else { return }
    guard let first, hidden.allSatisfy({ $0 != nil }) else {
      let bare = hidden.firstIndex(of: nil) ?? 0
      refuse(
        "\(prefix)\(bare)", "says no activation, and other layers do")
      return
    }
    let one = hidden.allSatisfy { $0 == first }
    let texts = one ? NDArray(string: first) : NDArray(texts: hidden.compactMap(\.self))
    if let texts { try add(.init("\(prefix)activation", texts)) }
  }
}

/// The sizes of a layer next to weights that are one list.
private struct FlatSizes {
  private var inputs: Int?
  private var outputs: Int?
  private var axes: [Int]?

  private static let inputNames: Set = [
    "nin", "in", "inputs", "ninputs", "infeatures", "inputsize", "inputdim", "fanin", "numinputs",
  ]
  private static let outputNames: Set = [
    "nout", "out", "outputs", "noutputs", "outfeatures", "outputsize", "outputdim", "fanout",
    "units",
    "numoutputs",
  ]

  init(_ members: [(key: String, value: JSONValue)]) {
    for (key, value) in members {
      let name = key.lowercased().filter { $0.isLetter }
      if let size = value.integer, (1...1 << 31).contains(size) {
        if Self.inputNames.contains(name) { inputs = Int(size) }
        if Self.outputNames.contains(name) { outputs = Int(size) }
      } else if name == "shape" || name == "weightshape", value.numberCount == 2, value.areIntegers
      {
        axes = JSONNumbers.integers(of: [value]).map { Int($0) }
      }
    }
  }

  /// The shape of a list of so many numbers, and how it is known; `nil` where the sizes do not say it.
  func shape(of count: Int) -> (how: String, axes: [Int])? {
    func fits(_ axes: [Int]) -> Bool {
      axes.allSatisfy { $0 > 0 } && !axes[0].multipliedReportingOverflow(by: axes[1]).overflow
        && axes[0] * axes[1] == count
    }
    if let axes { return fits(axes) ? ("", axes) : nil }
    guard let inputs, let outputs, fits([outputs, inputs]) else { return nil }
    return ("outputs × inputs,", [outputs, inputs])
  }
}

extension JSONValue {
  /// What it is, for a sentence.
  fileprivate var kindName: String {
    switch kind {
    case .null: "null"
    case .boolean: "true or false"
    case .number: "a number"
    case .string: "a text"
    case .array: "a list"
    case .object: "an object"
    }
  }
}

/// Numbers of a text, each rounded once.
private enum JSONNumbers {
  static func doubles(of rows: [JSONValue], count: Int) -> ContiguousArray<Double> {
    var values = ContiguousArray<Double>()
    values.reserveCapacity(count)
    for row in rows {
      row.forEachNumber { bytes, start, end in
        values.append(number(in: bytes, from: start, to: end) ?? .nan)
      }
    }
    return values
  }

  static func floats(of rows: [JSONValue], count: Int) -> ContiguousArray<Float> {
    var values = ContiguousArray<Float>()
    values.reserveCapacity(count)
    for row in rows {
      row.forEachNumber { bytes, start, end in
        let value = number(in: bytes, from: start, to: end) ?? .nan
        let rounded = Float(value)
        // Rounded to double it may lie in the middle of two floats, where it no longer tells to which it is nearer.
        let other = Double(rounded) < value ? rounded.nextUp : rounded.nextDown
        guard (Double(rounded) + Double(other)) / 2 == value else {
          values.append(rounded)
          return
        }
        var text = ""
        for index in start..<end { text.unicodeScalars.append(Unicode.Scalar(bytes[index])) }
        values.append(Float(text) ?? rounded)
      }
    }
    return values
  }

  static func integers(of rows: [JSONValue]) -> ContiguousArray<Int64> {
    var values = ContiguousArray<Int64>()
    for row in rows {
      row.forEachNumber { bytes, start, end in
        var value: Int64 = 0
        let isNegative = bytes[start] == UInt8(ascii: "-")
        for index in (isNegative ? start + 1 : start)..<end {
          value = value * 10 - Int64(bytes[index] - UInt8(ascii: "0"))
        }
        values.append(isNegative ? value : -value)
      }
    }
    return values
  }
}

// MARK: Writing

/// A network as the text that is written of it:
///
///     {"format": "coefs", "dtype": "float64",
///      "scaler": {"mean": […], "scale": […]},
///      "layers": [{"coefs": [[…], …], "intercepts": […], "activation": "relu"}, …],
///      "classes": […], "feature_names_in_": […]}
///
/// `coefs` are inputs × outputs, as scikit-learn has them. What is not known is not there.
private struct JSONNetwork {
  let weights: SklearnWeights
  /// The weights and biases of each layer in turn, all of one type.
  let arrays: [NamedArray]
  let isSingle: Bool
  let mean: [Double]
  let scale: [Double]
  let facts: [(key: String, text: String)]

  /// - Throws: ``SklearnError/notExact(_:dtype:)`` for long doubles, ``SklearnError/transformNotFolded(_:)`` for
  ///   preprocessing that is no mean and scale.
  init(_ weights: SklearnWeights, precision: SklearnWeights.Precision?) throws(SklearnError) {
    let arrays = try weights.computableArrays(precision: precision)
    isSingle = arrays.allSatisfy { $0.array.dtype.itemSize == 4 }
    var same: [NamedArray] = []
    for item in arrays {
      do throws(NPYError) {
        same.append(
          isSingle ? item : NamedArray(item.name, try item.array.converted(to: Double.self)))
      } catch { throw .unreadable(item.name, error) }
    }
    self.arrays = same
    self.weights = weights
    facts = try weights.outline.metadata()
    var (mean, scale): ([Double], [Double]) = ([], [])
    if let transform = weights.inputTransform {
      var held = MeanAndScale()
      guard held.take(transform.operations) else { throw .transformNotFolded(transform.names) }
      (mean, scale) = (held.mean, held.scale)
      if mean.isEmpty { mean = Array(repeating: 0, count: transform.inputs) }
      if scale.isEmpty { scale = Array(repeating: 1, count: transform.inputs) }
    }
    (self.mean, self.scale) = (mean, scale)
  }

  /// The activation of a layer; `nil` for one that is not known.
  func activation(of layer: Int) -> Activation? {
    let outline = weights.outline
    if layer == outline.layerCount - 1 {
      return outline.outActivation.origin == .assumed ? nil : outline.outActivation.activation
    }
    return outline.activation.origin == .assumed ? nil : outline.hiddenActivations[layer]
  }

  /// The text of a fact; `nil` for one that is not known.
  func fact(_ key: String) -> String? { facts.first { $0.key == key }?.text }
}

/// A JSON text that is to be written.
private struct JSONOutput: CheckedOutput {
  private let network: JSONNetwork

  init(_ network: JSONNetwork) { self.network = network }

  var layout: WeightLayout { .sklearn }

  var written: [(name: String, header: NPYHeader)] {
    network.arrays.map { ($0.name, $0.array.header) }
  }

  func write<Sink: ReadableSink & ~Copyable>(
    to sink: consuming Sink, file: String
  ) throws -> Sink {
    var text = ContiguousArray<UInt8>()
    text +=
      "{\"format\": \"coefs\", \"dtype\": \"\(network.isSingle ? "float32" : "float64")\",\n".utf8
    if !network.mean.isEmpty {
      text += "\"scaler\": {\"mean\": ".utf8
      text.append(numbers: network.mean)
      text += ",\n\"scale\": ".utf8
      text.append(numbers: network.scale)
      text += "},\n".utf8
    }
    text += "\"layers\": [\n".utf8
    let last = network.weights.layers.count - 1
    for index in 0...last {
      let (coefs, intercepts) = (
        network.arrays[2 * index].array, network.arrays[2 * index + 1].array
      )
      text += "{\"coefs\": [\n".utf8
      let columns = coefs.shape[1]
      for row in 0..<coefs.shape[0] {
        if row > 0 { text += ",\n".utf8 }
        try append(coefs.slice(row * columns..<(row + 1) * columns, shape: [columns]), to: &text)
        if text.count > 1 << 20 {
          try sink.write(text.span)
          text.removeAll(keepingCapacity: true)
        }
      }
      text += "],\n\"intercepts\": ".utf8
      try append(intercepts, to: &text)
      if let activation = network.activation(of: index) {
        text += ",\n\"activation\": \(activation.rawValue.jsonQuoted)".utf8
      }
      text += index == last ? "}\n]".utf8 : "},\n".utf8
    }
    for key in ["classes", "feature_names_in_", SelfCheck.name] {
      if let fact = network.fact(key) { text += ",\n\"\(key)\": \(fact)".utf8 }
    }
    text += "}\n".utf8
    try sink.write(text.span)
    return sink
  }

  private func append(_ array: NDArray, to text: inout ContiguousArray<UInt8>) throws(NPYError) {
    if network.isSingle {
      text.append(numbers: try array.reals(as: Float.self))
    } else {
      text.append(numbers: try array.reals(as: Double.self))
    }
  }

  func compare(with bytes: InputFile, file: String) throws(CoefsError) {
    func demand(_ holds: Bool, _ what: String) throws(CoefsError) {
      guard holds else { throw CoefsError(file, ModelError.notAsWritten(what)) }
    }
    let source = try ModelSource(FormatInput(bytes, file: file, limits: .ownFiles))
    let found = try Model(
      NetworkFile(source, intercepts: nil, options: SklearnWeights.Options())
    ).weights
    let meant = network.weights
    for (one, item) in zip(found.layerArrays(in: .sklearn), network.arrays) {
      try demand(one == item, "array '\(item.name)' differs")
    }
    try demand(
      found.layers.count == meant.layers.count && found.classes?.labels == meant.classes?.labels,
      "the layers or the classes differ")
    try demand(found.outline.selfCheck == meant.outline.selfCheck, "the self-check differs")
    try demand(
      meant.layers.count < 2 || meant.activation.origin == .assumed
        || found.outline.hiddenActivations == meant.outline.hiddenActivations,
      "an activation differs")
    for (one, other) in [
      (found.activation, meant.activation), (found.outActivation, meant.outActivation),
    ] where other.origin != .assumed && (other != meant.activation || meant.layers.count > 1) {
      try demand(
        one.activation == other.activation && one.origin == .stored, "an activation differs")
    }
    let operations =
      network.mean.isEmpty
      ? nil : [InputTransform.Operation.subtract(network.mean), .divide(network.scale)]
    try demand(found.inputTransform?.operations == operations, "the scaler differs")
    try demand(
      found.outline.featureNames == meant.outline.featureNames, "the names of the inputs differ")
  }
}

extension ContiguousArray<UInt8> {
  /// Appends a list of numbers, each with as many digits as tell it from all others.
  fileprivate mutating func append<Scalar: BinaryFloatingPoint & CustomStringConvertible>(
    numbers: some Collection<Scalar>
  ) {
    append(UInt8(ascii: "["))
    var isFirst = true
    for value in numbers {
      if !isFirst { append(UInt8(ascii: ",")) }
      isFirst = false
      append(contentsOf: value.description.utf8)
    }
    append(UInt8(ascii: "]"))
  }
}
