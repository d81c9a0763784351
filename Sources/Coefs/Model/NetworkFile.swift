import Pickle
import Files
import MLP
import NPY
import NPZ
import Sklearn

/// A network that was found in a file; its layers are read when they are needed.
struct NetworkFile {
  /// The file, as the caller named it.
  let file: String

  /// All of the network except the values.
  var outline: SklearnOutline

  /// Warnings about the file.
  var notes: [String] = []

  /// The bytes of the file; `nil` for a folder, and for what was no file.
  var byteCount: Int?

  /// Whether Python would run code from the file.
  var isProgram = false

  /// Arrays of the file that have been read, by their places.
  private(set) var readAlready: [Int: NDArray] = [:]

  /// Where the layers are.
  private let source: Source

  private enum Source {
    case memory([SklearnWeights.Layer])
    case arrays([ArrayList.Entry], WeightsPlan)
  }

  /// Finds the network in an open file, with its biases in another if there is one.
  init(
    _ source: ModelSource, intercepts: ArrayList?, options: SklearnWeights.Options
  ) throws(CoefsError) {
    switch source.content {
    case .arrays(let arrays):
      try self.init(arrays, intercepts: intercepts, options: options)
    case .objects(let objects):
      guard intercepts == nil else {
        throw CoefsError(
          source.file,
          ModelError.unfitOption("\(source.format.summary) has its biases in it already"))
      }
      self.init(
        source.file, try Self.weights(objects, file: source.file, options: options))
    case .network(let network):
      let summary = source.format.summary
      func demand(_ holds: Bool, _ fact: String) throws(CoefsError) {
        guard holds else {
          throw CoefsError(source.file, ModelError.unfitOption("\(summary) \(fact)"))
        }
      }
      try demand(intercepts == nil, "has its biases in it already")
      try demand(
        options.layout == nil && options.layerSizes == nil && options.biasPlace == nil,
        "says itself how its layers are stored")
      try demand(options.prefix == nil, "has its network under no prefix")
      self.init(source.file, try network.weights(options))
    }
    notes = source.notes + outline.notes
    byteCount = source.byteCount
    isProgram = source.format.capabilities.contains(.program)
  }

  /// A network whose layers are in memory.
  init(_ file: String, _ weights: SklearnWeights) {
    self.file = file
    outline = weights.outline
    source = .memory(weights.layers)
  }

  /// Finds the network among objects.
  private static func weights(
    _ objects: some StoredObjects, file: String, options: SklearnWeights.Options
  ) throws(CoefsError) -> SklearnWeights {
    let unknown = options.allowsUnknownNames ? [] : objects.names.filter { !$0.isKnown }
    let found = Result { () throws(SklearnError) -> SklearnWeights in
      try SklearnWeights(objects, options: options)
    }
    guard let name = unknown.first else {
      do { return try found.get() } catch { throw CoefsError(file, error) }
    }
    var reason = objects.refusal(of: name)
    if case .failure(let error) = found { reason = refusal(of: objects, error, unknown: unknown) }
    // It is refused; but whoever trusts it should know whether there is a network in it.
    var lenient = options
    lenient.allowsUnknownNames = true
    if let network = try? SklearnWeights(objects, options: lenient) {
      let place = network.naming.split(separator: ".coefs_")[0]
      throw CoefsError(file, ModelError.unknownName("\(reason)", network: String(place)))
    }
    throw CoefsError(file, reason)
  }

  /// Why objects are refused in which no network was found: the class that stops it, else the first unknown name.
  private static func refusal(
    of objects: some StoredObjects, _ error: SklearnError, unknown: [StoredName]
  ) -> any CategorizedError {
    let foreign = unknown.filter { !$0.name.module.hasPrefix("sklearn.") }
    var culprit = foreign.first
    if case .unknownStep(_, let kind, _) = error {
      // A class of scikit-learn's that cannot be run is told by what it is there for.
      if kind.hasPrefix("sklearn.") { return error }
      culprit = foreign.first { $0.name.description == kind } ?? culprit
    }
    return culprit.map { objects.refusal(of: $0) } ?? error as any CategorizedError
  }

  /// Finds the network among arrays.
  private init(
    _ arrays: ArrayList, intercepts: ArrayList?, options: SklearnWeights.Options
  ) throws(CoefsError) {
    let file = arrays.file
    for (name, error) in arrays.refusals
    where !options.ignored.contains(name ?? "")
      && (name ?? "").hasPrefix(name == nil ? "" : options.prefix ?? "")
    {
      throw CoefsError(file, error)
    }
    if arrays.entries.isEmpty, let foreign = ForeignFile(archiveOf: arrays.others) {
      throw CoefsError(file, ModelError(foreign))
    }
    if arrays.isLoneArray, intercepts == nil, options.layerSizes == nil {
      do { _ = try arrays.entries[0].header.get().withoutObjects() } catch {
        throw CoefsError(file, error)
      }
      throw CoefsError(file, SklearnError.loneArray)
    }
    let entries = arrays.entries + (intercepts?.entries ?? [])
    let names = Self.names(of: arrays.entries, and: intercepts?.entries ?? [])
    let plan: WeightsPlan
    do {
      plan = try WeightsPlan(
        Array(zip(names, entries.map(\.header))), options: options, isOrdered: arrays.isOrdered)
    } catch {
      throw CoefsError(file, error)
    }
    let attributes = try entries.read(plan.attributeEntries)
    do { outline = try SklearnOutline(plan, options: options, attributes: attributes) } catch {
      throw CoefsError(file, error)
    }
    self.file = file
    source = .arrays(entries, plan)
    readAlready = Dictionary(uniqueKeysWithValues: zip(plan.attributeEntries, attributes))
  }

  /// The layers in groups to be read and written one after another; all at once, where they are parts of the same
  /// arrays.
  var groups: [Range<Int>] {
    if case .arrays(_, let plan) = source, plan.cutsArrays { return [0..<outline.layerCount] }
    return outline.groups
  }

  /// Reads some of the layers, all of whose numbers are finite.
  ///
  /// - Parameters:
  ///   - indices: Which layers, from 0.
  ///   - look: Sees each array that is read, with its place among those of the file.
  /// - Throws: ``CoefsError``.
  func layers(
    _ indices: Range<Int>, look: (Int, NDArray) -> Void = { _, _ in }
  ) throws(CoefsError) -> [SklearnWeights.Layer] {
    switch source {
    case .memory(let layers): return Array(layers[indices])
    case .arrays(let entries, let plan):
      let places = plan.entries(of: indices)
      let arrays = try entries.read(places)
      for (place, array) in zip(places, arrays) { look(place, array) }
      do {
        return try plan.layers(
          indices, from: Dictionary(uniqueKeysWithValues: zip(places, arrays)))
      } catch {
        throw CoefsError(file, error)
      }
    }
  }

  /// The file of the biases, where there is one.
  static func openIntercepts(
    _ file: FileReference?, limits: ReadLimits
  ) throws(CoefsError) -> ArrayList? {
    guard let file else { return nil }
    let source = try ModelSource(file, limits: limits, allowsUnknownNames: false)
    guard case .arrays(let arrays) = source.content else {
      throw CoefsError(
        file.name, ModelError.unfitOption("biases are read from arrays, not from an estimator"))
    }
    return arrays
  }

  /// The names of weights and biases from two files, as if one file held them.
  ///
  /// Arrays that have numbers for names, or none, are numbered on.
  private static func names(
    of weights: [ArrayList.Entry], and biases: [ArrayList.Entry]
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
