import Coefs
import Testing

@Suite struct DataErrorTests {
  static let errors: [(DataError, String)] = [
    (.noSuchRows(5..<9, count: 3), "there are no rows 5:9 among 3"),
    (.noSuchRows(0..<0, count: 0), "there are no rows"),
    (.noInputs(found: ["a", "b"]), "no array 'X' of rows and no single matrix among a, b"),
    (.wrongInputs(shape: [3]), "the rows have shape (3,), which is not a matrix"),
    (
      .wrongTargets(shape: [2, 2, 2], rows: 4),
      "'y' has shape (2, 2, 2), which is not one target for each of 4 rows"
    ),
    (.noTargets, "there are no targets ('y') to compare with"),
    (.notFinite(row: 3, column: 4), "row 3, column 4 is not a finite number"),
    (.badRow(line: 2, problem: "'x' is not a number"), "line 2: 'x' is not a number"),
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
