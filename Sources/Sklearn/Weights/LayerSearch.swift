import NPY

/// Finds the layers of a network among arrays: by their names where these say enough, else by their shapes.
struct LayerSearch {
  /// An array that may be a part of a layer.
  struct Candidate {
    let part: ArrayPart
    let name: ArrayName
  }

  /// The layers.
  struct Found {
    /// For each layer its weights and its biases; `nil` where the file has no biases.
    var layers: [(weights: ArrayPart, biases: ArrayPart?)]
    /// How the weights are stored.
    var layout: WeightLayout
    /// How the arrays are named: `coefs_N`.
    var naming: String
    /// What the names of the network begin with.
    var prefix: String
    /// What is read in another way than the names say.
    var notes: [String] = []
    /// Whether the names leave open that the arrays are weights at all.
    var isUnnamed = false
  }

  /// Arrays whose names mean weights, biases, a place in a list, and nothing.
  private var weights: [Candidate] = []
  private var biases: [Candidate] = []
  private var positions: [Candidate] = []
  private var others: [Candidate] = []
  /// The numbers of all arrays of a list, those that are no part of a layer included.
  private var numbers: Set<Int> = []

  private let parts: [ArrayPart]
  private let options: SklearnWeights.Options
  /// Whether the layers are in the file in the order in which they take a row.
  private let isOrdered: Bool

  /// Sorts arrays by what their names say.
  init(_ parts: [ArrayPart], options: SklearnWeights.Options, isOrdered: Bool = false) {
    self.parts = parts
    self.options = options
    self.isOrdered = isOrdered
    for part in parts {
      let candidate = Candidate(part: part, name: ArrayName(part.name))
      if candidate.name.role == .position { numbers.formUnion(candidate.name.numbers.suffix(1)) }
      guard candidate.mayBeLayer else { continue }
      switch candidate.name.role {
      case .weights: weights.append(candidate)
      case .biases: biases.append(candidate)
      case .position: positions.append(candidate)
      case nil: others.append(candidate)
      }
    }
    // Moments and gradients are named as what they belong to.
    let templates = Set((weights + biases).map(\.name.template))
    weights.removeAll { $0.name.isMoment(besides: templates) }
    biases.removeAll { $0.name.isMoment(besides: templates) }
  }

  /// Finds the layers.
  ///
  /// - Throws: ``SklearnError``.
  func find() throws(SklearnError) -> Found {
    try checkNormalization()
    if isOrdered, let found = try inOrder() { return found }
    if !weights.isEmpty { return try named() }
    if !positions.isEmpty { return try listed() }
    return try unnamed()
  }

  /// Demands that no layer is a batch normalization, whose means and variances would be left out.
  private func checkNormalization() throws(SklearnError) {
    guard !weights.isEmpty else { return }
    for part in parts {
      let name = part.name.split { "./".contains($0) }
      guard let last = name.last, ["running_mean", "running_var"].contains(last) else { continue }
      throw .unknownStep(
        String(part.name.dropLast(last.utf8.count + 1)), kind: "BatchNorm",
        problem:
          "its means and variances are no layer of a network here; in Python, fold it into the "
          + "linear layer next to it with torch.nn.utils.fusion.fuse_linear_bn_eval")
    }
  }

  // MARK: The order of the file

  /// Layers that were registered one after another, as PyTorch's, if each takes what the one before it gives; `nil`
  /// where the names or the sizes do not say so.
  private func inOrder() throws(SklearnError) -> Found? {
    guard !weights.isEmpty, weights.allSatisfy(\.isOfModule) else { return nil }
    // Each dictionary is a network of its own.
    let places = weights.map(\.place)
    if let other = places.first(where: { $0 != places[0] }) {
      throw .severalModels(prefixes: [places[0], other])
    }
    var paired: [Candidate?] = []
    var used: Set<String> = []
    for matrix in weights {
      let name = matrix.name.counterpart()
      let vector = biases.first { $0.part.name == name }
      if let vector { used.insert(vector.part.name) }
      paired.append(vector)
    }
    if let lone = biases.first(where: { !used.contains($0.part.name) }) {
      throw .missingArray(lone.name.counterpart() ?? lone.part.name, besides: lone.part.name)
    }
    guard let layout = try chain(weights, paired) else { return nil }
    let names = weights.map(\.part.name)
    // Numbers that count another way mean another order, if that is one too.
    if Set(weights.map(\.name.template)).count == 1 {
      let order = weights.indices.sorted {
        weights[$0].name.numbers.lexicographicallyPrecedes(weights[$1].name.numbers)
      }
      if order != Array(weights.indices),
        try chain(order.map { weights[$0] }, order.map { paired[$0] }) != nil
      {
        throw .severalChains([names, order.map { names[$0] }])
      }
    }
    var result = try found(
      weights, paired, layout: layout, naming: Self.naming(of: weights),
      prefix: weights[0].name.prefix)
    let prefixes = weights.map(\.name.prefix)
    if let other = prefixes.first(where: { $0 != prefixes[0] }), weights.count > 1 {
      result.notes.append(
        "the layers under '\(prefixes[0])' and '\(other)' are read as one network, in the order of the file"
      )
    }
    return result
  }

  /// The layout in which layers take what the ones before them give; `nil` where they do not.
  private func chain(
    _ weights: [Candidate], _ biases: [Candidate?]
  ) throws(SklearnError) -> WeightLayout? {
    var shapes: [LayerShapes] = []
    for (weights, biases) in zip(weights, biases) {
      shapes.append(try Self.shapes(weights, biases))
    }
    return try? LayerShapes.layout(of: shapes, given: options.layout ?? .mlp)
  }

  // MARK: Names

  private func named() throws(SklearnError) -> Found {
    try checkPrefixes()
    let numbered = Set(
      (weights + biases).lazy.filter { !$0.name.numbers.isEmpty }.map(\.name.template))
    let first = Set(
      (weights + biases).lazy.filter { $0.name.isNumberAfterUnderscore }.map(\.name.template))
    /// The template that an array has with the others; the first layer's name may go without a number.
    func template(_ name: ArrayName) -> [String] {
      guard let template = name.numberedTemplate, numbered.contains(template),
        first.contains(template)
      else { return name.template }
      return template
    }
    let templates = Set(weights.map { template($0.name) })
    if templates.count == 1, weights.contains(where: { !$0.name.numbers.isEmpty }) {
      return try numberedLayers(template: template)
    }
    if weights.count == 1 { return try oneLayer() }
    if templates.count == 1 {
      throw .doubledArray(weights[0].part.name, weights[1].part.name)
    }
    return try chained()
  }

  /// Layers that are counted.
  private func numberedLayers(
    template: (ArrayName) -> [String]
  ) throws(SklearnError) -> Found {
    let counted = weights.map(\.name).filter { !$0.numbers.isEmpty }
    // Of several numbers that of the layer is the one that differs.
    let differing = counted[0].numbers.indices.filter { position in
      counted.contains { $0.numbers[position] != counted[0].numbers[position] }
    }
    if differing.count > 1, !counted.allSatisfy(\.repeatsNumber) {
      let prefixes = counted.map { $0.prefix(throughNumber: differing[0]) }
      if let other = prefixes.first(where: { $0 != prefixes[0] }) {
        throw .severalModels(prefixes: [prefixes[0], other])
      }
    }
    let position = differing.last ?? counted[0].numbers.count - 1
    let own = template(counted[0])
    func number(_ name: ArrayName) -> Int? {
      guard let last = name.numbers.last else { return template(name) == name.template ? nil : 0 }
      return name.template == own ? name.numbers[position] : last
    }
    func byNumber(_ candidates: [Candidate]) throws(SklearnError) -> [Int: Candidate] {
      var found: [Int: Candidate] = [:]
      for candidate in candidates {
        guard let number = number(candidate.name) else { continue }
        // `dense` and `dense_0` both name the first layer.
        if let first = found.updateValue(candidate, forKey: number) {
          throw .doubledArray(first.part.name, candidate.part.name)
        }
      }
      return found
    }
    let weightsByNumber = try byNumber(weights)
    let areBiasesCounted = biases.allSatisfy { number($0.name) != nil }
    let biasesByNumber = areBiasesCounted ? try byNumber(biases) : [:]
    let numbers: [Int]
    if counted.allSatisfy(\.isCountedWithGaps) {
      numbers = Set(weightsByNumber.keys).union(biasesByNumber.keys).sorted()
    } else {
      let first = weightsByNumber[0] != nil || biasesByNumber[0] != nil ? 0 : 1
      numbers = Array(first..<first + max(weightsByNumber.count, biasesByNumber.count))
    }
    var ordered: [Candidate] = []
    var paired: [Candidate?] = []
    for number in numbers {
      let biases = biasesByNumber[number]
      guard let weights = weightsByNumber[number] else {
        throw .missingArray(
          biases?.name.counterpart(counted[0].word)
            ?? counted[0].renamed(number: position, to: number),
          besides: (biases ?? firstCandidate).part.name)
      }
      guard biases != nil || self.biases.isEmpty || !areBiasesCounted else {
        throw .missingArray(
          weights.name.counterpart(self.biases[0].name.word) ?? weights.part.name,
          besides: weights.part.name)
      }
      ordered.append(weights)
      paired.append(biases)
    }
    if !areBiasesCounted {
      let layout = try Self.layout(
        of: ordered, [], options.layout, promised: counted[0].layout
      ).layout
      guard let found = try pairs(ordered, layout: layout, vectors: biases)
      else {
        throw .missingArray(
          ordered[0].name.counterpart() ?? ordered[0].part.name, besides: ordered[0].part.name)
      }
      paired = found
    }
    return try found(
      ordered, paired, naming: counted[0].naming(number: position), prefix: counted[0].prefix)
  }

  /// The first array of the file that has a part in it by its name.
  private var firstCandidate: Candidate {
    [weights.first, biases.first].compactMap(\.self)
      .min { $0.part.entry < $1.part.entry } ?? weights[0]
  }

  /// A layer whose name has no number: `w` and `b`.
  private func oneLayer() throws(SklearnError) -> Found {
    let only = weights[0]
    let missing = SklearnError.missingArray(
      only.name.counterpart() ?? only.part.name, besides: only.part.name)
    guard
      let partner = biases.first(where: { $0.name.template == only.name.template }) ?? biases.first
    else {
      guard mayLackBiases(layers: 1) else { throw missing }
      return try found(
        [only], [nil], naming: only.name.naming(number: nil), prefix: only.name.prefix)
    }
    if let other = biases.first(where: { $0.part.name != partner.part.name }) {
      throw .missingArray(other.name.counterpart() ?? other.part.name, besides: other.part.name)
    }
    return try found(
      [only], [partner], naming: only.name.naming(number: nil), prefix: only.name.prefix)
  }

  /// Demands that the names are those of one network.
  private func checkPrefixes() throws(SklearnError) {
    var first: (prefix: String, numbers: Set<[Int]>)?
    func isPath(_ prefix: String) -> Bool { prefix.hasSuffix("/") || prefix.hasSuffix(".") }
    let counted = (weights + biases).filter { !$0.name.numbers.isEmpty }
      .sorted { $0.part.entry < $1.part.entry }
    let isRepeated = counted.allSatisfy(\.name.repeatsNumber)
    for candidate in counted {
      let prefix = candidate.name.prefix(isNumberRepeated: isRepeated)
      let isWeights = candidate.name.role == .weights
      guard let known = first else {
        first = (prefix, isWeights ? [candidate.name.numbers] : [])
        continue
      }
      guard known.prefix != prefix else {
        if isWeights { first?.numbers.insert(candidate.name.numbers) }
        continue
      }
      guard !isPath(prefix), !isPath(known.prefix),
        !(isWeights && known.numbers.contains(candidate.name.numbers))
      else { throw .severalModels(prefixes: [known.prefix, prefix]) }
    }
  }

  // MARK: Shapes

  /// Layers whose order the names do not say, but their sizes.
  private func chained() throws(SklearnError) -> Found {
    let readings = try readings(of: weights, vectors: biases)
    return try only(readings, of: weights) { () throws(SklearnError) in
      // Of arrays that are counted and others the latter are too many.
      if let extra = weights.first(where: { $0.name.numbers.isEmpty }),
        weights.contains(where: { !$0.name.numbers.isEmpty })
      {
        throw .surplusArray(extra.part.name)
      }
    }
  }

  /// An order of matrices, with the biases that go with it.
  private struct Reading {
    let order: [Int]
    let layout: WeightLayout
    let biases: [Candidate?]
  }

  /// The ways in which matrices are layers, up to some.
  ///
  /// Arrays that are counted keep their order. Words such as input and output may say more than the sizes.
  private func readings(
    of matrices: [Candidate], vectors: [Candidate]
  ) throws(SklearnError) -> [Reading] {
    let shapes = try matrices.map { matrix throws(SklearnError) in try Self.matrix(matrix) }
    let names = matrices.map(\.name)
    for usesWords in [true, false] {
      var search = ChainSearch(shapes) { one, other in
        usesWords && names[one].rank < names[other].rank
          || !names[one].numbers.isEmpty && names[one].template == names[other].template
            && names[one].numbers.lexicographicallyPrecedes(names[other].numbers)
      }
      var readings: [Reading] = []
      for layout in options.layout.map({ [$0] }) ?? WeightLayout.allCases {
        // Whether there are biases for the layers does not depend on the order of the layers.
        let hasBiases = try pairs(matrices, layout: layout, vectors: vectors) != nil
        for order in hasBiases ? search.orders(in: layout) : [] {
          let ordered = order.map { matrices[$0] }
          if let biases = try pairs(ordered, layout: layout, vectors: vectors) {
            readings.append(Reading(order: order, layout: layout, biases: biases))
          }
        }
      }
      if !readings.isEmpty { return readings }
    }
    return []
  }

  /// The one reading of all.
  private func only(
    _ readings: [Reading], of matrices: [Candidate],
    explain: () throws(SklearnError) -> Void
  ) throws(SklearnError) -> Found {
    let promised = matrices.compactMap(\.name.layout).first
    let fitting = readings.filter { $0.layout == promised }
    let likely = fitting.isEmpty ? readings : fitting
    guard let reading = likely.first else {
      try explain()
      throw .noChain(
        names: matrices.map(\.part.name),
        shapes: try matrices.map { matrix throws(SklearnError) in
          try WeightsPlan.header(matrix.part).shape
        })
    }
    guard likely.count == 1 else {
      throw .severalChains(
        likely.prefix(2).map { reading in reading.order.map { matrices[$0].part.name } })
    }
    let ordered = reading.order.map { matrices[$0] }
    return try found(
      ordered, reading.biases, layout: reading.layout, naming: Self.naming(of: ordered),
      prefix: ordered[0].name.prefix)
  }

  /// How matrices are named, those of one kind once.
  private static func naming(of ordered: [Candidate]) -> String {
    let naming = ordered.map { candidate in
      candidate.name.naming(number: candidate.name.numbers.indices.last)
    }
    var kinds: [String] = []
    for name in naming where !kinds.contains(name) && kinds.count < 4 { kinds.append(name) }
    return kinds.count < 4 ? kinds.joined(separator: ", ") : "\(kinds[0]), \(kinds[1]), …"
  }

  /// The biases of layers; `nil` where they do not fit.
  private func pairs(
    _ weights: [Candidate], layout: WeightLayout, vectors: [Candidate]
  ) throws(SklearnError) -> [Candidate?]? {
    if vectors.isEmpty {
      return mayLackBiases(layers: weights.count) ? weights.map { _ in nil } : nil
    }
    guard vectors.count == weights.count else { return nil }
    let outputs = try weights.map { weights throws(SklearnError) in
      layout.sizes(try WeightsPlan.header(weights.part).shape).outputs
    }
    let lengths = try vectors.map { vector throws(SklearnError) in
      try LayerShapes.length(ofBiases: vector.part)
    }
    // A name like that of the weights says it; else the length does.
    let partners = weights.map { weights in
      vectors.firstIndex {
        $0.name.template == weights.name.template && $0.name.numbers == weights.name.numbers
      }
    }
    if partners.allSatisfy({ $0 != nil }) {
      let found = partners.compactMap(\.self)
      return zip(found, outputs).allSatisfy { lengths[$0] == $1 } ? found.map { vectors[$0] } : nil
    }
    var result = [Candidate?](repeating: nil, count: weights.count)
    for length in Set(outputs) {
      let layers = outputs.indices.filter { outputs[$0] == length }
      let fitting = vectors.indices.filter { lengths[$0] == length }
        .sorted { Self.order(vectors[$0].name) < Self.order(vectors[$1].name) }
      guard layers.count == fitting.count else { return nil }
      // Of several of one length the names must tell.
      for (one, next) in zip(fitting, fitting.dropFirst())
      where Self.order(vectors[one].name) == Self.order(vectors[next].name) {
        return nil
      }
      for (layer, vector) in zip(layers, fitting) { result[layer] = vectors[vector] }
    }
    return result
  }

  /// What the words and numbers of a name say of the place of its layer.
  private static func order(_ name: ArrayName) -> Order {
    Order(rank: name.rank, numbers: name.numbers)
  }

  private struct Order: Comparable {
    let rank: Int
    let numbers: [Int]

    static func < (one: Order, other: Order) -> Bool {
      one.rank == other.rank
        ? one.numbers.lexicographicallyPrecedes(other.numbers) : one.rank < other.rank
    }
  }

  // MARK: Arrays without names

  /// Arrays of `np.savez(file, *arrays)`.
  private func listed() throws(SklearnError) -> Found {
    var order = positions.map { (number: $0.name.numbers.last ?? 0, candidate: $0) }
    order.sort { $0.number < $1.number }
    for (one, next) in zip(order, order.dropFirst()) where one.number == next.number {
      throw .doubledArray(one.candidate.part.name, next.candidate.part.name)
    }
    if options.ignored.isEmpty,
      let gap = (0...numbers.count).first(where: { !numbers.contains($0) }),
      gap < numbers.count, let next = order.first(where: { $0.number > gap })?.candidate
    {
      throw .missingArray(
        next.name.renamed(number: next.name.numbers.count - 1, to: gap), besides: next.part.name)
    }
    let arrays = order.map(\.candidate)
    let prefix = arrays[0].name.prefix
    if let other = arrays.first(where: { $0.name.prefix != prefix }) {
      throw .severalModels(prefixes: [prefix, other.name.prefix])
    }
    let naming = arrays[0].name.naming(number: arrays[0].name.numbers.indices.last)
    var headers: [NPYHeader] = []
    for array in arrays { headers.append(try WeightsPlan.header(array.part)) }
    // Rows and targets, more than once: of training and of testing.
    let columns = headers[0].shape.last ?? 0
    let tables = headers.filter {
      $0.shape.count == 2 && $0.shape[1] == columns && columns > 1 && $0.shape[0] > columns
    }
    if tables.count > 1, let data = looksLikeData { throw data }
    // Where the axes tell weights from biases, errors about shapes are about that order.
    let isMatrix = headers.map { $0.shape.count == 2 }
    for split in Self.orders(arrays.count)
    where split.weights.allSatisfy({ isMatrix[$0] }) && split.biases.allSatisfy({ !isMatrix[$0] }) {
      var result = try found(
        split.weights.map { arrays[$0] }, split.biases.map { arrays[$0] }, naming: naming,
        prefix: prefix)
      result.isUnnamed = result.layers.count == 1
      return result
    }
    // Sizes of layers may be among the arrays.
    let withoutSizes = arrays.indices.filter {
      headers[$0].shape.count != 1 || headers[$0].dtype.kind == .float
    }
    for arrays in [arrays, withoutSizes.map { arrays[$0] }] {
      var readings: [Found] = []
      for split in Self.orders(arrays.count) + Self.ordersOfBiasesFirst(arrays.count) {
        let reading = try? found(
          split.weights.map { arrays[$0] }, split.biases.map { arrays[$0] }, naming: naming,
          prefix: prefix)
        if let reading { readings.append(reading) }
      }
      if readings.isEmpty, mayLackBiases(layers: arrays.count),
        let reading = try? found(arrays, arrays.map { _ in nil }, naming: naming, prefix: prefix)
      {
        readings.append(reading)
      }
      guard readings.count < 2 else {
        throw .severalChains(readings.prefix(2).map { $0.layers.map(\.weights.name) })
      }
      if var reading = readings.first {
        reading.isUnnamed = reading.layers.count == 1
        return reading
      }
    }
    throw looksLikeData ?? .unknownOrder(found: arrays.map(\.part.name))
  }

  private typealias Split = (weights: [Int], biases: [Int])

  /// All weights and then all biases, or in turn.
  private static func orders(_ count: Int) -> [Split] {
    let half = count / 2
    guard count == 2 * half, half > 0 else { return [] }
    let blocks = (Array(0..<half), Array(half..<count))
    guard half > 1 else { return [blocks] }
    return [blocks, ((0..<half).map { 2 * $0 }, (0..<half).map { 2 * $0 + 1 })]
  }

  /// The same with the biases first.
  private static func ordersOfBiasesFirst(_ count: Int) -> [Split] {
    orders(count).map { ($0.biases, $0.weights) }
  }

  /// Arrays whose names say nothing: their sizes must say all.
  private func unnamed() throws(SklearnError) -> Found {
    for part in biases.map(\.part) { _ = try WeightsPlan.header(part) }
    let all = (biases + others).sorted { $0.part.entry < $1.part.entry }
    // `v` may be a moment, or a vector.
    let withoutMoments = all.filter { SurplusArray.excuse($0.name) != .moment }
    for arrays in withoutMoments.count < all.count ? [withoutMoments, all] : [all] {
      if let found = try unnamed(arrays) { return found }
    }
    throw looksLikeData ?? .noWeights(found: parts.map(\.name))
  }

  /// The only network that these arrays form; `nil` where they form none.
  private func unnamed(_ arrays: [Candidate]) throws(SklearnError) -> Found? {
    func axes(_ candidate: Candidate) -> [Int] { (try? candidate.part.header.get().shape) ?? [] }
    for isVector in [{ $0.count == 1 }, { $0.filter { $0 > 1 }.count <= 1 }] as [([Int]) -> Bool] {
      let matrices = arrays.filter { !isVector(axes($0)) }
      let vectors = arrays.filter { isVector(axes($0)) }
      guard matrices.count > 1, matrices.count == vectors.count,
        let readings = try? readings(of: matrices, vectors: vectors)
      else { continue }
      if !readings.isEmpty {
        return try only(readings, of: matrices) { () throws(SklearnError) in }
      }
    }
    return nil
  }

  /// Rows and a target for each: a matrix with more rows than columns, and something as long.
  private var looksLikeData: SklearnError? {
    let shapes = parts.map { (try? $0.header.get().shape) ?? [] }
    guard let rows = shapes.firstIndex(where: { $0.count == 2 && $0[0] > $0[1] && $0[1] > 0 }),
      let targets = shapes.indices.first(where: {
        $0 != rows && shapes[$0].first == shapes[rows][0]
      })
    else { return nil }
    return .dataSet(
      rows: parts[rows].name, shape: shapes[rows], targets: parts[targets].name)
  }

  // MARK: The layers that were found

  /// Whether layers may be without arrays of biases. One matrix alone is more likely half of a layer.
  private func mayLackBiases(layers: Int) -> Bool { layers > 1 || options.biasPlace != nil }

  /// Layers in their order.
  private func found(
    _ weights: [Candidate], _ biases: [Candidate?], layout: WeightLayout? = nil, naming: String,
    prefix: String
  ) throws(SklearnError) -> Found {
    let promised = weights.compactMap(\.name.layout).first
    let known = biases.compactMap(\.self)
    guard !known.isEmpty || mayLackBiases(layers: weights.count) else {
      throw .missingArray(
        weights[0].name.counterpart() ?? weights[0].part.name, besides: weights[0].part.name)
    }
    let (found, isPromised) = try Self.layout(
      of: weights, biases, options.layout ?? layout, promised: promised)
    var notes: [String] = []
    if !isPromised, options.layout == nil {
      notes.append(
        "'\(weights[0].part.name)' is a name for \(found.transposed.axes), but only \(found.axes) "
          + "fits: the shapes decide")
    }
    if known.isEmpty, options.biasPlace == nil {
      notes.append("no biases are stored: all of them are 0")
    } else if !known.isEmpty, let bare = biases.firstIndex(where: { $0 == nil }) {
      notes.append("no biases are stored next to '\(weights[bare].part.name)': they are 0")
    }
    return Found(
      layers: zip(weights, biases).map { ($0.part, $1?.part) }, layout: found, naming: naming,
      prefix: prefix, notes: notes)
  }

  /// The layout of layers in their order, and whether it is the one that the names promise.
  private static func layout(
    of weights: [Candidate], _ biases: [Candidate?], _ given: WeightLayout?,
    promised: WeightLayout? = nil
  ) throws(SklearnError) -> (layout: WeightLayout, isPromised: Bool) {
    var shapes: [LayerShapes] = []
    for (index, weights) in weights.enumerated() {
      shapes.append(try Self.shapes(weights, biases.isEmpty ? nil : biases[index]))
    }
    let layout = try LayerShapes.layout(of: shapes, given: given, promised: promised)
    return (layout, promised.map { $0 == layout } ?? true)
  }

  /// The shapes of the arrays of a layer.
  private static func shapes(
    _ weights: Candidate, _ biases: Candidate?
  ) throws(SklearnError) -> LayerShapes {
    try LayerShapes(
      weights: (weights.part.name, WeightsPlan.header(weights.part)),
      biases: biases.map { biases throws(SklearnError) in
        (biases.part.name, try WeightsPlan.header(biases.part))
      })
  }

  /// The shape of a matrix of real numbers.
  private static func matrix(_ candidate: Candidate) throws(SklearnError) -> [Int] {
    let header = try WeightsPlan.header(candidate.part)
    _ = try LayerShapes(weights: (candidate.part.name, header), biases: nil)
    return header.shape
  }
}

extension LayerSearch.Candidate {
  /// Whether the name is that of the weights of a module of PyTorch's: `fc1.weight`.
  fileprivate var isOfModule: Bool {
    part.name == "weight" || part.name.hasSuffix(".weight") || part.name.hasSuffix("/weight")
  }

  /// The dictionary in which it is: `model/` of `model/fc1.weight`.
  fileprivate var place: String {
    part.name.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(part.name[...$0]) } ?? ""
  }

  /// Whether kind and axes allow it to be a part of a layer.
  fileprivate var mayBeLayer: Bool {
    let header: NPYHeader
    switch part.header {
    // Its reader says what is wrong.
    case .failure: return name.role != nil
    case .success(let found): header = found
    }
    if name.role == .weights || name.role == .biases, !name.numbers.isEmpty { return true }
    switch header.dtype.kind {
    case .bytes, .unicode: return false
    case .object: return name.role != nil && !header.shape.isEmpty
    default: break
    }
    switch name.role {
    case .position: return !header.shape.isEmpty
    case .weights: return !header.shape.isEmpty && SurplusArray.excuse(name) != .history
    case .biases: return SurplusArray.excuse(name) != .history
    case nil:
      return header.dtype.isReal && (1...2).contains(header.shape.count)
        && SurplusArray.excuse(name) != .history
    }
  }
}

extension WeightLayout {
  /// The axes of a layer's weights, for a sentence.
  var axes: String { self == .sklearn ? "inputs × outputs" : "outputs × inputs" }
}
