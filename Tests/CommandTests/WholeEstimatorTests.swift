import Foundation
import TestSupport
import Testing

/// Whole estimators, with tables, preprocessing and ensembles, against scikit-learn's predictions for
/// rows that they have not seen.
struct WholeEstimatorTests {
  /// What is expected of one estimator and one table.
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let model: String
    let data: String
    let options: [String]
    let predict: JSONValue?
    let proba: [[Double]]?
    /// The probabilities of each output of several.
    let probas: [[[Double]]]?
    let error: String?
    /// More parts of the error.
    let also: [String]?
    /// The folder of the files: that of a version of scikit-learn, or of the pinned one.
    var folder = ""

    enum CodingKeys: CodingKey {
      case name, model, data, options, predict, proba, probas, error, also
    }

    var testDescription: String { folder + name }

    /// The probabilities of each row, those of several outputs one after another.
    var probabilities: [[Double]]? {
      proba
        ?? probas.map { outputs in
          outputs[0].indices.map { row in outputs.flatMap { $0[row] } }
        }
    }
  }

  /// What `coefs predict --json` prints, as far as it is compared.
  struct Output: Decodable {
    let predictions: JSONValue
    let probabilities: [[Double]]?
  }

  /// A value of JSON, without objects.
  enum JSONValue: Decodable, Sendable {
    case truth(Bool)
    case number(Double)
    case text(String)
    case list([JSONValue])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      self =
        if let list = try? container.decode([JSONValue].self) {
          .list(list)
        } else if let number = try? container.decode(Double.self) {
          .number(number)
        } else if let truth = try? container.decode(Bool.self) {
          .truth(truth)
        } else {
          .text(try container.decode(String.self))
        }
    }

    init(_ rows: [[Double]]) { self = .list(rows.map { .list($0.map { .number($0) }) }) }

    /// Where this value differs from the expected one, as a path of indices; `nil` if it does not.
    ///
    /// Texts and truth values are equal, numbers differ by at most 1e-12 or by that part of the
    /// expected number.
    func difference(from expected: JSONValue) -> String? {
      switch (self, expected) {
      case (.truth(let found), .truth(let wanted)) where found == wanted: nil
      case (.text(let found), .text(let wanted)) where found == wanted: nil
      case (.number(let found), .number(let wanted))
      where abs(found - wanted) <= 1e-12 * max(1, abs(wanted)): nil
      case (.list(let found), .list(let wanted)) where found.count == wanted.count:
        zip(found, wanted).enumerated().lazy.compactMap { index, pair in
          pair.0.difference(from: pair.1).map { "[\(index)]\($0)" }
        }.first
      default: ": \(self) is not \(expected)"
      }
    }
  }

  /// The cases of the pinned scikit-learn, and of older ones.
  static let cases: [Case] = {
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: fixturePath("whole"))) ?? []
    let versions = folders.filter { $0.first?.isNumber == true }.sorted()
    return ([""] + versions.map { $0 + "/" }).flatMap { folder in
      let cases = try? jsonFixture("whole/\(folder)cases.json", as: [Case].self)
      return (cases ?? []).map { each in
        var each = each
        each.folder = folder
        return each
      }
    }
  }()

  static let predicted = cases.filter { $0.error == nil }
  static let refused = cases.filter { $0.error != nil }

  static func run(_ each: Case) throws -> CommandRun {
    try coefs(
      ["predict", each.model, "--data", each.data, "--json"] + each.options
        + (each.probabilities == nil ? [] : ["--proba"]),
      in: fixturePath("whole/\(each.folder)"))
  }

  @Test func `there are cases of every version`() {
    #expect(Self.predicted.count > 450)
    #expect(Self.refused.count > 20)
  }

  @Test(arguments: predicted)
  func `predictions are scikit-learn's`(each: Case) throws {
    let run = try Self.run(each)
    try #require(run.exitCode == 0, "\(run.stderr)")
    let output = try JSONDecoder().decode(Output.self, from: run.stdout)
    let labels = output.predictions.difference(from: try #require(each.predict))
    #expect(labels == nil, "predictions\(labels ?? "")")
    guard let expected = each.probabilities else { return }
    let probabilities = JSONValue(try #require(output.probabilities))
      .difference(from: JSONValue(expected))
    #expect(probabilities == nil, "probabilities\(probabilities ?? "")")
  }

  @Test(arguments: refused)
  func `what cannot be predicted is refused with the reason`(each: Case) throws {
    let run = try Self.run(each)
    #expect(run.exitCode == 65, "\(run.output)")
    #expect(run.stdout.isEmpty)
    for part in [each.error].compactMap(\.self) + (each.also ?? []) {
      #expect(run.stderr.contains(part), "\(run.stderr)")
    }
  }
}
