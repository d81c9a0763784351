/// What is demanded of each column of a row before it is preprocessed.
package struct RowDemands: Hashable, Sendable {
  /// The length of a row.
  package let inputs: Int
  /// The texts that each column of texts knows.
  package private(set) var texts: [Int: [String]]
  /// The columns that are used.
  package private(set) var used: Set<Int>
  /// The columns where no value may be missing.
  package private(set) var needsValues: Set<Int>
  /// The columns where a value that is not one of the known ones is an error.
  package private(set) var refusesUnknown: Set<Int>
  /// The columns that are used as numbers.
  package private(set) var asNumbers: Set<Int>

  init(
    inputs: Int, texts: [Int: [String]], used: Set<Int>, needsValues: Set<Int>,
    refusesUnknown: Set<Int>, asNumbers: Set<Int>
  ) {
    self.inputs = inputs
    self.texts = texts
    self.used = used
    self.needsValues = needsValues
    self.refusesUnknown = refusesUnknown
    self.asNumbers = asNumbers
  }

  /// The demands of a network without preprocessing: a number in each column.
  package init(inputs: Int) {
    let all = Set(0..<inputs)
    self.init(
      inputs: inputs, texts: [:], used: all, needsValues: all, refusesUnknown: [], asNumbers: all)
  }

  /// Adds the demands of another network on the same rows.
  package mutating func add(_ other: RowDemands) {
    for (column, texts) in other.texts where texts.count > self.texts[column, default: []].count {
      self.texts[column] = texts
    }
    used.formUnion(other.used)
    needsValues.formUnion(other.needsValues)
    refusesUnknown.formUnion(other.refusesUnknown)
    asNumbers.formUnion(other.asNumbers)
  }

  /// The first column of texts that is used as numbers too.
  package var contradiction: Int? { texts.keys.sorted().first(where: asNumbers.contains) }

  /// Whether each column is a number that has to be there.
  package var areNumbers: Bool { texts.isEmpty && needsValues.count == inputs }
}
