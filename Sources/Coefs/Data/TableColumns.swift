import CSV

/// Which cells of a row are inputs of a network, and which one is the label.
struct TableColumns: Sendable {
  /// The number of columns.
  let count: Int
  /// Their names, where the table has names.
  let names: [String]?
  /// The columns that are inputs, in the order of the network.
  private(set) var inputs: ContiguousArray<Int> = []
  /// The column of the labels, where they are wanted.
  private(set) var label: Int?
  /// The columns of the target values, where there are several and they are wanted.
  private(set) var targets: ContiguousArray<Int> = []
  /// What was found out, in phrases.
  private(set) var findings: [String] = []

  /// What is known of the columns while it is found out which is which.
  private struct Facts {
    let rows: ArraySlice<CSVSampleRow>
    let options: TableOptions
    let network: NetworkInputs?
    let purpose: DataPurpose
  }

  /// Tells the columns apart.
  ///
  /// - Parameters:
  ///   - count: The number of columns.
  ///   - names: Their names, if there are any.
  ///   - rows: The first rows of data, where they are texts.
  ///   - options: What the caller says.
  ///   - network: What the network demands, if there is one.
  ///   - purpose: What the rows are for.
  /// - Throws: ``DataError``.
  init(
    count: Int, names: [String]?, rows: ArraySlice<CSVSampleRow>, options: TableOptions,
    network: NetworkInputs?, purpose: DataPurpose
  ) throws(DataError) {
    self.count = count
    self.names = names
    let facts = Facts(rows: rows, options: options, network: network, purpose: purpose)
    var left = Array(0..<count)
    var dropped: [Int] = []
    for name in options.drop { dropped.append(try place(of: name)) }
    left.removeAll { dropped.contains($0) }
    if !dropped.isEmpty { findings.append("left out \(list(dropped))") }
    if options.hasIndex == true, left.first == 0 { removeIndex(from: &left) }
    if let label = try statedLabel(options.label, among: left) {
      left.removeAll { $0 == label }
      self.label = label
    }
    if case .columns(let names)? = options.label {
      for name in names {
        let place = try place(of: name)
        guard !targets.contains(place) else { throw .columnTwice(describe(place)) }
        targets.append(place)
      }
      left.removeAll { targets.contains($0) }
    }
    if let columns = options.columns {
      try choose(columns, from: left, facts)
    } else if let wanted = network?.names, let names, !Self.areNumbers(names) {
      try match(wanted, from: left, facts)
    } else {
      try fit(left, facts)
    }
    let labels = label.map { [$0] } ?? Array(targets)
    guard !labels.isEmpty else { return }
    findings.append(
      purpose == .prediction
        ? "\(list(labels)) left out as the labels" : "labels in \(list(labels))")
    guard purpose == .prediction else { return }
    label = nil
    targets = []
  }

  // MARK: The ways to tell them apart

  /// The inputs that the caller names.
  private mutating func choose(
    _ columns: [String], from left: [Int], _ facts: Facts
  ) throws(DataError) {
    for column in columns {
      let place = try place(of: column)
      guard place != label, !targets.contains(place), !inputs.contains(place) else {
        throw .columnTwice(describe(place))
      }
      inputs.append(place)
    }
    if let network = facts.network, network.count != inputs.count {
      throw .wrongWidth(expected: network.count, found: inputs.count)
    }
    let others = left.filter { !inputs.contains($0) }
    guard !isLabelled, facts.purpose.seeksLabels else { return }
    label = likelyLabel(among: others, facts) ?? others.last { $0 == count - 1 }
    if label == nil, facts.purpose == .training { throw .noTargets }
  }

  /// The inputs that the network was fitted with, by their names.
  private mutating func match(
    _ wanted: [String], from left: [Int], _ facts: Facts
  ) throws(DataError) {
    let names = (names ?? []).map(trimmed)
    var missing: [String] = []
    for (input, name) in wanted.enumerated() {
      let places = left.filter { names[$0] == trimmed(name) }
      guard places.count < 2 else { throw .columnTwice("'\(name)'") }
      if let place = places.first {
        inputs.append(place)
      } else if facts.network?.uses(input) == false {
        inputs.append(-1)
      } else {
        missing.append(name)
      }
    }
    var others = left.filter { !inputs.contains($0) }
    guard missing.isEmpty else {
      throw .otherNames(missing: missing, found: others.map { names[$0] })
    }
    let present = inputs.filter { $0 >= 0 }
    findings.append(
      present.sorted() == Array(present) ? "inputs by name" : "inputs put in order by name")
    if others.first == 0, hasIndexName { removeIndex(from: &others) }
    if !isLabelled, facts.purpose.seeksLabels {
      label = likelyLabel(among: others, facts) ?? (others.count == 1 ? others[0] : nil)
      others.removeAll { $0 == label }
    }
    if !others.isEmpty { findings.append("left out \(list(others))") }
  }

  /// All columns are inputs but for an index and the labels.
  private mutating func fit(_ left: [Int], _ facts: Facts) throws(DataError) {
    var left = left
    let network = facts.network
    if let network, network.names != nil {
      findings.append("inputs in the order of the columns, whose names are not known")
    }
    let isOver = network.map { left.count > $0.count } ?? true
    if facts.options.hasIndex == nil, isOver, left.first == 0 {
      // Of two columns one is an input and one the label.
      let counts = left.count > 2 && Self.countsRows(facts.rows)
      if hasIndexName || hasIndexWord && counts {
        removeIndex(from: &left)
      } else if counts, names == nil, !isLabelled, facts.purpose.seeksLabels {
        throw .countingColumn
      } else if counts, names != nil, facts.purpose == .training {
        findings.append("\(list([0])) numbers the rows and is an input")
      }
    }
    if !isLabelled, network.map({ left.count > $0.count }) ?? facts.purpose.seeksLabels {
      label = likelyLabel(among: left, facts)
      switch facts.purpose {
      case .training: label = label ?? left.last
      case .measurement: label = label ?? (left.count - 1 == network?.count ? left.last : nil)
      case .prediction, .unstated: break
      }
      left.removeAll { $0 == label }
    }
    guard let network else {
      inputs = ContiguousArray(left)
      return
    }
    guard left.count == network.count else {
      throw left.count == network.count + 1
        ? .extraColumn(expected: network.count, found: left.count)
        : .wrongWidth(expected: network.count, found: left.count)
    }
    inputs = ContiguousArray(left)
  }

  // MARK: The index and the labels

  /// Whether the caller has said which columns are the labels.
  private var isLabelled: Bool { label != nil || !targets.isEmpty }

  /// Whether the first column has the name that pandas and R give an index: an empty one, which pandas then reads as
  /// `Unnamed: 0`.
  private var hasIndexName: Bool {
    guard let first = names?.first else { return false }
    return first.isEmpty || first == "Unnamed: 0"
  }

  private var hasIndexWord: Bool {
    guard let first = names?.first else { return false }
    return ["id", "index", "idx", "row", "rownames"].contains(trimmed(first).lowercased())
  }

  private mutating func removeIndex(from left: inout [Int]) {
    left.removeAll { $0 == 0 }
    findings.append(
      "the first column\(names == nil ? "" : " '\(names?[0] ?? "")'") left out as an index")
  }

  /// Whether the first column of each row is one more than in the row before.
  private static func countsRows(_ rows: ArraySlice<CSVSampleRow>) -> Bool {
    let numbers = rows.map { $0.cells[0].kind == .integer ? Int($0.cells[0].text) : nil }
    guard numbers.count > 2, let first = numbers[0] else { return false }
    return numbers.enumerated().allSatisfy { $0.element == first &+ $0.offset }
  }

  /// The column that the caller calls the labels.
  private func statedLabel(
    _ label: TableOptions.Label?, among left: [Int]
  ) throws(DataError) -> Int? {
    switch label {
    case nil: return nil
    case .last?: return left.last
    case .first?: return left.first { $0 > 0 || !hasIndexName }
    case .named(let name)?: return try place(of: name)
    case .columns?: return nil
    }
  }

  /// The one column that is called like labels; or else the one of texts, which no network takes, but which may be
  /// there by mistake where a network is still to be trained.
  private func likelyLabel(among columns: [Int], _ facts: Facts) -> Int? {
    let words: Set = ["target", "targets", "label", "labels", "y"]
    let called = columns.filter { words.contains(trimmed(names?[$0] ?? "").lowercased()) }
    if called.count == 1 { return called[0] }
    guard let network = facts.network, network.demands.texts.isEmpty else { return nil }
    let texts = columns.filter { column in
      facts.rows.contains { column < $0.cells.count && $0.cells[column].kind == .text }
    }
    return texts.count == 1 ? texts[0] : nil
  }

  // MARK: Names

  /// The column of a name; of a table without names, of a number.
  private func place(of name: String) throws(DataError) -> Int {
    if let names {
      let places = names.indices.filter { names[$0] == name }
      let other = places.isEmpty ? names.indices.filter { trimmed(names[$0]) == trimmed(name) } : []
      guard places.count + other.count < 2 else { throw .columnTwice("'\(name)'") }
      if let place = places.first ?? other.first { return place }
    } else if let place = Int(name), 0..<count ~= place {
      return place
    }
    throw .noSuchColumn(name, found: names, count: count)
  }

  /// Whether names are 0, 1, 2, … as pandas makes them up, so that they say nothing of the columns.
  private static func areNumbers(_ names: [String]) -> Bool {
    let start = names.first?.isEmpty == true ? 1 : 0
    return names.dropFirst(start).enumerated().allSatisfy { $0.element == "\($0.offset)" }
  }

  /// A column as errors name it.
  func describe(_ column: Int) -> String {
    if let names, column < names.count, !names[column].isEmpty {
      "column '\(names[column].prefix(60))'"
    } else {
      "column \(column) (from 0)"
    }
  }

  private func list(_ columns: [Int]) -> String {
    let shown = columns.prefix(6).map { column in
      names.map { "'\($0[column].prefix(40))'" } ?? "column \(column)"
    }
    return shown.joined(separator: ", ") + (columns.count > 6 ? ", …" : "")
  }
}

/// A name without the blanks around it.
private func trimmed(_ name: String) -> String {
  var name = name[...]
  while name.first?.isWhitespace == true { name.removeFirst() }
  while name.last?.isWhitespace == true { name.removeLast() }
  return String(name)
}
