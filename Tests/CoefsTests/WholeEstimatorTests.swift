import Coefs
import Foundation
import TestSupport
import Testing

/// Whole estimators, with tables, preprocessing and ensembles, against scikit-learn's predictions for rows that they
/// have not seen.
struct WholeEstimatorTests {
  static let predicted = WholeCase.all.filter { $0.error == nil }

  private static func predictions(_ each: WholeCase) throws -> WholeOutput {
    let folder = fixturePath("whole/\(each.folder)")
    var options = SklearnWeights.Options()
    options.allowsUnknownNames = each.options.contains("--allow-unknown-names")
    if let place = each.options.firstIndex(of: "--scaler") {
      options.scaler = try Preprocessing(contentsOf: folder + each.options[place + 1])
    }
    let model = try Model(contentsOf: folder + each.model, options: options)
    let rows = try RowReader(
      .path(folder + each.data), TableOptions(), for: model, purpose: .prediction, rows: .all,
      scale: 1, limits: ReadLimits())
    let predictions = try model.predict(
      Dataset(rows), probabilities: each.probabilities != nil)
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
    #expect(try Self.predictions(each).differences(from: each) == [])
  }
}
