import Foundation
import TestSupport
import Testing

/// The command on whole estimators: tables, and what is refused. CoefsTests predicts with all of them.
struct WholeEstimatorTests {
  static let tables = WholeCase.all.filter { $0.error == nil && $0.model.hasPrefix("table") }
  static let refused = WholeCase.all.filter { $0.error != nil && $0.folder.isEmpty }

  static func run(_ each: WholeCase) throws -> CommandRun {
    try coefs(
      ["predict", each.model, "--data", each.data, "--json"] + each.options
        + (each.probabilities == nil ? [] : ["--proba"]),
      in: fixturePath("whole/\(each.folder)"))
  }

  @Test(arguments: tables)
  func `predictions for tables are scikit-learn's`(each: WholeCase) throws {
    let run = try Self.run(each)
    try #require(run.exitCode == 0, "\(run.stderr)")
    let output = try JSONDecoder().decode(WholeOutput.self, from: run.stdout)
    #expect(output.differences(from: each) == [])
  }

  @Test(arguments: refused)
  func `what cannot be predicted is refused with the reason`(each: WholeCase) throws {
    let run = try Self.run(each)
    #expect(run.exitCode == 65, "\(run.output)")
    #expect(run.stdout.isEmpty)
    for part in [each.error].compactMap(\.self) + (each.also ?? []) {
      #expect(run.stderr.contains(part), "\(run.stderr)")
    }
  }
}
