import Coefs
import Files
import MLP
import Sklearn
import TestSupport
import Testing

@Suite struct SelfCheckTests {
  private func options(
    _ rows: Model.SelfCheckRows?, _ precision: SklearnWeights.Precision? = nil
  ) -> Model.WriteOptions {
    Model.WriteOptions(precision: precision, selfCheck: rows)
  }

  /// The formats that carry one and are read.
  private static let formats = FileFormat.all.filter {
    $0.isReadable && $0.isWritable && $0 != .skops
  }

  @Test(arguments: formats, [nil, .float32] as [SklearnWeights.Precision?])
  func `what is stored is replayed, bit for bit`(
    format: FileFormat, precision: SklearnWeights.Precision?
  ) throws {
    for name in ["multiclass", "binary", "multilabel", "regressor", "poisson"] {
      // A graph tells the file that it was made of.
      let name = "\(name).joblib"
      let model = try model("estimators/1.9.1/\(name)")
      let bytes = try model.bytes(as: format, options: options(.count(3), precision))
      let read = try Model(bytes, name: name)
      let check = try #require(read.weights.selfCheck)
      #expect(check.precision == precision ?? .float64)
      #expect(check.inputs.rows == 3 && check.inputs.columns == model.inputs)
      let result = try read.replaySelfCheck()
      #expect(result.passed)
      #expect(result.bitEqual == result.outputs && result.largestDifference == 0)
      #expect(result.rows == 3)
      let summary = try #require(ModelSummary(read.weights).selfCheck)
      #expect(summary.rows == 3 && summary.precision == check.precision.rawValue)
      // It goes no further unless it is asked for again.
      let next = try Model(read.bytes(as: format), name: name)
      #expect(next.weights.selfCheck == nil)
      #expect(
        try next.bytes(as: format) == model.bytes(as: format, options: options(nil))
          || precision != nil)
    }
  }

  @Test func `of two classes both have a column, as predict_proba has it`() throws {
    let model = try model("estimators/1.9.1/binary.joblib")
    let bytes = try model.bytes(as: .npz, options: options(.rows([[1, 2, 3, 4]])))
    let check = try #require(try Model(bytes, name: "m").weights.selfCheck)
    #expect(check.inputs.values == [1, 2, 3, 4])
    let prediction = try model.predictor(as: Double.self).predict([1, 2, 3, 4])
    #expect(Array(check.outputs.values) == prediction.probabilities)
  }

  @Test func `rows are those of digits for 64 inputs, else the same every time`() throws {
    let digits = try model("chapter-coefs.npz")
    let bytes = try digits.bytes(as: .safetensors, options: options(.count(2)))
    let check = try #require(try Model(bytes, name: "m").weights.selfCheck)
    #expect(try check.inputs == Dataset.digits(.range(0..<2)).inputs)
    let other = try model("estimators/1.9.1/multiclass.joblib")
    #expect(
      try other.bytes(as: .npz, options: options(.count(5)))
        == other.bytes(as: .npz, options: options(.count(5))))
  }

  @Test func `another weight is found`() throws {
    let model = try model("estimators/1.9.1/multiclass.joblib")
    let bytes = try model.bytes(as: .safetensors, options: options(.count(4)))
    var changed = bytes
    // The last byte is the sign and the exponent of a bias.
    changed[changed.count - 1] ^= 0x80
    let result = try Model(changed, name: "m").replaySelfCheck()
    #expect(!result.passed)
    #expect(result.largestDifference > result.tolerance)
    #expect(result.bitEqual < result.outputs)
  }

  @Test func `what cannot be checked is said`() throws {
    let plain = try model("estimators/1.9.1/multiclass.joblib")
    #expect(
      coefsError { _ = try plain.replaySelfCheck() }?.cause
        == ModelError.noSelfCheck("the file carries none"))
    #expect(
      coefsError { _ = try plain.bytes(as: .skops, options: options(.count(1))) }?.cause
        == ModelError.unfitOption("skops carries no self-check"))
    let table = try model("whole/table.joblib")
    #expect(
      coefsError { _ = try table.bytes(as: .onnx, options: options(.count(1))) }?.cause
        == ModelError.noSelfCheck("it holds numbers, and a column takes texts"))
    let voting = try model("whole/voting-hard.joblib")
    #expect(
      coefsError { _ = try voting.bytes(as: .onnx, options: options(.count(1))) }?.cause
        == ModelError.noSelfCheck("VotingClassifier gives labels without probabilities"))
    #expect(
      coefsError { _ = try plain.bytes(as: .npz, options: options(.rows([[1], [1, 2]]))) }?.cause
        == ModelError.noSelfCheck("it takes rows of one length"))
    #expect(
      coefsError { _ = try plain.bytes(as: .npz, options: options(.rows([[1]]))) } != nil)
  }

  @Test(arguments: [
    ("[]", "has no precision or no number of rows"),
    ("{", "is no JSON: at byte 1 of the JSON text: the text ends in an object"),
    (#"{"precision":"float16","rows":1}"#, "has no precision or no number of rows"),
    (#"{"precision":"float64","rows":0}"#, "has no precision or no number of rows"),
    (
      #"{"precision":"float32","rows":1,"inputs":"0000"}"#,
      "has 4 digits, which make no 1 rows of float32"
    ),
    (
      #"{"precision":"float32","rows":9223372036854775807,"inputs":"00000000"}"#,
      "has 8 digits, which make no 9223372036854775807 rows of float32"
    ),
    (
      #"{"precision":"float32","rows":1,"inputs":"0000000g"}"#,
      "has a character that is no hexadecimal digit"
    ),
    (#"{"precision":"float32","rows":1,"inputs":"00000000"}"#, "is missing, or no text"),
  ])
  func `a text that is no self-check is named`(text: String, problem: String) {
    let error = #expect(throws: SklearnError.self) { try SelfCheck(json: text) }
    guard case .badAttribute(_, let found)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(found.hasPrefix(problem.prefix(12)))
  }

  @Test func `a text reads back as what it was made of`() throws {
    let check = SelfCheck(
      precision: .float32, inputs: try Matrix(rows: 1, columns: 2, values: [1.5, .nan]),
      outputs: try Matrix(rows: 1, columns: 1, values: [-0.25]))
    #expect(
      check.jsonText
        == #"{"precision":"float32","rows":1,"inputs":"0000c03f0000c07f","outputs":"000080be"}"#)
    #expect(try SelfCheck(json: check.jsonText) == check)
  }
}
