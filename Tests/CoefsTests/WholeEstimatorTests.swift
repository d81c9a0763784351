import Coefs
import Foundation
import TestSupport
import Testing

/// Whole estimators, with tables, preprocessing and ensembles, against scikit-learn's predictions for rows that they
/// have not seen.
struct WholeEstimatorTests {
  static let predicted = WholeCase.all.filter { $0.error == nil }

  private static func model(_ each: WholeCase) throws -> Model {
    let folder = fixturePath("whole/\(each.folder)")
    var options = SklearnWeights.Options()
    options.allowsUnknownNames = each.options.contains("--allow-unknown-names")
    if let place = each.options.firstIndex(of: "--scaler") {
      options.scaler = try Preprocessing(contentsOf: folder + each.options[place + 1])
    }
    return try Model(contentsOf: folder + each.model, options: options)
  }

  private static func rows(_ each: WholeCase, for model: Model) throws -> Dataset {
    let folder = fixturePath("whole/\(each.folder)")
    return try Dataset(
      RowReader(
        .path(folder + each.data), TableOptions(), for: model, purpose: .prediction, rows: .all,
        scale: 1, limits: ReadLimits()))
  }

  private static func predictions(_ each: WholeCase, of model: Model) throws -> WholeOutput {
    let predictions = try model.predict(
      rows(each, for: model), probabilities: each.probabilities != nil)
    return try JSONDecoder().decode(
      WholeOutput.self, from: JSONEncoder().encode(predictions))
  }

  @Test func `there are cases of every version`() {
    #expect(Self.predicted.count > 1_000)
    #expect(Set(WholeCase.all.map(\.folder)).count > 7)
  }

  @Test(arguments: predicted)
  func `predictions are scikit-learn's`(each: WholeCase) throws {
    #expect(each.predict != nil)
    #expect(try Self.predictions(each, of: Self.model(each)).differences(from: each) == [])
  }

  @Test(arguments: predicted.filter { $0.transform != nil })
  func `transformed rows are scikit-learn's`(each: WholeCase) throws {
    let model = try Self.model(each)
    let rows = try Self.rows(each, for: model)
    var values = rows.inputs.values
    let transform = try #require(model.ensemble?.transform ?? model.weights.inputTransform)
    try transform.apply(to: &values)
    let expected = try #require(each.transform)
    let found = expected.indices.map { row in
      Array(values[row * transform.outputs..<(row + 1) * transform.outputs])
    }
    #expect(values.count == expected.count * transform.outputs)
    #expect(ExpectedValue(found).difference(from: ExpectedValue(expected)) == nil)
  }

  /// Estimators that are more than one object, or another package's.
  static let notCopied = [
    "container-dict.joblib", "container-tuple.joblib", "container-pipeline.joblib",
    "container-imblearn.joblib",
  ]

  /// A case for each estimator of the newest and the oldest version.
  static let copied = {
    var models: Set<String> = []
    return predicted.filter { each in
      ["", "1.0.2/"].contains(each.folder) && each.options.isEmpty
        && !notCopied.contains(each.model) && models.insert(each.folder + each.model).inserted
    }
  }()

  @Test(arguments: copied)
  func `a skops archive carries all of it`(each: WholeCase) throws {
    let model = try Self.model(each)
    let bytes = try model.data(as: .skops)
    let copy = try Model(bytes)
    #expect(try Self.predictions(each, of: copy).differences(from: each) == [])
  }

  @Test(arguments: predicted.filter { notCopied.contains($0.model) })
  func `what cannot be carried is named`(each: WholeCase) throws {
    #expect {
      try Self.model(each).data(as: .skops)
    } throws: { error in
      "\(error)".contains("cannot be written") || "\(error)".contains("is not copied")
    }
  }
}
