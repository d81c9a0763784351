import Coefs
import TestSupport
import Testing

struct ModelFoldTests {
  static let foldable = fixtureNames(in: "estimators/1.9.1", suffix: ".joblib").filter {
    $0.hasPrefix("pipeline-") && !$0.contains("clip")
  }

  @Test(arguments: foldable)
  func `scalers are folded into the first layer, and the difference is told`(file: String) throws {
    let model = try model("estimators/1.9.1/" + file)
    let (weights, folding) = try model.weightsAlone(folding: true)
    #expect(weights.inputTransform == nil)
    let told = try #require(folding)
    #expect(told.rows == "random rows")
    #expect(told.count == 1_000)
    // Regressors' outputs reach some hundreds.
    #expect(told.largestDifference < 1e-11)
    let truth = "estimators/1.9.1/\(file.split(separator: ".")[0]).truth.npz"
    let rows = try Dataset(contentsOf: fixturePath(truth)).inputs
    let found = try weights.mlp().evaluate(rows).values
    let expected = try model.weights.mlp().evaluate(rows).values
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) <= 1e-11 * max(1, abs($1)) })
  }

  @Test func `a network of 64 inputs is measured on the digits`() throws {
    let model = try model("estimators/1.9.1/digits-standard.joblib")
    let folding = try #require(try model.weightsAlone(folding: true).folding)
    #expect(folding.rows == "digits")
    #expect(folding.count == 1_797)
    #expect(folding.scalers == ["StandardScaler"])
    #expect(folding.largestDifference > 0)
    #expect(folding.largestDifference < 1e-12)
  }

  @Test func `scalers are never lost in silence`() throws {
    let scaled = try model("estimators/1.9.1/pipeline-two.joblib")
    try withTemporaryFolder { folder in
      for name in ["x.npz", "x.safetensors"] {
        let error = #expect(throws: CoefsError.self) { try scaled.write(to: folder + "/" + name) }
        #expect(error?.cause == SklearnError.transformNotFolded("MaxAbsScaler, StandardScaler"))
      }
      #expect(try fileNames(in: folder) == [])
      let clipped = try model("estimators/1.9.1/pipeline-minmax-clip.joblib")
      var options = Model.WriteOptions()
      options.foldsInputTransform = true
      let error = #expect(throws: CoefsError.self) {
        try clipped.write(to: folder + "/x.npz", options: options)
      }
      #expect(
        error?.cause
          == SklearnError.transformNotAffine(
            "MinMaxScaler", ["multiply", "add", "clip"]))
      let conversion = try scaled.write(to: folder + "/x.npz", options: options)
      #expect(conversion.folding?.scalers == ["MaxAbsScaler", "StandardScaler"])
      #expect(conversion.inputByteCount == scaled.byteCount)
      let folded = try Model(contentsOf: folder + "/x.npz")
      #expect(folded.weights.inputTransform == nil)
      #expect(folded.weights.classes?.labels == scaled.weights.classes?.labels)
    }
  }

  @Test func `without scalers there is nothing to fold`() throws {
    let (weights, folding) = try model("chapter-coefs.npz").weightsAlone(folding: true)
    #expect(folding == nil)
    #expect(weights.layerSizes == [64, 16, 10])
  }
}
