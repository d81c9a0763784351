import Coefs
import Testing

@Suite struct DataErrorTests {
  static let errors: [(DataError, String)] = [
    (.noSuchRows(5..<9, count: 3), "there are no rows 5:9 among 3"),
    (.noSuchRows(0..<0, count: 0), "there are no rows"),
    (.noInputs(found: ["a", "b"]), "no array 'X' of rows and no single matrix among a, b"),
    (.wrongInputs(shape: []), "the rows have shape (), which is not a matrix"),
    (
      .wrongInputs(shape: [3]),
      "the rows have shape (3,); for one row save X.reshape(1, -1), for one column X.reshape(-1, 1)"
    ),
    (.severalInputs(found: ["x_train", "x_test"]), "the rows may be any of x_train, x_test"),
    (.noSuchArray("Z", found: ["X", "y"]), "there is no array 'Z' among X, y"),
    (
      .records(fields: ["a", "b"]),
      "the rows are records of the fields a, b; save a matrix: numpy.save(file, df.to_numpy())"
    ),
    (
      .notRows("a pickle"),
      "it is a pickle, and rows are read from CSV, NPY and NPZ; save them with "
        + "df.to_csv(file, index=False) or numpy.save(file, df.to_numpy())"
    ),
    (
      .badObject("'y'", problem: "is None, not a label"),
      "'y' holds objects, and one of them is None, not a label; save it as numbers or texts: "
        + "y.astype(str), X.astype(float)"
    ),
    (
      .wrongTargets(shape: [2, 2, 2], rows: 4),
      "'y' has shape (2, 2, 2), which is not one target for each of 4 rows"
    ),
    (.noTargets, "there are no targets ('y') to compare with"),
    (.notFinite(row: 3, column: 4), "row 3, column 4 is not a finite number"),
    (
      .badCell(line: 2, column: "column 'a'", text: "x"),
      "line 2, column 'a': 'x' is not a finite number"
    ),
    (
      .missingValue(line: 2, column: "column 'a'"),
      "line 2, column 'a': the value is missing, and nothing fills the gap"
    ),
    (.otherCellCount(line: 3, found: 1, expected: 2), "line 3: 1 cell, not 2 as before"),
    (.otherCellCount(line: 3, found: 3, expected: 2), "line 3: 3 cells, not 2 as before"),
    (
      .ambiguousHeader(line: 1, problem: "'0,1' is a row of numbers"),
      "line 1 may be a row of values or the names of the columns: '0,1' is a row of numbers"
    ),
    (
      .ambiguousDecimal(line: 2, text: "1,234", pointLine: nil),
      "line 2: the comma in '1,234' may stand before decimals or between thousands"
    ),
    (
      .ambiguousDecimal(line: 2, text: "1,5", pointLine: 3),
      "line 2: '1,5' has a comma where a number in line 3 has a point"
    ),
    (.noSuchColumn("c", found: ["a", "b"], count: 2), "there is no column 'c' among a, b"),
    (
      .noSuchColumn("c", found: nil, count: 2),
      "there is no column 'c': the table has no names, and columns 0 to 1"
    ),
    (.columnTwice("'a'"), "'a' is there twice"),
    (
      .otherNames(missing: ["a"], found: ["b", "c"]),
      "the network was fitted with other columns: a is missing next to b, c"
    ),
    (
      .otherNames(missing: ["a", "b"], found: []),
      "the network was fitted with other columns: a, b are missing"
    ),
    (
      .extraColumn(expected: 4, found: 5),
      "5 columns, one more than the network takes (4): an index or the labels?"
    ),
    (.countingColumn, "the first column numbers the rows: an index, or an input?"),
    (.wrongWidth(expected: 64, found: 10), "rows of 10 values, but the network takes 64"),
    (
      .wrongTargetWidth(expected: 1, found: 3),
      "3 targets per row, but the network has 1 outputs"
    ),
    (
      .unknownLabel(.text("neun"), known: (0..<20).map { .integer($0) }),
      "the label neun is not one of the network's classes 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, …"
    ),
    (
      .notANumber(.text("un")), "the target 'un' is not a number, as a regressor needs"
    ),
  ]

  @Test(arguments: errors)
  func `an error is a sentence with both facts`(error: DataError, description: String) {
    #expect(error.description == description)
  }
}
