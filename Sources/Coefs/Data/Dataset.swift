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
  public enum Targets: Hashable, Sendable {
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

  /// One row for each sample: numbers, and for a column of texts their places among those that the network knows.
  /// NaN is a missing value.
  public let inputs: Matrix<Double>

  /// One target for each row.
  public let targets: Targets

  /// What was found out of the file, in one line: what separates the cells of a CSV, where its names are, which
  /// columns were left out; `nil` where there is nothing to say.
  public let detected: String?

  /// The line of the file in which each row begins; empty where that is not known.
  var lines: [Int] = []

  /// Which rows of a data set are meant.
  public enum Rows: Hashable, Sendable {
    /// 1000..<1500, which the textbook does not train on.
    case heldOut
    /// 0..<1000, which the textbook trains on.
    case train
    /// Every row.
    case all
    /// The rows of a range.
    case range(Range<Int>)

    /// The rows, whatever their count; `nil` for all.
    var bounds: Range<Int>? {
      switch self {
      case .heldOut: 1_000..<1_500
      case .train: 0..<1_000
      case .all: nil
      case .range(let range): range
      }
    }

    func range(of count: Int, in file: String) throws(CoefsError) -> Range<Int> {
      let range = bounds ?? 0..<count
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

  /// The rows of a table, and the label of each, for a network.
  ///
  /// - Parameters:
  ///   - table: The rows.
  ///   - labels: A label for each row; `nil` where they are not known.
  ///   - model: The network, which says what each column has to be.
  ///   - name: The name of the data in results and errors.
  /// - Throws: ``CoefsError``, where a column is missing or a value is not what its column takes, or where there are
  ///   more or fewer labels than rows.
  public init(
    _ table: Table, labels: [ClassLabels.Label]? = nil, for model: Model, name: String = "data"
  ) throws(CoefsError) {
    if let labels, labels.count != table.rows.count {
      throw CoefsError(
        name, DataError.wrongTargets(shape: [labels.count], rows: table.rows.count))
    }
    let inputs: Matrix<Double>
    do { inputs = try table.matrix(for: model.rowInputs) } catch { throw CoefsError(name, error) }
    self.init(
      name: name, rows: 0..<inputs.rows, scale: 1, inputs: inputs,
      targets: labels.map { .labels($0) } ?? .none)
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

  /// Reads rows from an NPZ, an NPY or a text of separated values, told by the content.
  ///
  /// - Parameters:
  ///   - path: An NPZ with the rows as `X` (or as its only matrix) and the targets as `y`; an NPY of the rows; or a
  ///     CSV, also compressed by gzip. See ``TableOptions`` for what else is found out.
  ///   - rows: Which of its rows.
  ///   - scale: What to divide the values by.
  ///   - labelsLast: Whether the last column of a CSV holds the targets: values or names.
  ///   - limits: Bounds on what the file may ask for.
  /// - Throws: ``CoefsError``.
  public init(
    contentsOf path: String, rows: Rows = .all, scale: Double = 1, labelsLast: Bool = false,
    limits: ReadLimits = ReadLimits()
  ) throws(CoefsError) {
    var options = TableOptions()
    options.hasIndex = false
    options.label = labelsLast ? .last : nil
    try self.init(contentsOf: path, options, rows: rows, scale: scale, limits: limits)
  }

  /// Reads rows from an NPZ, an NPY or a text of separated values, told by the content.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - options: What the caller says about it.
  ///   - model: The network that the rows are for: its number of inputs, and the names of its columns where it
  ///     stores them, tell the inputs from labels and an index. Without one, all columns are inputs that the options
  ///     do not call something else.
  ///   - rows: Which of its rows.
  ///   - scale: What to divide the values by.
  ///   - limits: Bounds on what the file may ask for.
  /// - Throws: ``CoefsError``.
  public init(
    contentsOf path: String, _ options: TableOptions, for model: Model? = nil, rows: Rows = .all,
    scale: Double = 1, limits: ReadLimits = ReadLimits()
  ) throws(CoefsError) {
    try self.init(
      RowReader(
        .path(path), options, network: model?.rowInputs,
        purpose: model == nil ? .unstated : .measurement, rows: rows, scale: scale, limits: limits,
        maxTextBytes: limits.maxTotalBytes))
  }

  /// Reads rows from the bytes of a file.
  ///
  /// - Parameters:
  ///   - bytes: A file of any kind that `init(contentsOf:_:for:rows:scale:limits:)` reads.
  ///   - name: What errors and results call it.
  ///   - options: What the caller says about it.
  ///   - model: The network that the rows are for; `nil` where that is not known.
  ///   - rows: Which of its rows.
  ///   - scale: What to divide the values by.
  ///   - limits: Bounds on what the file may ask for.
  /// - Throws: ``CoefsError``.
  public init(
    _ bytes: ContiguousArray<UInt8>, name: String = "data",
    _ options: TableOptions = TableOptions(), for model: Model? = nil, rows: Rows = .all,
    scale: Double = 1, limits: ReadLimits = ReadLimits()
  ) throws(CoefsError) {
    let content = try DataContent(
      FormatInput(InputFile(bytes), file: name, limits: limits), limits: limits,
      maxTextBytes: limits.maxTotalBytes)
    try self.init(
      RowReader(
        content, name: name, options, network: model?.rowInputs,
        purpose: model == nil ? .unstated : .measurement, rows: rows, scale: scale,
        limits: limits, maxBytes: limits.maxTotalBytes))
  }

  /// All rows of a reader.
  package init(_ reader: RowReader) throws(CoefsError) {
    guard let all = try reader.next(.max) else {
      throw CoefsError(reader.name, DataError.noSuchRows(0..<0, count: 0))
    }
    // The end says whether all rows were there.
    _ = try reader.next(1)
    self = all
  }

  /// Rows that were read.
  init(
    file: String, rows: Range<Int>, scale: Double, columns: Int,
    values: ContiguousArray<Double>, targets: Targets, detected: String?,
    inputColumns: InputColumns? = nil
  ) throws(CoefsError) {
    try Self.check(values, columns, scale, first: rows.lowerBound, inputColumns, in: file)
    self.init(
      name: file, rows: rows, scale: scale,
      inputs: Self.matrix(
        rows: rows.count, columns: columns,
        Self.scaled(values, columns, by: scale, inputColumns)),
      targets: targets, detected: detected)
  }

  /// Checks that all values are finite, but for gaps where one may be.
  ///
  /// - Parameters:
  ///   - values: Rows of so many columns.
  ///   - first: The number of the first row.
  /// - Throws: ``CoefsError``.
  static func check(
    _ values: ContiguousArray<Double>, _ columns: Int, _ scale: Double, first: Int,
    _ inputColumns: InputColumns?, in file: String
  ) throws(CoefsError) {
    let bad =
      if let inputColumns {
        values.indices.first { !inputColumns.allows(values[$0] / scale, at: $0 % columns) }
      } else {
        values.firstIndex { !($0 / scale).isFinite }
      }
    guard let bad else { return }
    throw CoefsError(file, DataError.notFinite(row: first + bad / columns, column: bad % columns))
  }

  /// The values divided by a scale; a text is left alone.
  private static func scaled(
    _ values: ContiguousArray<Double>, _ columns: Int, by scale: Double,
    _ inputColumns: InputColumns?
  ) -> ContiguousArray<Double> {
    guard scale != 1 else { return values }
    guard let inputColumns else { return ContiguousArray(values.lazy.map { $0 / scale }) }
    return ContiguousArray(
      values.enumerated().lazy.map {
        inputColumns.isText($0.offset % columns) ? $0.element : $0.element / scale
      })
  }

  /// What some rows should give.
  static func targets(
    _ targets: ArrayRows.Targets, count: Int, range: Range<Int>, in file: String
  ) throws(CoefsError) -> Targets {
    switch targets {
    case .labels(let labels):
      guard labels.count == count else {
        throw CoefsError(file, DataError.wrongTargets(shape: [labels.count], rows: count))
      }
      return .labels(Array(labels[range]))
    case .array(let array):
      guard let first = array.shape.first, first == count, array.shape.count <= 2 else {
        throw CoefsError(file, DataError.wrongTargets(shape: array.shape, rows: count))
      }
      do {
        // A column is a label a row, as scikit-learn has it too.
        guard array.shape.count == 2, array.shape[1] != 1 else {
          return .labels(Array(try ClassLabels.Label.labels(in: array)[range]))
        }
        let width = array.shape[1]
        let values = try array.reals(as: Double.self)
        return .values(
          matrix(
            rows: range.count, columns: width,
            ContiguousArray(values[range.lowerBound * width..<range.upperBound * width])))
      } catch { throw CoefsError(file, error) }
    }
  }

  private init(
    name: String, rows: Range<Int>, scale: Double, inputs: Matrix<Double>, targets: Targets,
    detected: String? = nil
  ) {
    self.name = name
    self.rows = rows
    self.scale = scale
    self.inputs = inputs
    self.targets = targets
    self.detected = detected
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
