/// What operations demand of the columns of a row, found without a row: which are used, where a value may be missing,
/// and how wide a row is after each operation.
package struct ColumnTrace: Hashable, Sendable {
  /// Why an operation cannot be applied, in a phrase.
  package struct Problem: Error {
    package let text: String
    init(_ text: String) { self.text = text }
  }

  /// The columns of the row that are used.
  private(set) var used: Set<Int> = []
  /// Those where a missing value would reach the network, or an operation that takes no gaps.
  private(set) var needsValues: Set<Int> = []
  /// Those with categories where another value is an error.
  private(set) var refusesUnknown: Set<Int> = []
  /// Those whose values are used as numbers.
  private(set) var asNumbers: Set<Int> = []

  /// For each present column the column of the row whose values it still holds.
  package private(set) var raw: [Int?]
  /// For each present column the column of the row whose gaps it still has.
  private var gaps: [Int?]

  /// Columns as a row has them.
  package init(columns: Int) {
    raw = Array(0..<columns)
    gaps = raw
  }

  /// The number of present columns.
  package var width: Int { raw.count }

  /// The network takes the present columns.
  mutating func finish() { takeNumbers(takesGaps: false) }

  /// The present columns are used as numbers.
  private mutating func takeNumbers(takesGaps: Bool) {
    for column in raw { if let column { asNumbers.insert(column) } }
    for column in raw + gaps { if let column { used.insert(column) } }
    if !takesGaps { for column in gaps { if let column { needsValues.insert(column) } } }
  }

  /// The present columns are others now, which depend on all before.
  private mutating func mix(into count: Int) {
    takeNumbers(takesGaps: false)
    raw = Array(repeating: nil, count: count)
    gaps = raw
  }

  private func demand(_ count: Int) throws(Problem) {
    guard count == width else {
      throw Problem("has numbers for \(count) inputs instead of \(width)")
    }
  }

  private func demandFinite(_ values: [Double]) throws(Problem) {
    guard values.allSatisfy(\.isFinite) else { throw Problem("holds a number that is not finite") }
  }

  /// Passes the columns through an operation.
  ///
  /// - Throws: ``Problem`` where the operation is not one for these columns.
  package mutating func pass(_ operation: InputTransform.Operation) throws(Problem) {
    switch operation {
    case .subtract(let values), .divide(let values), .multiply(let values), .add(let values):
      try demand(values.count)
      try demandFinite(values)
      if case .divide = operation, values.contains(0) { throw Problem("divides by 0") }
      takeNumbers(takesGaps: true)
      raw = Array(repeating: nil, count: width)
    case .function(.nanToNum):
      takeNumbers(takesGaps: true)
      raw = Array(repeating: nil, count: width)
      gaps = raw
    case .clip, .function:
      takeNumbers(takesGaps: true)
      raw = Array(repeating: nil, count: width)
    case .binarize: mix(into: width)
    case .power(_, let lambdas):
      try demand(lambdas.count)
      try demandFinite(lambdas)
      takeNumbers(takesGaps: true)
      raw = Array(repeating: nil, count: width)
    case .quantiles(let quantiles):
      try demand(quantiles.columns.count)
      try demandFinite(quantiles.shares)
      for column in quantiles.columns {
        guard column.count == quantiles.shares.count, !column.isEmpty else {
          throw Problem("has \(column.count) quantiles for \(quantiles.shares.count) shares")
        }
        try demandFinite(column)
      }
      takeNumbers(takesGaps: true)
      raw = Array(repeating: nil, count: width)
    case .bins(let edges):
      try demand(edges.count)
      mix(into: width)
    case .fill(let values, let missing):
      try demand(values.count)
      try demand(missing.count)
      for column in raw { if let column { used.insert(column) } }
      for index in gaps.indices where missing[index].isNaN && !values[index].isNaN {
        gaps[index] = nil
      }
    case .isMissing(let missing):
      try demand(missing.count)
      for column in raw { if let column { used.insert(column) } }
      for index in gaps.indices where !missing[index].isNaN {
        if let column = gaps[index] { needsValues.insert(column) }
      }
      raw = Array(repeating: nil, count: width)
      gaps = raw
    case .demandValues(let columns):
      guard columns.allSatisfy({ 0..<width ~= $0 }) else {
        throw Problem("takes a column that is not among \(width)")
      }
      for index in columns {
        if let column = gaps[index] { needsValues.insert(column) }
      }
    case .ordinal(let encodings):
      let before = gaps
      try encode(encodings, width: encodings.count)
      // A missing value may stay one.
      for (index, encoding) in encodings.enumerated() where encoding.code(of: .nan)?.isNaN == true {
        gaps[index] = before[index]
      }
    case .oneHot(let encodings):
      try encode(encodings, width: encodings.reduce(0) { $0 + $1.width })
    case .normalize: mix(into: width)
    case .select(let columns):
      guard columns.allSatisfy({ 0..<width ~= $0 }) else {
        throw Problem("takes a column that is not among \(width)")
      }
      raw = columns.map { raw[$0] }
      gaps = columns.map { gaps[$0] }
    case .matrix(let values, let inputs):
      try demand(inputs)
      guard inputs > 0, values.count.isMultiple(of: inputs) else {
        throw Problem("has \(values.count) weights for \(inputs) inputs")
      }
      try demandFinite(values)
      mix(into: values.count / inputs)
    case .products(let products):
      guard products.allSatisfy({ $0.allSatisfy { 0..<width ~= $0 } }) else {
        throw Problem("takes a column that is not among \(width)")
      }
      mix(into: products.count)
    case .concatenate(let branches): try pass(branches)
    }
  }

  private mutating func pass(_ branches: [[InputTransform.Operation]]) throws(Problem) {
    let start = (raw, gaps)
    var (allRaw, allGaps): ([Int?], [Int?]) = ([], [])
    for branch in branches {
      (raw, gaps) = start
      for operation in branch { try pass(operation) }
      allRaw += raw
      allGaps += gaps
    }
    (raw, gaps) = (allRaw, allGaps)
  }

  private mutating func encode(
    _ encodings: [InputTransform.Encoding], width: Int
  ) throws(Problem) {
    try demand(encodings.count)
    for (index, encoding) in encodings.enumerated() {
      if let column = raw[index] {
        used.insert(column)
        if encoding.unknown == nil { refusesUnknown.insert(column) }
      }
      if let column = gaps[index] {
        used.insert(column)
        if encoding.code(of: .nan) == nil { needsValues.insert(column) }
      }
    }
    raw = Array(repeating: nil, count: width)
    gaps = raw
  }
}
