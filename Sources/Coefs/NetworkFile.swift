/// A network that was found in a file, with its layers still there until they are asked for.
struct NetworkFile {
  /// The file, as it was named.
  let file: String

  /// All that it says but for the numbers.
  let outline: SklearnOutline

  /// What else there is to know.
  var notes: [String] = []

  /// The bytes of the file; `nil` for a folder, and for what was no file.
  var byteCount: Int?

  /// Whether the file is a pickle, which Python would run.
  var isFromPickle = false

  /// Reads some of the layers, all of whose numbers are finite.
  let layers: (Range<Int>) throws(CoefsError) -> [SklearnWeights.Layer]

  /// Finds the network in an open file, with its biases in another if there is one.
  init(
    _ source: ModelFile, intercepts: ArrayFile?, options: SklearnWeights.Options
  ) throws(CoefsError) {
    switch source.content {
    case .arrays(let arrays):
      try self.init(arrays, intercepts: intercepts, options: options)
    case .pickle(let pickle):
      guard intercepts == nil else {
        throw CoefsError(source.file, .unfitOption("a pickle has its biases in it already"))
      }
      self.init(
        source.file, try Model.weights(pickle, file: source.file, options: options))
      isFromPickle = true
    case .skops(let archive):
      guard intercepts == nil else {
        throw CoefsError(
          source.file, .unfitOption("a skops archive has its biases in it already"))
      }
      self.init(
        source.file, try Model.weights(archive, file: source.file, options: options))
    }
    notes = source.notes
    byteCount = source.byteCount
  }

  /// A network whose layers are in memory.
  init(_ file: String, _ weights: SklearnWeights) {
    self.file = file
    outline = weights.outline
    layers = { Array(weights.layers[$0]) }
  }

  /// Finds the network among arrays.
  private init(
    _ arrays: ArrayFile, intercepts: ArrayFile?, options: SklearnWeights.Options
  ) throws(CoefsError) {
    let file = arrays.file
    if let (_, error) = arrays.unreadObjects.first { throw CoefsError(file, .pickle(error)) }
    if arrays.format == .npy, arrays.entries.count == 1, intercepts == nil,
      options.layerSizes == nil
    {
      do throws(NPYError) { _ = try arrays.entries[0].header.get().withoutObjects() } catch {
        throw CoefsError(file, .npy(error))
      }
      throw CoefsError(file, .sklearn(.loneArray))
    }
    let entries = arrays.entries + (intercepts?.entries ?? [])
    let names = Self.names(of: arrays.entries, and: intercepts?.entries ?? [])
    let outline = try SklearnOutline(
      headers: Array(zip(names, entries.map(\.header))), options: options,
      failure: { CoefsError(file, .sklearn($0)) }
    ) { indices throws(CoefsError) in try entries.read(indices) }
    self.file = file
    self.outline = outline
    layers = { indices throws(CoefsError) in
      try outline.layers(indices, failure: { CoefsError(file, .sklearn($0)) }) {
        indices throws(CoefsError) in try entries.read(indices)
      }
    }
  }

  /// The file of the biases, where there is one.
  static func openIntercepts(
    _ file: String?, limits: ReadLimits
  ) throws(CoefsError) -> ArrayFile? {
    guard let file else { return nil }
    let source = try ModelFile(file, limits: limits, allowsUnknownNames: false)
    guard case .arrays(let arrays) = source.content else {
      throw CoefsError(file, .unfitOption("biases are read from arrays, not from an estimator"))
    }
    return arrays
  }

  /// The names of weights and biases from two files, as if one file held them.
  ///
  /// Arrays that have numbers for names, or none, are numbered on.
  private static func names(
    of weights: [ArrayFile.Entry], and biases: [ArrayFile.Entry]
  ) -> [String] {
    let isStack = (try? weights.first?.header.get().shape.count) == 3
    var names = weights.enumerated().map { index, entry in
      entry.name ?? (isStack ? "coefs" : "arr_\(index)")
    }
    let numbered = names.count { $0.hasPrefix("arr_") }
    for (index, entry) in biases.enumerated() {
      if let name = entry.name, name != "arr_\(index)" {
        names.append(name)
      } else if isStack {
        names.append("intercepts")
      } else if biases.count == 1, weights.count == 1,
        let name = SklearnWeights.biasesName(besides: names[0])
      {
        names.append(name)
      } else {
        names.append("arr_\(numbered + index)")
      }
    }
    return names
  }
}

extension [ArrayFile.Entry] {
  /// Reads the arrays at some indices; several threads share much of it.
  ///
  /// - Throws: ``CoefsError``: that of the first that cannot be read.
  fileprivate func read(_ indices: [Int]) throws(CoefsError) -> [NDArray] {
    let byteCount = indices.reduce(0) { sum, index in
      sum + Swift.min((try? self[index].header.get().byteCount) ?? 0, Self.smallArrays)
    }
    guard byteCount >= Self.smallArrays else {
      return try indices.map { index throws(CoefsError) in try self[index].read() }
    }
    let arrays = concurrentMap(indices.count) { index in
      Result { () throws(CoefsError) in try self[indices[index]].read() }
    }
    return try arrays.map { array throws(CoefsError) in try array.get() }
  }

  /// So few bytes are read before other threads have woken up.
  private static var smallArrays: Int { 1 << 20 }
}
