import Digits
import Files
import MLP
import NPY
import NPZ
import Sklearn
import Training

/// Samples and their targets, to train a network or to measure it.
public struct Dataset: Sendable {
  /// The targets of the samples.
  @nonexhaustive
  public enum Targets: Sendable {
    /// A class for each row.
    case labels([ClassLabels.Label])
    /// Values for each row, as many as a network has outputs.
    case values(Matrix<Double>)
    /// Not known.
    case none
  }

  /// The name of the data in results and errors.
  public let name: String

  /// The range of these rows in the whole data.
  public let rows: Range<Int>

  /// The number that the values were divided by.
  public let scale: Double

  /// One row for each sample.
  public let inputs: Matrix<Double>

  /// One target for each row.
  public let targets: Targets

  /// A selection of the rows of a data set.
  @nonexhaustive
  public enum Rows: Hashable, Sendable {
    /// 1000..<1500, which the textbook does not train on.
    case heldOut
    /// 0..<1000, which the textbook trains on.
    case train
    /// Every row.
    case all
    /// The rows of a range.
    case range(Range<Int>)

    func range(of count: Int, in file: String) throws(CoefsError) -> Range<Int> {
      let range =
        switch self {
        case .heldOut: 1_000..<1_500
        case .train: 0..<1_000
        case .all: 0..<count
        case .range(let range): range
        }
      guard range.lowerBound >= 0, range.upperBound <= count, !range.isEmpty else {
        throw CoefsError(file, DataError.noSuchRows(range, count: count))
      }
      return range
    }
  }

  /// The handwritten digits that are built in: 64 pixels a row, the digit as label.
  ///
  /// - Parameters:
  ///   - rows: Which of the 1,797 images.
  ///   - scale: The number to divide the pixels (0 to 16) by; the textbook takes 15.
  /// - Returns: The data set.
  /// - Throws: ``CoefsError`` for rows that do not exist.
  public static func digits(
    _ rows: Rows = .heldOut, scale: Double = 15
  ) throws(CoefsError) -> Dataset {
    let range = try rows.range(of: Digits.count, in: "digits")
    return Dataset(
      name: "digits", rows: range, scale: scale,
      inputs: matrix(
        rows: range.count, columns: Digits.pixelCount,
        Digits.matrix(of: range, dividedBy: scale)),
      targets: .labels(Digits.labels[range].map { .integer(Int64($0)) }))
  }

  /// Rows in memory, and the label of each.
  ///
  /// - Parameters:
  ///   - inputs: Rows of one length.
  ///   - labels: A label for each row; `nil` where they are not known.
  ///   - name: The name of the data in results and errors.
  /// - Throws: ``CoefsError``, where a row has another length than the first or holds a value that is not finite, or
  ///   where there are more or fewer labels than rows.
  public init(
    inputs: [[Double]], labels: [ClassLabels.Label]? = nil, name: String = "data"
  ) throws(CoefsError) {
    if let labels, labels.count != inputs.count {
      throw CoefsError(name, DataError.wrongTargets(shape: [labels.count], rows: inputs.count))
    }
    self.init(
      name: name, rows: 0..<inputs.count, scale: 1, inputs: try Self.matrix(inputs, in: name),
      targets: labels.map { .labels($0) } ?? .none)
  }

  /// Rows in memory, and the target values of each.
  ///
  /// - Parameters:
  ///   - inputs: Rows of one length.
  ///   - targets: For each row as many values as the network has outputs.
  ///   - name: The name of the data in results and errors.
  /// - Throws: ``CoefsError``, where rows differ in length or hold a value that is not finite, or where there are more
  ///   or fewer targets than rows.
  public init(
    inputs: [[Double]], targets: [[Double]], name: String = "data"
  ) throws(CoefsError) {
    guard targets.count == inputs.count else {
      throw CoefsError(name, DataError.wrongTargets(shape: [targets.count], rows: inputs.count))
    }
    self.init(
      name: name, rows: 0..<inputs.count, scale: 1, inputs: try Self.matrix(inputs, in: name),
      targets: .values(try Self.matrix(targets, in: name)))
  }

  /// A matrix of rows, all of one length and finite.
  private static func matrix(
    _ rows: [[Double]], in name: String
  ) throws(CoefsError) -> Matrix<Double> {
    let columns = rows.first?.count ?? 0
    var values = ContiguousArray<Double>()
    values.reserveCapacity(rows.count * columns)
    for (index, row) in rows.enumerated() {
      guard row.count == columns else {
        throw CoefsError(name, DataError.wrongWidth(expected: columns, found: row.count))
      }
      if let column = row.firstIndex(where: { !$0.isFinite }) {
        throw CoefsError(name, DataError.notFinite(row: index, column: column))
      }
      values += row
    }
    return matrix(rows: rows.count, columns: columns, values)
  }

  /// Reads rows from an NPZ, an NPY or a text of comma-separated values, recognized by its content.
  ///
  /// - Parameters:
  ///   - path: An NPZ with the rows as `X` (or as its only matrix) and the targets as `y`; or an NPY
  ///     or CSV of the rows alone.
  ///   - rows: The rows to read.
  ///   - scale: The number to divide the values by.
  ///   - labelsLast: Whether the last column of a CSV holds the targets: values or names.
  ///   - limits: Bounds on what the file may ask for.
  /// - Throws: ``CoefsError``.
  public init(
    contentsOf path: String, rows: Rows = .all, scale: Double = 1, labelsLast: Bool = false,
    limits: ReadLimits = ReadLimits()
  ) throws(CoefsError) {
    try self.init(
      .path(path), rows: rows, scale: scale, labelsLast: labelsLast, limits: limits)
  }

  /// Reads rows from a file or from standard input.
  package init(
    _ reference: FileReference, rows: Rows, scale: Double, labelsLast: Bool, limits: ReadLimits
  ) throws(CoefsError) {
    let file = reference.name
    let input = try FormatInput(reference, limits: limits)
    guard let arrays = try Self.arrays(in: input) else {
      let (columns, values, answers) = try Self.parse(input, labelsLast: labelsLast)
      let labels = labelsLast ? try Self.array(of: answers, in: file) : nil
      try self.init(
        file: file, rows: rows, scale: scale, columns: columns, values: values, targets: labels)
      return
    }
    let (inputs, targets) = try Self.find(in: arrays)
    let values: ContiguousArray<Double>
    do { values = try inputs.reals(as: Double.self) } catch { throw CoefsError(file, error) }
    try self.init(
      file: file, rows: rows, scale: scale, columns: inputs.shape[1], values: values,
      targets: targets)
  }

  private init(
    file: String, rows: Rows, scale: Double, columns: Int, values: ContiguousArray<Double>,
    targets: NDArray?
  ) throws(CoefsError) {
    let count = columns == 0 ? 0 : values.count / columns
    let range = try rows.range(of: count, in: file)
    if let bad = values.firstIndex(where: { !($0 / scale).isFinite }) {
      throw CoefsError(file, DataError.notFinite(row: bad / columns, column: bad % columns))
    }
    self.name = file
    self.rows = range
    self.scale = scale
    self.inputs = Self.matrix(
      rows: range.count, columns: columns,
      ContiguousArray(
        values[range.lowerBound * columns..<range.upperBound * columns].lazy.map { $0 / scale }))
    guard let targets else {
      self.targets = .none
      return
    }
    guard let first = targets.shape.first, first == count, targets.shape.count <= 2 else {
      throw CoefsError(file, DataError.wrongTargets(shape: targets.shape, rows: count))
    }
    do {
      // A column is a label a row, as scikit-learn has it too.
      if targets.shape.count == 2, targets.shape[1] != 1 {
        let width = targets.shape[1]
        self.targets = .values(
          Self.matrix(
            rows: range.count, columns: width,
            ContiguousArray(
              try targets.reals(as: Double.self)[
                range.lowerBound * width..<range.upperBound * width])))
      } else {
        self.targets = .labels(Array(try ClassLabels.Label.labels(in: targets)[range]))
      }
    } catch { throw CoefsError(file, error) }
  }

  private init(
    name: String, rows: Range<Int>, scale: Double, inputs: Matrix<Double>, targets: Targets
  ) {
    self.name = name
    self.rows = rows
    self.scale = scale
    self.inputs = inputs
    self.targets = targets
  }

  /// The arrays of a file; `nil` for a format without arrays, such as a text.
  private static func arrays(in input: FormatInput) throws(CoefsError) -> ArrayList? {
    for format in FileFormat.all {
      if case .arrays(let read)? = format.reader, format.begins(input),
        let arrays = try read(input)
      {
        return arrays
      }
    }
    return nil
  }

  /// The rows of a text.
  private static func parse(
    _ input: FormatInput, labelsLast: Bool
  ) throws(CoefsError) -> (columns: Int, values: ContiguousArray<Double>, answers: [String]) {
    let text = try input.whole()
    do { return try parseCSV(text, labelsLast: labelsLast) } catch {
      throw CoefsError(input.file, error)
    }
  }

  /// The targets of a text: integers if all are, else numbers if all are, else names.
  private static func array(of answers: [String], in file: String) throws(CoefsError) -> NDArray {
    do throws(NPYError) {
      let integers = answers.compactMap { Int64($0) }
      if integers.count == answers.count { return try NDArray(integers) }
      let numbers = answers.compactMap { Double($0) }
      if numbers.count == answers.count { return try NDArray(numbers) }
      return try NDArray(strings: answers)
    } catch {
      throw CoefsError(file, error)
    }
  }

  /// The rows and, if the file has them, the targets.
  private static func find(
    in arrays: ArrayList
  ) throws(CoefsError) -> (inputs: NDArray, targets: NDArray?) {
    let file = arrays.file
    let entries = arrays.entries
    let matrices = entries.indices.filter { index in
      guard case .success(let header) = entries[index].header else { return false }
      return header.shape.count == 2 && (header.dtype.isReal || header.dtype.kind == .bool)
    }
    guard
      let inputs = entries.firstIndex(where: { $0.name == "X" })
        ?? (matrices.count == 1 ? matrices[0] : entries.count == 1 ? 0 : nil)
    else { throw CoefsError(file, DataError.noInputs(found: entries.compactMap(\.name))) }
    let array = try entries[inputs].read()
    guard array.shape.count == 2 else {
      throw CoefsError(file, DataError.wrongInputs(shape: array.shape))
    }
    guard let targets = entries.firstIndex(where: { $0.name == "y" }) else { return (array, nil) }
    return (array, try entries[targets].read())
  }

  /// A matrix of values whose count is known to match its sizes.
  static func matrix<Scalar>(
    rows: Int, columns: Int, _ values: ContiguousArray<Scalar>
  ) -> Matrix<Scalar> {
    do { return try Matrix(rows: rows, columns: columns, values: values) } catch {
      preconditionFailure("as many numbers as rows × columns: \(error)")
    }
  }
}
