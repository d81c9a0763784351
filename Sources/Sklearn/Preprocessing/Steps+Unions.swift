import MLP
import NPY

// Steps that put the columns of several others next to each other (`sklearn/compose/_column_transformer.py`,
// `sklearn/pipeline.py`).

extension PreprocessingStep {
  static let unions: [PreprocessingStep] = [
    PreprocessingStep(
      name: "ColumnTransformer",
      modules: ["sklearn.compose._column_transformer"]
    ) { step, reading throws(SklearnError) in
      try reading.expect(try step.count("_n_features"), at: step.path)
      let names = step.attribute("feature_names_in_")?.texts
      let width = try reading.width(for: step)
      let weights = try step.weights()
      var branches: [[InputTransform.Operation]] = []
      for item in try step.parts("transformers_") {
        guard case .list(let parts) = item.value(), parts.count == 3, let name = parts[0].text
        else {
          throw .badObject(item.path, problem: "is no name, transformer and columns")
        }
        if parts[1].text == "drop" { continue }
        let columns = try parts[2].columns(among: width, names: names)
        if columns.isEmpty { continue }
        let node = StepNode(path: "\(step.path).\(name.prefix(100))", value: parts[1].value)
        branches.append(try reading.weighted(node, columns: columns, by: weights[name]))
      }
      return [.concatenate(branches)]
    },

    PreprocessingStep(name: "FeatureUnion", modules: ["sklearn.pipeline"]) {
      step, reading throws(SklearnError) in
      let weights = try step.weights()
      var branches: [[InputTransform.Operation]] = []
      for (name, node) in try step.namedSteps("transformer_list") {
        if node.text == "drop" { continue }
        // Until 0.24, None was a step that is left out, where a pipeline passes the columns on.
        if case .none = node.value() { continue }
        branches.append(try reading.weighted(node, columns: nil, by: weights[name]))
      }
      return [.concatenate(branches)]
    },
  ]
}

extension FittedStep {
  /// The factor of each transformer, by its name.
  fileprivate func weights() throws(SklearnError) -> [String: Double] {
    guard let node = attribute("transformer_weights") else { return [:] }
    guard case .dictionary(let entries) = node.value() else {
      throw wrong("transformer_weights", "a dictionary")
    }
    var weights: [String: Double] = [:]
    for (name, node) in entries {
      guard let weight = node.number else { throw wrong("transformer_weights", "numbers") }
      weights[name] = weight
    }
    return weights
  }
}

extension StepReading {
  /// The operations of a part, multiplied by its weight.
  fileprivate mutating func weighted(
    _ node: StepNode, columns: [Int]?, by weight: Double?
  ) throws(SklearnError) -> [InputTransform.Operation] {
    let (operations, width) = try branch(node, columns: columns)
    guard let weight else { return operations }
    return operations + [.multiply(Array(repeating: weight, count: width))]
  }
}

extension StepNode {
  /// The texts of a list or an array with one axis; `nil` where a part is no text.
  var texts: [String]? {
    switch value() {
    case .array(let array): array.shape.count == 1 ? try? array.strings() : nil
    case .list(let parts), .objects(let parts):
      parts.reduce(into: [String]?.some([])) { texts, part in
        if let text = part.text { texts?.append(text) } else { texts = nil }
      }
    default: nil
    }
  }

  /// The columns that this means: a number, a name, several, a slice, or a truth value for each.
  ///
  /// - Parameters:
  ///   - count: The number of columns.
  ///   - names: Their names, where they are known.
  fileprivate func columns(
    among count: Int, names: [String]?
  ) throws(SklearnError) -> [Int] {
    let value = value()
    switch value {
    case .integer, .text, .number: return [try column(among: count, names: names)]
    case .slice(let parts): return try slice(parts, among: count, names: names)
    case .array(let array) where array.dtype.kind == .bool && array.shape == [count]:
      return ((try? array.integers()) ?? []).enumerated().filter { $0.element != 0 }.map(\.offset)
    case .array(let array) where [.int, .uint].contains(array.dtype.kind):
      let places = ((try? array.integers()) ?? []).map { Int(exactly: $0) ?? -1 }
      return try places.map { place throws(SklearnError) in try self.place(place, among: count) }
    case .array:
      guard let texts else { break }
      return try texts.map { text throws(SklearnError) in try self.place(text, among: names) }
    case .list(let parts), .objects(let parts):
      let truths = parts.compactMap { part -> Bool? in
        if case .boolean(let value) = part.value() { value } else { nil }
      }
      if truths.count == parts.count, parts.count == count, count > 0 {
        return truths.indices.filter { truths[$0] }
      }
      guard parts.count <= StepReading.maxColumns else { break }
      return try parts.map { part throws(SklearnError) in
        try part.column(among: count, names: names)
      }
    // A list of the columns that are left (`_RemainderColsList`).
    case .object(let list) where list.has("data"):
      if let data = list.attribute("data") { return try data.columns(among: count, names: names) }
    default: break
    }
    throw .badObject(path, problem: "is \(value.kind) where columns belong")
  }

  private func column(among count: Int, names: [String]?) throws(SklearnError) -> Int {
    if let text { return try place(text, among: names) }
    guard let integer else {
      throw .badObject(path, problem: "is \(value().kind) where a column belongs")
    }
    return try place(integer, among: count)
  }

  private func place(_ place: Int, among count: Int) throws(SklearnError) -> Int {
    let found = place < 0 ? place + count : place
    guard 0..<count ~= found else {
      throw .badObject(path, problem: "is column \(place) of \(count)")
    }
    return found
  }

  private func place(_ name: String, among names: [String]?) throws(SklearnError) -> Int {
    guard let place = names?.firstIndex(of: name) else {
      throw .badObject(
        path, problem: "names the column '\(name.prefix(60))', which feature_names_in_ has not")
    }
    return place
  }

  /// Python's slice of columns; one of names includes its end, as pandas has it.
  private func slice(
    _ parts: [StepNode], among count: Int, names: [String]?
  ) throws(SklearnError) -> [Int] {
    guard parts.count == 3 else { throw .badObject(path, problem: "is no slice") }
    func bound(_ part: StepNode, isEnd: Bool) throws(SklearnError) -> Int? {
      if case .none = part.value() { return nil }
      if let name = part.text { return try place(name, among: names) + (isEnd ? 1 : 0) }
      guard let integer = part.integer else {
        throw .badObject(path, problem: "is a slice of \(part.value().kind)")
      }
      return min(max(integer < 0 ? integer + count : integer, 0), count)
    }
    let step = try bound(parts[2], isEnd: false) ?? 1
    guard step > 0 else { throw .badObject(path, problem: "is a slice that runs backwards") }
    let start = try bound(parts[0], isEnd: false) ?? 0
    let end = try bound(parts[1], isEnd: true) ?? count
    return Array(stride(from: start, to: end, by: step))
  }
}
