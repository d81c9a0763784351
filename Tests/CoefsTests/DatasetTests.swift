import Coefs
import TestSupport
import Testing

@Suite struct DatasetTests {
  /// The data set in a file of these bytes.
  private func dataset(
    _ bytes: some Sequence<UInt8>, rows: Dataset.Rows = .all, scale: Double = 1
  ) throws -> Dataset {
    try withTemporaryFolder { folder throws in
      try Dataset(contentsOf: write(bytes, to: folder + "/data"), rows: rows, scale: scale)
    }
  }

  private func cause(of body: () throws -> Dataset) -> (any CategorizedError)? {
    coefsError { _ = try body() }?.cause
  }

  // MARK: Digits

  @Test func `the digits are divided by 15 and labelled`() throws {
    let digits = try Dataset.digits()
    #expect(digits.name == "digits")
    #expect(digits.rows == 1_000..<1_500)
    #expect(digits.inputs.rows == 500)
    #expect(digits.inputs.columns == 64)
    #expect(digits.inputs.row(3) == Array(Digits.vector(at: 1_003, dividedBy: 15.0)))
    guard case .labels(let labels) = digits.targets else {
      Issue.record("no labels")
      return
    }
    #expect(labels == Digits.labels[1_000..<1_500].map { .integer(Int64($0)) })
    #expect(try Dataset.digits(.all).inputs.rows == 1_797)
    #expect(try Dataset.digits(.train).rows == 0..<1_000)
  }

  @Test(arguments: [1_700..<1_900, 1_797..<1_798, -1..<5, 5..<5])
  func `rows that do not exist are the caller's mistake`(rows: Range<Int>) throws {
    let error = coefsError { _ = try Dataset.digits(.range(rows)) }
    #expect(error == CoefsError("digits", DataError.noSuchRows(rows, count: 1_797)))
    #expect(error?.category == (rows.isEmpty ? .badContent : .usage))
  }

  // MARK: NPZ and NPY

  @Test func `an archive gives X and y, cut and divided`() throws {
    let file = try npz([
      NamedArray("other", NDArray([1.0, 2], shape: [1, 2])),
      NamedArray("X", NDArray([2.0, 4, 6, 8, 10, 12], shape: [3, 2])),
      NamedArray("y", NDArray([7 as Int64, 8, 9])),
    ])
    let data = try dataset(file, rows: .range(1..<3), scale: 2)
    #expect(data.inputs.values == [3, 4, 5, 6])
    #expect(data.rows == 1..<3)
    #expect(data.scale == 2)
    guard case .labels([.integer(8), .integer(9)]) = data.targets else {
      Issue.record("\(data.targets)")
      return
    }
    #expect(
      cause { try dataset(file, rows: .range(1..<4)) }
        == DataError.noSuchRows(1..<4, count: 3))
  }

  @Test func `the only matrix of an archive is the rows`() throws {
    let matrix = NamedArray("pixels", try NDArray([1, 2] as [UInt8], shape: [2, 1]))
    let vector = NamedArray("something", try NDArray([1.0]))
    let data = try dataset(npz([vector, matrix]))
    #expect(data.inputs.values == [1, 2])
    guard case .none = data.targets else {
      Issue.record("\(data.targets)")
      return
    }
    let two = try npz([matrix, NamedArray("more", matrix.array)])
    #expect(cause { try dataset(two) } == DataError.noInputs(found: ["pixels", "more"]))
    #expect(cause { try dataset(npz([vector])) } == DataError.wrongInputs(shape: [1]))
    #expect(cause { try dataset(npz([])) } == DataError.noInputs(found: []))
  }

  @Test func `a lone array is rows without answers`() throws {
    let array = try NDArray([1, 2, 3, 4] as [Float], shape: [2, 2])
    #expect(try dataset(array.fileBytes, scale: 4).inputs.values == [0.25, 0.5, 0.75, 1])
    let vector = try NDArray([1, 2] as [Float])
    #expect(cause { try dataset(vector.fileBytes) } == DataError.wrongInputs(shape: [2]))
    let texts = try NDArray(strings: ["a"], shape: [1, 1])
    #expect(
      cause { try dataset(texts.fileBytes) }
        == NPYError.notConvertible(dtype: "<U1", to: "Double"))
  }

  @Test func `answers must be one for each row`() throws {
    let rows = NamedArray("X", try NDArray([1.0, 2], shape: [2, 1]))
    let answers = [
      try NDArray([1 as Int64]), try NDArray([1.0, 2], shape: [1, 2, 1]),
      try NDArray([1.0, 2, 3], shape: [3, 1]),
    ]
    for answer in answers {
      #expect(
        cause { try dataset(npz([rows, NamedArray("y", answer)])) }
          == DataError.wrongTargets(shape: answer.shape, rows: 2))
    }
    let several = try dataset(
      npz([rows, NamedArray("y", NDArray([1.0, 2, 3, 4], shape: [2, 2]))]), rows: .range(1..<2))
    guard case .values(let values) = several.targets else {
      Issue.record("\(several.targets)")
      return
    }
    #expect(values.values == [3, 4])
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func `NaN and infinities are refused where they are`(value: Double) throws {
    let array = try NDArray([1, 2, 3, value], shape: [2, 2])
    #expect(cause { try dataset(array.fileBytes) } == DataError.notFinite(row: 1, column: 1))
    let first = "column 0 (from 0)"
    #expect(
      cause { try dataset("1,2\n\(value),4\n".utf8) }
        == (value.isNaN
          ? DataError.missingValue(line: 2, column: first)
          : DataError.badCell(line: 2, column: first, text: "\(value)")))
  }

  @Test func `numbers that a scale makes infinite are refused`() throws {
    let array = try NDArray([1, 1e300], shape: [1, 2])
    #expect(
      cause { try dataset(array.fileBytes, scale: 1e-300) }
        == DataError.notFinite(row: 0, column: 1))
  }

  @Test func `no rows at all are the file's fault`() throws {
    // Without rows a header may claim any number of columns.
    for shape in [[0, 3], [3, 0], [0, 1 << 56]] {
      let array = try NDArray([Double](), shape: shape)
      let error = coefsError { _ = try dataset(array.fileBytes) }
      #expect(error?.category == .badContent)
      #expect(error?.description.hasSuffix(": there are no rows") == true)
    }
  }

  @Test func `a missing file cannot be opened`() {
    let error = coefsError { _ = try Dataset(contentsOf: "/nowhere/data.csv") }
    #expect(error?.category == .cannotOpen)
    #expect(error?.file == "/nowhere/data.csv")
  }
}
