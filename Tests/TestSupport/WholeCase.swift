import Foundation

/// What is expected of one estimator and one table.
public struct WholeCase: Decodable, Sendable {
  /// The name.
  public let name: String
  /// The file of the estimator.
  public let model: String
  /// The file of the rows.
  public let data: String
  /// Options of the command.
  public let options: [String]
  /// What scikit-learn's `predict` gives.
  public let predict: ExpectedValue?
  /// What its `predict_proba` gives.
  public let proba: [[Double]]?
  /// The probabilities of each output of several.
  public let probas: [[[Double]]]?
  /// What the transformers of a pipeline make of the rows.
  public let transform: [[Double]]?
  /// A part of the error, where there is one.
  public let error: String?
  /// More parts of the error.
  public let also: [String]?
  /// The folder of the files: that of a version of scikit-learn, or of the pinned one.
  public private(set) var folder = ""

  private enum CodingKeys: CodingKey {
    case name, model, data, options, predict, proba, probas, transform, error, also
  }

  /// The probabilities of each row, those of several outputs one after another.
  public var probabilities: [[Double]]? {
    proba
      ?? probas.map { outputs in
        outputs[0].indices.map { row in outputs.flatMap { $0[row] } }
      }
  }
}

/// What `coefs predict --json` prints, as far as it is compared.
public struct WholeOutput: Decodable {
  /// A prediction for each row.
  public let predictions: ExpectedValue
  /// Probabilities for each row, if they were asked for.
  public let probabilities: [[Double]]?

  /// Where the output differs from what scikit-learn gives, in words; empty if it does not.
  public func differences(from expected: WholeCase) -> [String] {
    var differences: [String] = []
    if let wanted = expected.predict, let found = predictions.difference(from: wanted) {
      differences.append("predictions\(found)")
    }
    if let wanted = expected.probabilities {
      let found = ExpectedValue(probabilities ?? []).difference(from: ExpectedValue(wanted))
      if let found { differences.append("probabilities\(found)") }
    }
    return differences
  }
}

/// A value of JSON, without objects.
public enum ExpectedValue: Decodable, Sendable {
  case truth(Bool)
  case number(Double)
  case text(String)
  case list([ExpectedValue])

  /// Decodes any value.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    self =
      if let list = try? container.decode([ExpectedValue].self) {
        .list(list)
      } else if let number = try? container.decode(Double.self) {
        .number(number)
      } else if let truth = try? container.decode(Bool.self) {
        .truth(truth)
      } else {
        .text(try container.decode(String.self))
      }
  }

  /// Rows of numbers.
  public init(_ rows: [[Double]]) { self = .list(rows.map { .list($0.map { .number($0) }) }) }

  /// Where this value differs from the expected one, as a path of indices; `nil` if it does not.
  ///
  /// Texts and truth values are equal, numbers differ by at most 1e-12 or by that part of the
  /// expected number.
  public func difference(from expected: ExpectedValue) -> String? {
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

extension WholeCase {
  /// The cases of the pinned scikit-learn, and of older ones.
  public static let all: [WholeCase] = {
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: fixturePath("whole"))) ?? []
    let versions = folders.filter { $0.first?.isNumber == true }.sorted()
    return ([""] + versions.map { $0 + "/" }).flatMap { folder in
      let cases = try? jsonFixture("whole/\(folder)cases.json", as: [WholeCase].self)
      return (cases ?? []).map { each in
        var each = each
        each.folder = folder
        return each
      }
    }
  }()
}

extension WholeCase: CustomStringConvertible {
  /// The version of scikit-learn, if it is not the pinned one, and the name.
  public var description: String { folder + name }
}
