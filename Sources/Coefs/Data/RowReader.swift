import CSV
import Deflate
import Dispatch
import Files

/// The rows of a file, some at a time and in the memory of those: of a text, and of an array whose rows follow each
/// other in an NPY or NPZ. All other arrays are read whole.
package final class RowReader {
  /// The file, as it was named.
  package let name: String
  /// What was found out of the file, in one line; `nil` where there is nothing to say.
  package let detected: String?

  private let scale: Double
  private let limits: ReadLimits
  private let table: TableReader?
  /// The rows of arrays.
  private let arrays: ArrayRows?
  /// Rows in memory, until they are handed out.
  private var memory: Dataset?

  /// Opens a file or standard input.
  ///
  /// - Parameters:
  ///   - reference: An NPZ, an NPY, a folder of NPY files or a CSV, plain or compressed by gzip.
  ///   - options: What the caller says about it.
  ///   - model: The network that the rows are for; `nil` for one that is still to be trained.
  ///   - purpose: What the rows are for.
  ///   - rows: Which rows.
  ///   - scale: What to divide the values by.
  ///   - limits: Bounds on what the file may ask for; `maxTotalBytes` bounds the values that are in memory.
  ///   - maxTextBytes: The maximum size in bytes of a decompressed text, or of an array, that is read in pieces.
  /// - Throws: ``CoefsError``.
  package convenience init(
    _ reference: FileReference, _ options: TableOptions, for model: Model?, purpose: DataPurpose,
    rows: Dataset.Rows, scale: Double, limits: ReadLimits, maxTextBytes: Int = .max
  ) throws(CoefsError) {
    try self.init(
      reference, options, network: model?.rowInputs, purpose: purpose, rows: rows, scale: scale,
      limits: limits, maxTextBytes: maxTextBytes)
  }

  /// Rows that are in memory.
  package init(_ rows: Dataset) {
    name = rows.name
    detected = rows.detected
    scale = rows.scale
    limits = ReadLimits()
    table = nil
    arrays = nil
    memory = rows
  }

  convenience init(
    _ reference: FileReference, _ options: TableOptions, network: NetworkInputs?,
    purpose: DataPurpose, rows: Dataset.Rows, scale: Double, limits: ReadLimits,
    maxTextBytes: Int
  ) throws(CoefsError) {
    try self.init(
      DataContent(reference, limits: limits, maxTextBytes: maxTextBytes), name: reference.name,
      options, network: network, purpose: purpose, rows: rows, scale: scale, limits: limits,
      maxBytes: maxTextBytes)
  }

  /// The rows of a file that was looked into.
  init(
    _ content: DataContent, name: String, _ options: TableOptions, network: NetworkInputs?,
    purpose: DataPurpose, rows: Dataset.Rows, scale: Double, limits: ReadLimits, maxBytes: Int
  ) throws(CoefsError) {
    self.name = name
    self.scale = scale
    self.limits = limits
    switch content {
    case .arrays(let list):
      table = nil
      let arrays = try ArrayRows(
        list, options: options, network: network, purpose: purpose, rows: rows, scale: scale,
        limits: limits, maxBytes: maxBytes)
      detected = arrays.detected
      self.arrays = arrays
    case .text(let stream):
      let table = try located(in: name) {
        try TableReader(
          TextStream(stream), options: options, rows: rows.bounds, network: network,
          purpose: purpose)
      }
      detected = (stream.isCompressed ? "gzip, " : "") + table.detected
      self.table = table
      arrays = nil
    }
  }

  /// The share of the file that was read, from 0 to 1; `nil` where only its end will tell.
  package var fraction: Double? { table?.fraction ?? arrays?.fraction }

  /// The number of inputs of a row, for a table.
  package var inputs: Int? { table?.inputs }

  /// The next rows.
  ///
  /// - Parameter most: How many rows of a file to read at the most; those in memory come at once.
  /// - Returns: One row or more; `nil` at the end.
  /// - Throws: ``CoefsError``.
  package func next(_ most: Int) throws(CoefsError) -> Dataset? {
    if let arrays { return try arrays.next(most) }
    guard let table else { return memory.take() }
    let (first, lines, values, labels, targets) = try located(in: name) {
      try table.next(most, maxBytes: limits.maxTotalBytes)
    }
    let count = table.inputs == 0 ? 0 : values.count / table.inputs
    guard count > 0 else { return nil }
    let given: Dataset.Targets =
      if table.targets > 0 {
        .values(Dataset.matrix(rows: count, columns: table.targets, targets))
      } else {
        table.hasLabels ? .labels(table.labels(of: labels)) : .none
      }
    var rows = try Dataset(
      file: name, rows: first..<first + count, scale: scale, columns: table.inputs, values: values,
      targets: given, detected: detected, inputColumns: table.inputColumns)
    rows.lines = lines
    return rows
  }
}

/// Reads rows while those before them are worked on: one thread reads, the caller's does the work.
package final class RowsAhead {
  /// Some rows, and the share of the file that was read when they were.
  package struct Piece: Sendable {
    /// One row or more.
    package let rows: Dataset
    /// From 0 to 1; `nil` where only the end of the file will tell.
    package let fraction: Double?
  }

  /// What the reading thread has made, which nobody else looks at before it says so.
  private final class Reading: @unchecked Sendable {
    let reader: RowReader
    var result: Result<Piece?, CoefsError> = .success(nil)

    init(_ reader: RowReader) { self.reader = reader }
  }

  private let reading: Reading
  private let most: Int
  private let queue = DispatchQueue(label: "rows")
  private let isRead = DispatchSemaphore(value: 0)
  private var isReading = false

  /// - Parameters:
  ///   - reader: The rows; nobody else asks it for some.
  ///   - most: How many to read at once.
  package init(_ reader: RowReader, most: Int) {
    reading = Reading(reader)
    self.most = most
  }

  deinit { if isReading { isRead.wait() } }

  /// The next rows.
  ///
  /// - Returns: `nil` at the end.
  /// - Throws: ``CoefsError``.
  package func next() throws(CoefsError) -> Piece? {
    if !isReading { read() }
    isRead.wait()
    isReading = false
    let piece = try reading.result.get()
    if piece != nil { read() }
    return piece
  }

  /// Begins to read.
  private func read() {
    isReading = true
    queue.async { [reading, most, isRead] in
      reading.result = Result { () throws(CoefsError) in
        try reading.reader.next(most).map { Piece(rows: $0, fraction: reading.reader.fraction) }
      }
      isRead.signal()
    }
  }
}
