import Files
import NPY
import Pickle
import Sklearn

/// The rows, and if there are any the labels, among the arrays of a file; some at a time, where the file allows it.
final class ArrayRows {
  /// What was found out, in phrases.
  private(set) var findings: [String] = []

  private let file: String
  private let scale: Double
  /// The rows that are wanted, of so many.
  private let range: Range<Int>
  private let count: Int
  /// The number of rows that have been read.
  private var position = 0
  /// The number of values of a row in the file, and which of them are inputs; `nil` for all.
  private let width: Int
  private let columns: ContiguousArray<Int>?
  /// The columns of the labels: one, or those of several target values.
  private let labelColumns: ContiguousArray<Int>
  /// The labels or target values of all rows; `nil` without any, and where they are not needed.
  private let targets: Targets?
  private let values: Values
  /// What the inputs are; `nil` for numbers without gaps.
  private let inputColumns: InputColumns?

  /// What the rows should give.
  enum Targets {
    case array(NDArray)
    case labels([ClassLabels.Label])
  }

  /// Where the values are, row by row.
  fileprivate enum Values {
    case memory(ContiguousArray<Double>)
    /// What gives the next of them.
    case file((Int) throws(CoefsError) -> NDArray)
  }

  /// Finds rows and labels.
  ///
  /// - Parameters:
  ///   - arrays: The arrays of a file.
  ///   - options: What the caller says about them.
  ///   - network: What the network demands, if there is one.
  ///   - purpose: What the rows are for.
  ///   - rows: Which rows.
  ///   - scale: What to divide the values by.
  ///   - limits: Bounds on arrays of objects.
  ///   - maxBytes: The maximum size in bytes of an array that is read in pieces.
  /// - Throws: ``CoefsError``.
  init(
    _ arrays: ArrayList, options: TableOptions, network: NetworkInputs?, purpose: DataPurpose,
    rows: Dataset.Rows, scale: Double, limits: ReadLimits, maxBytes: Int
  ) throws(CoefsError) {
    let file = arrays.file
    self.file = file
    self.scale = scale
    let entries = arrays.entries
    let inputs = network.map { InputColumns($0) }
    inputColumns = inputs?.areNumbers == false ? inputs : nil
    if let network, let named = try arrays.columns(for: network, limits: limits) {
      (width, values, columns, labelColumns) = (network.count, .memory(named), nil, [])
      let labels = purpose == .prediction ? nil : try arrays.labelsEntry(options, rows: nil)
      targets = try labels.map { place throws(CoefsError) in
        try entries[place].targets(in: file, limits: limits)
      }
      findings.append("an array for each input, by name")
      count = named.count / width
      range = try rows.range(of: count, in: file)
      return
    }
    let place = try arrays.rowsEntry(options)
    let source = entries[place]
    if let name = source.name, name != "X" { findings.append("rows from '\(name)'") }
    let (shape, values) = try source.numbers(
      in: file, limits: limits, maxBytes: maxBytes, as: inputColumns)
    self.values = values
    let layout = try Self.layout(of: shape, network: network, in: file)
    if let finding = layout.finding { findings.append(finding) }
    width = layout.width
    // An array without rows holds no bytes, and its header may claim any number of columns.
    if shape[0] == 0 { _ = try rows.range(of: 0, in: file) }

    let labels = purpose == .prediction ? nil : try arrays.labelsEntry(options, rows: place)
    if let labels {
      let entry = entries[labels]
      if let name = entry.name, name != "y" { findings.append("labels from '\(name)'") }
      targets = try entry.targets(in: file, limits: limits)
    } else {
      targets = nil
    }
    if layout.isMatrix {
      // A matrix may have its labels in a column; without a word of the caller's it has not.
      var options = options
      if labels != nil { options.label = nil }
      let found: TableColumns
      do {
        found = try TableColumns(
          count: width, names: nil, rows: [], options: options, network: network,
          purpose: options.label == nil && purpose.seeksLabels ? .unstated : purpose)
      } catch {
        throw CoefsError(file, error)
      }
      findings += found.findings
      labelColumns = found.label.map { [$0] } ?? found.targets
      columns = found.inputs.count == width ? nil : found.inputs
    } else {
      (labelColumns, columns) = ([], nil)
    }
    let hasInputs = columns.map { !$0.isEmpty } ?? (width > 0)
    count = hasInputs ? shape.reduce(1, *) / width : 0
    range = try rows.range(of: count, in: file)
  }

  /// What was found out, in one line; `nil` where there is nothing to say.
  var detected: String? { findings.isEmpty ? nil : findings.joined(separator: ", ") }

  /// The share of the rows that was read, from 0 to 1.
  var fraction: Double { Double(position) / Double(max(1, count)) }

  /// Reads the next rows.
  ///
  /// - Parameter most: How many at the most.
  /// - Returns: One row or more; `nil` at the end.
  /// - Throws: ``CoefsError``.
  func next(_ most: Int) throws(CoefsError) -> Dataset? {
    // Every value must be a number, also in rows that are not asked for.
    try passOver(to: range.lowerBound)
    guard position < range.upperBound else {
      try passOver(to: count)
      return nil
    }
    let first = position
    let (values, labels) = try read(min(most, range.upperBound - first))
    let targets: Dataset.Targets =
      if labelColumns.count > 1 {
        .values(Dataset.matrix(rows: position - first, columns: labelColumns.count, labels))
      } else if !labelColumns.isEmpty {
        .labels(labels.map { Int64(exactly: $0).map { .integer($0) } ?? .number($0) })
      } else if let targets {
        try Dataset.targets(targets, count: count, range: first..<position, in: file)
      } else {
        .none
      }
    return try Dataset(
      file: file, rows: first..<position, scale: scale, columns: columns?.count ?? width,
      values: values, targets: targets, detected: detected, inputColumns: inputColumns)
  }

  private func passOver(to end: Int) throws(CoefsError) {
    while position < end {
      let first = position
      let values = try read(min(max(1, (1 << 18) / width), end - position)).values
      try Dataset.check(
        values, columns?.count ?? width, scale, first: first, inputColumns, in: file)
    }
  }

  /// Reads some rows: the inputs row by row, and the labels where columns have them.
  private func read(
    _ rows: Int
  ) throws(CoefsError) -> (values: ContiguousArray<Double>, labels: ContiguousArray<Double>) {
    let all: ContiguousArray<Double>
    switch values {
    case .memory(let values):
      all =
        rows == count
        ? values : ContiguousArray(values[position * width..<(position + rows) * width])
    case .file(let next):
      let array = try next(rows * width)
      do { all = try array.reals(as: Double.self) } catch { throw CoefsError(file, error) }
    }
    position += rows
    func choose(_ columns: ContiguousArray<Int>) -> ContiguousArray<Double> {
      var chosen = ContiguousArray<Double>()
      chosen.reserveCapacity(rows * columns.count)
      for start in stride(from: 0, to: all.count, by: width) {
        for column in columns { chosen.append(all[start + column]) }
      }
      return chosen
    }
    let labels = labelColumns.isEmpty ? [] : choose(labelColumns)
    return (columns.map(choose) ?? all, labels)
  }

  /// How an array of any axes is rows.
  ///
  /// - Returns: The length of a row; whether the array is a matrix; what to tell of it.
  private static func layout(
    of shape: [Int], network: NetworkInputs?, in file: String
  ) throws(CoefsError) -> (width: Int, isMatrix: Bool, finding: String?) {
    let rest = shape.dropFirst().reduce(1, *)
    let whole = (shape.first ?? 1) * rest
    // One row, or one image, where nothing else gives the network what it takes.
    let mayBeOne = shape.count == 1 || shape.count > 2 || shape.count == 2 && shape[0] == shape[1]
    if let network, network.count == whole, rest != network.count, mayBeOne {
      return (whole, false, "shape \(pythonTuple(shape)) taken for one row")
    }
    guard shape.count >= 2 else { throw CoefsError(file, DataError.wrongInputs(shape: shape)) }
    guard shape.count > 2 else { return (shape[1], true, nil) }
    if let network, network.count != rest {
      throw CoefsError(file, DataError.wrongWidth(expected: network.count, found: rest))
    }
    let sizes = shape.dropFirst().map(String.init).joined(separator: " × ")
    return (rest, false, "images of \(sizes) flattened to \(rest) values")
  }
}

extension ArrayList {
  /// What arrays of rows are called, and what the labels that belong to them are.
  private static let stems: [(rows: String, labels: Set<String>)] = [
    ("x", ["y"]),
    ("data", ["target", "targets", "label", "labels"]),
    ("images", ["label", "labels", "target", "targets"]),
    ("features", ["label", "labels", "target", "targets"]),
    ("inputs", ["target", "targets", "label", "labels", "outputs"]),
  ]
  /// Words next to such a name: `x_train`, `test_images`.
  private static let parts: Set<String> = ["train", "test", "val", "valid", "validation"]

  /// The words of a name, in lower case.
  private static func words(of name: String) -> [String] {
    name.lowercased().split { $0 == "_" || $0 == "-" || $0 == "." }.map(String.init)
  }

  /// The labels that belong to rows of this name; `nil` where it is no usual name for rows.
  private static func labelNames(for name: String) -> Set<Set<String>>? {
    let words = words(of: name)
    let others = words.filter { parts.contains($0) }
    let rest = words.filter { !parts.contains($0) }
    guard rest.count == 1, let stem = stems.first(where: { $0.rows == rest[0] }) else { return nil }
    return Set(stem.labels.map { Set(others + [$0]) })
  }

  /// The place of the array that holds the rows.
  fileprivate func rowsEntry(_ options: TableOptions) throws(CoefsError) -> Int {
    let names = entries.compactMap(\.name)
    if let wanted = options.array {
      guard let place = entries.firstIndex(where: { $0.name == wanted }) else {
        throw CoefsError(file, DataError.noSuchArray(wanted, found: names))
      }
      return place
    }
    if let place = entries.firstIndex(where: { $0.name == "X" }) { return place }
    let matrices = entries.indices.filter { entries[$0].mayHoldRows }
    let called = matrices.filter { Self.labelNames(for: entries[$0].name ?? "") != nil }
    if called.count == 1 { return called[0] }
    guard called.isEmpty else {
      throw CoefsError(
        file, DataError.severalInputs(found: called.compactMap { entries[$0].name }))
    }
    if matrices.count == 1 { return matrices[0] }
    guard entries.count == 1 else { throw CoefsError(file, DataError.noInputs(found: names)) }
    return 0
  }

  /// The place of the array that holds the labels; `nil` without labels.
  fileprivate func labelsEntry(_ options: TableOptions, rows: Int?) throws(CoefsError) -> Int? {
    switch options.label {
    case .named(let wanted)?:
      guard let place = entries.firstIndex(where: { $0.name == wanted }) else {
        throw CoefsError(
          file, DataError.noSuchArray(wanted, found: entries.compactMap(\.name)))
      }
      return place
    case .first?, .last?, .columns?: return nil
    case nil: break
    }
    if let rows, let names = Self.labelNames(for: entries[rows].name ?? "") {
      let places = entries.indices.filter { place in
        place != rows && names.contains(Set(Self.words(of: entries[place].name ?? "")))
      }
      if places.count == 1 { return places[0] }
    }
    return entries.firstIndex { $0.name == "y" }
  }
}

extension ArrayList {
  /// The rows of arrays that are a column each, under the names of the columns that a network was fitted with.
  ///
  /// - Returns: The values row by row; `nil` where the arrays are no such columns.
  fileprivate func columns(
    for network: NetworkInputs, limits: ReadLimits
  ) throws(CoefsError) -> ContiguousArray<Double>? {
    guard let names = network.names, let used = network.usedNames, used.count > 0 else {
      return nil
    }
    let present = Set(entries.compactMap(\.name))
    guard Set(used).isSubset(of: present) else { return nil }
    let inputs = InputColumns(network)
    var columns: [ContiguousArray<Double>?] = []
    var count: Int?
    for (input, name) in names.enumerated() {
      guard network.uses(input), let entry = entries.first(where: { $0.name == name }) else {
        columns.append(nil)
        continue
      }
      let column = try entry.column(
        input, of: inputs, named: network.describe(input), in: file, limits: limits)
      if let count, column.count != count {
        throw CoefsError(
          file,
          DataError.badObject(
            "'\(name)'", problem: "is one of \(column.count) values next to columns of \(count)"))
      }
      count = column.count
      columns.append(column)
    }
    var values = ContiguousArray<Double>()
    for row in 0..<(count ?? 0) {
      for column in columns { values.append(column?[row] ?? .nan) }
    }
    return values
  }
}

extension ArrayList.Entry {
  /// The values of an array with one axis as those of an input.
  fileprivate func column(
    _ input: Int, of inputs: InputColumns, named name: String, in file: String, limits: ReadLimits
  ) throws(CoefsError) -> ContiguousArray<Double> {
    let found = try cells(in: file, limits: limits)
    guard found.shape.count == 1 || found.shape.count == 2 && found.shape[1] == 1 else {
      throw CoefsError(file, DataError.wrongInputs(shape: found.shape))
    }
    var column = ContiguousArray<Double>()
    for (row, cell) in found.values.enumerated() {
      do { column.append(try inputs.value(cell, at: input, row: row, name: name)) } catch {
        throw CoefsError(file, error)
      }
    }
    return column
  }

  /// The values of a numeric array, or one of texts or objects, in C order.
  private func cells(
    in file: String, limits: ReadLimits
  ) throws(CoefsError) -> (shape: [Int], values: [Table.Value]) {
    guard holdsObjects else {
      let array = try read()
      do throws(NPYError) {
        if [.unicode, .bytes].contains(array.dtype.kind) {
          return (array.shape, try array.strings().map { .text($0) })
        }
        return (array.shape, try array.reals(as: Double.self).map { .init($0) })
      } catch {
        throw CoefsError(file, error)
      }
    }
    let (shape, objects) = try objects(in: file, limits: limits)
    return (
      shape,
      try objects.map { object throws(CoefsError) in
        switch object {
        case .number(let value): .init(value)
        case .integer(let value): .number(Double(value))
        case .boolean(let value): .number(value ? 1 : 0)
        case .text(let text): .text(text)
        case .none: .missing
        default: throw badObject(object, "a number or a text", in: file)
        }
      }
    )
  }

  /// Whether rows can be read from the array, as far as its header tells.
  fileprivate var mayHoldRows: Bool {
    guard case .success(let header) = header else { return false }
    let dtype = header.dtype
    return header.shape.count >= 2
      && (dtype.isReal || [.bool, .object, .unicode, .bytes].contains(dtype.kind))
  }

  /// The shape of the array, and its values in C order.
  fileprivate func numbers(
    in file: String, limits: ReadLimits, maxBytes: Int, as inputs: InputColumns?
  ) throws(CoefsError) -> (shape: [Int], values: ArrayRows.Values) {
    if let inputs, case .success(let header) = header, !header.dtype.isReal,
      header.dtype.kind != .bool, header.shape.count == 2, header.shape[1] == inputs.columns.count
    {
      let (shape, cells) = try cells(in: file, limits: limits)
      var values = ContiguousArray<Double>()
      for (index, cell) in cells.enumerated() {
        let (row, input) = index.quotientAndRemainder(dividingBy: inputs.columns.count)
        do {
          values.append(
            try inputs.value(cell, at: input, row: row, name: "column \(input) (from 0)"))
        } catch {
          throw CoefsError(file, error)
        }
      }
      return (shape, .memory(values))
    }
    if case .success(let header) = header, !header.dtype.fields.isEmpty {
      throw CoefsError(file, DataError.records(fields: header.dtype.fields.map(\.name)))
    }
    guard holdsObjects else {
      if case .success(let header) = header, header.isInOrderOfRows, let elements {
        guard header.byteCount <= maxBytes else {
          throw CoefsError(
            file,
            NPYError.limitExceeded(
              name: "maxTotalBytes", allowed: maxBytes, found: header.byteCount))
        }
        return (header.shape, .file(try elements()))
      }
      let array = try read()
      do { return (array.shape, .memory(try array.reals(as: Double.self))) } catch {
        throw CoefsError(file, error)
      }
    }
    let (shape, objects) = try objects(in: file, limits: limits)
    var values = ContiguousArray<Double>()
    for object in objects {
      switch object {
      case .number(let value): values.append(value)
      case .integer(let value): values.append(Double(value))
      case .boolean(let value): values.append(value ? 1 : 0)
      default: throw badObject(object, "a number", in: file)
      }
    }
    return (shape, .memory(values))
  }

  /// The array as labels or target values.
  fileprivate func targets(
    in file: String, limits: ReadLimits
  ) throws(CoefsError) -> ArrayRows.Targets {
    guard holdsObjects else { return .array(try read()) }
    let (shape, objects) = try objects(in: file, limits: limits)
    guard shape.count == 1 || shape.count == 2 && shape[1] == 1 else {
      throw CoefsError(file, DataError.wrongTargets(shape: shape, rows: shape.first ?? 0))
    }
    var labels: [ClassLabels.Label] = []
    for object in objects {
      switch object {
      case .text(let value): labels.append(.text(value))
      case .integer(let value): labels.append(.integer(value))
      case .number(let value) where value.isFinite: labels.append(.number(value))
      case .boolean(let value): labels.append(.boolean(value))
      default: throw badObject(object, "a label", in: file)
      }
    }
    return .labels(labels)
  }

  private func badObject(
    _ object: StoredObject<PickleNode>, _ wanted: String, in file: String
  ) -> CoefsError {
    CoefsError(
      file,
      DataError.badObject(
        name.map { "'\($0)'" } ?? "the array", problem: "is \(object.kind), not \(wanted)"))
  }

  /// The objects of an array of them, as data.
  private func objects(
    in file: String, limits: ReadLimits
  ) throws(CoefsError) -> (shape: [Int], [StoredObject<PickleNode>]) {
    guard let readWhole else { return ([], []) }
    let whole = try readWhole()
    do throws(PickleError) {
      let pickle = try Pickle(objectsInNPY: whole, limits: limits)
      let reader = PickleObjects(pickle)
      guard case .objects(let shape, let items)? = try pickle.root.numpy() else { return ([], []) }
      return (shape, items.map { reader.value(of: $0) })
    } catch {
      throw CoefsError(file, error)
    }
  }
}

extension NPYHeader {
  /// Whether the elements of a row follow each other in the file, and each tells its value.
  fileprivate var isInOrderOfRows: Bool {
    // Of a long double the whole array tells how it is to be read.
    !(isFortranOrder && shape.filter { $0 > 1 }.count > 1) && (dtype.isReal || dtype.kind == .bool)
      && dtype.itemSize <= 8
  }
}
