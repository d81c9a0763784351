import Coefs
import TestSupport
import Testing

/// What each format cannot hold of each model, and what happens then.
struct OmissionTests {
  /// A model, and for each format that cannot hold all of it the parts that it cannot hold.
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let unheld: [FileFormat: [Omission.Part]]
    let model: @Sendable () throws -> Model

    /// The parts that source code cannot hold, in each language.
    static func code(_ parts: [Omission.Part]) -> [FileFormat: [Omission.Part]] {
      [.c: parts, .header: parts, .swift: parts]
    }

    var testDescription: String { name }

    init(
      _ name: String, _ unheld: [FileFormat: [Omission.Part]],
      _ model: @escaping @Sendable () throws -> Model
    ) {
      self.name = name
      self.unheld = unheld
      self.model = model
    }

    /// A fixture.
    init(_ fixture: String, _ unheld: [FileFormat: [Omission.Part]]) {
      self.init(fixture, unheld) { try CoefsTests.model(fixture) }
    }
  }

  static let cases = [
    Case("chapter-coefs.npz", [:]),
    // All of it, in the file's own words.
    Case(
      "estimators/1.9.1/digits-standard.joblib",
      [.npz: [.preprocessing], .safetensors: [.preprocessing]]),
    Case(
      "estimators/1.9.1/digits-minmax-clip.joblib",
      [
        .npz: [.preprocessing], .safetensors: [.preprocessing], .json: [.preprocessing],
        .coreML: [.preprocessing],
      ]),
    // Two scalers, and more than a mean and a scale.
    Case(
      "estimators/1.9.1/pipeline-two.joblib",
      [
        .npz: [.preprocessing, .preprocessing], .safetensors: [.preprocessing, .preprocessing],
        .json: [.preprocessing],
      ]),
    // A copy is written to skops, and operators to ONNX.
    Case(
      "whole/binarizer.joblib",
      [
        .npz: [.preprocessing], .safetensors: [.preprocessing], .json: [.preprocessing],
        .coreML: [.preprocessing],
      ]),
    Case(
      "whole/function-arctan.joblib",
      [
        .npz: [.preprocessing, .preprocessing], .safetensors: [.preprocessing, .preprocessing],
        .json: [.preprocessing], .onnx: [.preprocessing], .coreML: [.preprocessing],
      ].merging(Case.code([.preprocessing])) { $1 }),
    // A transformer from a file of its own is no part of what is copied.
    Case(
      "estimators/1.9.1/digits.joblib with a binarizer",
      [
        .npz: [.preprocessing], .safetensors: [.preprocessing], .json: [.preprocessing],
        .skops: [.preprocessing], .coreML: [.preprocessing],
      ]
    ) {
      let step = InputTransform.Step("Binarizer", [.binarize(above: 0.5)])
      return try CoefsTests.model(
        "estimators/1.9.1/digits.joblib",
        SklearnWeights.Options(scaler: Preprocessing(steps: [step])))
    },
    Case(
      "whole/calibrated-isotonic.joblib",
      [
        .npz: [.ensemble, .preprocessing, .preprocessing, .preprocessing],
        .safetensors: [.ensemble, .preprocessing, .preprocessing, .preprocessing],
        .json: [.ensemble], .coreML: [.ensemble],
      ]),
    // A label for each output is no row of one type.
    Case(
      "whole/multioutput-classifier-table.joblib",
      [
        .npz: [.ensemble, .preprocessing], .safetensors: [.ensemble, .preprocessing],
        .json: [.ensemble, .preprocessing], .coreML: [.ensemble, .preprocessing],
      ].merging(Case.code([.ensemble])) { $1 }),
    Case("onnx/torch-script-mixed.onnx", [.skops: [.activation]]),
    Case(
      "labels that are no numbers",
      [.safetensors: [.classes], .json: [.classes], .onnx: [.classes], .coreML: [.classes]]
        .merging(Case.code([.classes])) { $1 }
    ) {
      var arrays = try arrays(of: "chapter-coefs.npz").filter { $0.name != "classes" }
      arrays.append(NamedArray("classes", try NDArray([.infinity] + (1..<10).map { Double($0) })))
      return try Model(npz(arrays), name: "labels")
    },
    Case(
      "one long name of an input",
      [
        .npz: [.preprocessing, .featureNames], .safetensors: [.preprocessing, .featureNames],
        .json: [.featureNames], .onnx: [.featureNames],
      ]
    ) {
      let names = [String(repeating: "x", count: 300_000)] + (1..<64).map { "x\($0)" }
      let step = InputTransform.Step("StandardScaler", [.divide(Array(repeating: 15, count: 64))])
      return try CoefsTests.model(
        "estimators/1.9.1/digits.joblib",
        SklearnWeights.Options(scaler: Preprocessing(steps: [step], featureNames: names)))
    },
    Case(
      "chapter-longdouble.npz",
      [
        .safetensors: [.precision], .json: [.precision], .onnx: [.precision], .skops: [.precision],
        .coreML: [.precision],
      ].merging(Case.code([.precision])) { $1 }
    ) {
      try CoefsTests.model(
        "chapter-longdouble.npz",
        SklearnWeights.Options(activation: .logistic, outActivation: .softmax))
    },
  ]

  @Test func `a column transformer is named with the operations of all its parts`() throws {
    let model = try CoefsTests.model("whole/table.joblib")
    #expect(
      model.omissions(as: .npz).map(\.detail) == [
        "ColumnTransformer (select, fill, subtract, divide, oneHot), "
          + "'GridSearchCV.best_estimator_.columns'"
      ])
  }

  @Test(arguments: cases, FileFormat.writable)
  func `each part that a format cannot hold is named, and is an error`(
    each: Case, format: FileFormat
  ) throws {
    let model = try each.model()
    let parts = each.unheld[format] ?? []
    let omissions = model.omissions(as: format).filter(\.part.changesPredictions)
    #expect(omissions.map(\.part) == parts)
    #expect(omissions.allSatisfy { !$0.isAsked && !$0.detail.isEmpty })
    let error = coefsError { _ = try model.bytes(as: format) }
    #expect((error != nil) == !parts.isEmpty, "\(error?.description ?? "")")
    // As asked, it is written without them; what is left of an ensemble would be another model.
    guard !parts.isEmpty, !parts.contains(.ensemble) else { return }
    var options = Model.WriteOptions(dropped: Set(parts))
    #expect(
      Set(model.omissions(as: format, options: options).filter(\.isAsked).map(\.part)) == Set(parts)
    )
    if format == .skops, parts == [.activation] {
      // An estimator has one, and nothing says which.
      let error = coefsError { _ = try model.bytes(as: format, options: options) }
      #expect(error?.cause == SklearnError.assumedActivation("activation"))
      return
    }
    let bytes = try model.bytes(as: format, options: options)
    guard format.isReadable else { return }
    let back = try Model(bytes, name: "back")
    #expect(back.weights.layerSizes == model.weights.layerSizes)
    #expect((back.weights.inputTransform == nil) == (parts != [.featureNames]))
    if parts == [.precision] { #expect(back.weights.dtypeName == "float64") }
    if parts == [.classes], format != .onnx { #expect(back.weights.classes == nil) }
    options.dropped = []
    #expect(coefsError { _ = try model.bytes(as: format, options: options) } != nil)
  }

  @Test func `one activation for all is a matter of the layout where arrays have names`() throws {
    let model = try model("onnx/torch-script-mixed.onnx")
    let options = Model.WriteOptions(layout: .sklearn)
    for format in FileFormat.writable {
      let isUnheld = [.npz, .safetensors, .skops].contains(format)
      #expect(
        model.omissions(as: format, options: options).map(\.part) == (isUnheld ? [.activation] : [])
      )
    }
    let bytes = try model.bytes(
      as: .npz, options: .init(layout: .sklearn, dropped: [.activation]))
    #expect(try Model(bytes, name: "back").weights.activation.origin == .assumed)
  }

  @Test func `what no prediction depends on is told, and is no error`() throws {
    let trained = try model("estimators/1.9.1/digits.joblib")
    for format in FileFormat.writable {
      let omissions = trained.omissions(as: format)
      #expect(omissions.map(\.part) == [.training])
      #expect(omissions[0].detail == "the training (_optimizer, loss_curve_)")
    }
    #expect(try model("whole/binarizer.joblib").omissions(as: .skops).isEmpty)

    let checked = try Model(
      trained.bytes(as: .npz, options: .init(selfCheck: .count(2))), name: "checked")
    #expect(checked.omissions(as: .safetensors).map(\.detail) == ["the self-check of 2 rows"])
    #expect(checked.omissions(as: .safetensors, options: .init(selfCheck: .count(1))).isEmpty)
    #expect(throws: Never.self) { try checked.bytes(as: .safetensors) }
  }

  @Test func `a step is named with its operations and its place`() throws {
    let model = try model("estimators/1.9.1/pipeline-two.joblib")
    #expect(
      model.omissions(as: .npz).filter { $0.part == .preprocessing }.map(\.detail) == [
        "MaxAbsScaler (divide), 'Pipeline.maxabsscaler'",
        "StandardScaler (subtract, divide), 'Pipeline.standardscaler'",
      ])
    #expect(
      model.omissions(as: .npz, options: .init(foldsInputTransform: true)).map(\.part) == [
        .training
      ])
  }

  @Test func `parts that a file could hold are left out as asked`() throws {
    let model = try model("estimators/1.9.1/digits-standard.joblib")
    let parts: Set<Omission.Part> = [.preprocessing, .classes, .activation]
    for format in [FileFormat.npz, .safetensors, .json] {
      let options = Model.WriteOptions(dropped: parts)
      #expect(
        Set(model.omissions(as: format, options: options).filter(\.isAsked).map(\.part)) == parts)
      let back = try Model(model.bytes(as: format, options: options), name: "back").weights
      #expect(back.classes == nil)
      #expect(back.activation.origin == .assumed)
      #expect(back.outActivation == .init(.softmax, .stored))
      #expect(back.inputTransform == nil)
    }
    let ensemble = try self.ensemble
    for part in [Omission.Part.ensemble, .preprocessing] {
      let error = coefsError { _ = try ensemble.bytes(as: .onnx, options: .init(dropped: [part])) }
      #expect(error?.cause == ModelError.ensemble("CalibratedClassifierCV", networks: 3))
    }
  }

  private var ensemble: Model { get throws { try model("whole/calibrated-isotonic.joblib") } }
}
