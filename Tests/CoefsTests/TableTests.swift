import Coefs
import Foundation
import NPZ
import TestSupport
import Testing

/// Rows in memory with names, texts and gaps, through whole estimators.
struct TableTests {
  private func model() throws -> Model { try Model(contentsOf: fixturePath("whole/table.joblib")) }

  /// The rows of a table of the fixtures, as an app would have them.
  private func table(_ name: String) throws -> Table {
    let text = try String(contentsOfFile: fixturePath("whole/\(name)"), encoding: .utf8)
    let lines = text.split(separator: "\n").map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    return Table(
      columns: lines[0],
      rows: lines.dropFirst().filter { $0.count == lines[0].count }.map { cells in
        cells.map { cell in
          cell.isEmpty
            ? .missing
            : cell == "True"
              ? true : cell == "False" ? false : Double(cell).map { .number($0) } ?? .text(cell)
        }
      })
  }

  @Test func `rows in memory are predicted as rows of a file`() throws {
    let model = try model()
    let predictor = try model.predictor()
    let file = try model.predict(
      Dataset(
        contentsOf: fixturePath("whole/table-other-order.csv"), TableOptions(), for: model),
      probabilities: true)
    // The third row has a comma in quotes, which the simple reader above leaves out.
    let table = try table("table-other-order.csv")
    let predictions = try predictor.predict(table)
    #expect(predictions.count == table.rows.count)
    #expect(predictions.count > 3)
    let probabilities = try #require(file.probabilities)
    #expect(predictions[0].probabilities == probabilities[0])
    #expect(predictions[1].probabilities == probabilities[1])
    #expect(try Dataset(table, for: model).inputs.columns == model.inputs)
    let single = try model.predictor(as: Float.self).predict(table)
    for (one, other) in zip(single, predictions) { #expect(one.label == other.label) }
  }

  @Test func `a column that is missing, and a value of another kind, are named`() throws {
    let predictor = try model().predictor()
    let table = try table("table.csv")
    let names = try #require(table.columns)
    let place = try #require(names.firstIndex(of: "age"))
    var missing = names
    missing[place] = "years"
    let unnamed = Table(columns: missing, rows: table.rows)
    #expect(throws: CoefsError("data", DataError.otherNames(missing: ["age"], found: ["years"]))) {
      try predictor.predict(unnamed)
    }
    var row = table.rows[0]
    row[place] = "old"
    let error = #expect(throws: CoefsError.self) {
      try predictor.predict(Table(columns: names, rows: [table.rows[0], row]))
    }
    #expect(
      error?.cause as? DataError
        == .badValue(row: 1, column: "column 'age'", problem: "'old' is not a number"))
    let member = try #require(names.firstIndex(of: "member"))
    row = table.rows[0]
    row[member] = nil
    let gap = #expect(throws: CoefsError.self) {
      try predictor.predict(Table(columns: names, rows: [row]))
    }
    #expect("\(try #require(gap))".contains("row 0, column 'member': the value is missing"))
  }

  @Test func `an array for each column is a table`() throws {
    let model = try model()
    let table = try table("table.csv")
    let names = try #require(table.columns)
    try withTemporaryFolder { folder throws in
      let arrays = try names.enumerated().map { place, name in
        let cells = table.rows.map { $0[place] }
        let texts = cells.compactMap { if case .text(let text) = $0 { text } else { nil } }
        if texts.isEmpty {
          return NamedArray(
            name,
            try NDArray(
              cells.map { cell -> Double in
                if case .number(let value) = cell { value } else { .nan }
              }))
        }
        // A gap among texts is a text that no encoder knows.
        return NamedArray(
          name,
          try NDArray(strings: cells.map { if case .text(let text) = $0 { text } else { "" } }))
      }
      try NPZFile.write(arrays, to: folder + "/table.npz")
      let rows = try Dataset(contentsOf: folder + "/table.npz", TableOptions(), for: model)
      #expect(rows.inputs.rows == table.rows.count)
      let predictions = try model.predict(rows).predictions
      let expected = try model.predictor().predict(table)
      for (row, cells) in table.rows.enumerated() where !cells.contains(.missing) {
        #expect("\(predictions[row])" == "\(try #require(expected[row].label))")
      }
    }
  }

  @Test func `a model lists its columns`() throws {
    let columns = try #require(ModelSummary(model().weights).columns)
    #expect(columns.map(\.name).contains("home city"))
    let size = try #require(columns.first { $0.name == "size" })
    #expect(size.isText && size.allowsGaps)
    #expect(size.categories == ["large", "medium", "small"])
    #expect(columns.first { $0.name == "member" }?.allowsGaps == false)
    #expect(try ModelSummary(Model(contentsOf: fixturePath("deep.npz")).weights).columns == nil)
  }

  @Test func `an ensemble predicts, and is not one network`() throws {
    let model = try Model(contentsOf: fixturePath("whole/voting-soft.pkl"))
    let ensemble = try #require(model.ensemble)
    #expect(ensemble.name == "VotingClassifier")
    #expect(ensemble.networkCount > 1)
    #expect(ModelSummary(model.weights).ensemble?.networks == ensemble.networkCount)
    let error = #expect(throws: CoefsError.self) { try model.bytes(as: .npz) }
    #expect(
      error?.cause as? ModelError
        == .ensemble("VotingClassifier", networks: ensemble.networkCount))
    // An option for one network would be without effect.
    #expect(throws: CoefsError.self) {
      try Model(
        contentsOf: fixturePath("whole/voting-soft.pkl"), options: .init(activation: .tanh))
    }
  }

  private func rows(_ name: String, of model: Model) throws -> RowReader {
    try RowReader(
      .path(fixturePath("whole/\(name)")), TableOptions(), for: model, purpose: .prediction,
      rows: .all, scale: 1, limits: ReadLimits())
  }

  @Test(arguments: [1, 2, 1_000])
  func `rows that are read ahead are the same, in their order`(most: Int) throws {
    let model = try model()
    let all = try Dataset(rows("table.csv", of: model))
    let ahead = RowsAhead(try rows("table.csv", of: model), most: most)
    var count = 0
    while let piece = try ahead.next() {
      #expect(piece.rows.rows == count..<min(count + most, all.rows.count))
      for row in piece.rows.rows {
        let found = piece.rows.inputs.slice(row - count).map(\.bitPattern)
        #expect(found == all.inputs.slice(row).map(\.bitPattern))
      }
      count = piece.rows.rows.upperBound
    }
    #expect(count == all.rows.count)
    #expect(try ahead.next() == nil)
    // One that is given up while it reads.
    _ = try RowsAhead(rows("table.csv", of: model), most: most).next()
  }

  @Test func `an error comes after the rows before it`() throws {
    try withTemporaryFolder { folder in
      let file = folder + "/rows.csv"
      try "a,b,c\n1,2,3\n4,5,6\n7,x,9\n".write(toFile: file, atomically: true, encoding: .utf8)
      let ahead = RowsAhead(
        try RowReader(
          .path(file), TableOptions(), for: nil, purpose: .prediction, rows: .all, scale: 1,
          limits: ReadLimits()), most: 1)
      #expect(try ahead.next()?.rows.rows == 0..<1)
      #expect(try ahead.next()?.rows.rows == 1..<2)
      #expect(coefsError { _ = try ahead.next() }?.description.contains("line 4") == true)
    }
  }
}
