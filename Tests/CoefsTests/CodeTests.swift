import Foundation
import TestSupport
import Testing

@testable import Coefs

/// Source code of networks: what it computes, what it says, and what it cannot say.
struct CodeTests {
  // MARK: Arithmetic

  private static let places: [Double] = {
    var places: [Double] = [0, -0.0, 1e-300, -1e-300, .leastNonzeroMagnitude, 0.5, -0.5, 20, -20]
    places += [700, -700, 750, -800, .infinity] as [Double]
    for step in -2_000..<2_000 { places.append(Double(step) / 61) }
    return places
  }()

  /// The number of representable numbers between two.
  private func distance(_ a: Double, _ b: Double) -> Double {
    if a == b || a.isNaN && b.isNaN { return 0 }
    return abs(a - b) / max(b.ulp, .leastNonzeroMagnitude)
  }

  /// What the C library computes.
  private func truth(_ function: CodeProgram.Function, _ x: Double) -> Double {
    switch function {
    case .exp: exp(x)
    case .expm1: expm1(x)
    case .tanh: tanh(x)
    case .logistic: 1 / (1 + exp(-x))
    case .log: log(x)
    case .log2: log2(x)
    case .log10: log10(x)
    case .log1p: log1p(x)
    case .sqrt: x.squareRoot()
    default: .nan
    }
  }

  @Test(arguments: [CodeProgram.Function.exp, .expm1, .tanh, .logistic])
  func `functions of all numbers are within a few units of the C library's`(
    function: CodeProgram.Function
  ) {
    for x in Self.places {
      #expect(distance(function.value(of: x), truth(function, x)) <= 6, "\(function) of \(x)")
    }
  }

  @Test(arguments: [CodeProgram.Function.log, .log2, .log10, .log1p, .sqrt])
  func `functions of positive numbers are within a few units of the C library's`(
    function: CodeProgram.Function
  ) {
    for x in Self.places where x >= 0 {
      #expect(distance(function.value(of: x), truth(function, x)) <= 6, "\(function) of \(x)")
    }
    #expect(function.value(of: -2.0).isNaN)
  }

  @Test func `integers near a number are IEEE 754's`() {
    for x in Self.places {
      #expect(CodeProgram.Function.rint.value(of: x) == x.rounded(.toNearestOrEven))
      #expect(CodeProgram.Function.floor.value(of: x) == x.rounded(.down))
      #expect(CodeProgram.Function.ceil.value(of: x) == x.rounded(.up))
      #expect(CodeProgram.Function.trunc.value(of: x) == x.rounded(.towardZero))
    }
  }

  // MARK: Text

  @Test(arguments: [
    (0, "0.0"), (-0.0, "-0.0"), (1, "0x1p0"), (-1.5, "-0x1.8p0"), (0.1, "0x1.999999999999ap-4"),
    (.leastNonzeroMagnitude, "0x1p-1074"),
    (.greatestFiniteMagnitude, "0x1.fffffffffffffp1023"),
  ])
  func `numbers have all of their bits`(value: Double, text: String) {
    #expect(CodeText.hex(value) == text)
    #expect(Double(text)?.bitPattern == value.bitPattern)
  }

  @Test func `single precision has its own bits`() {
    #expect(CodeText.hex(Float(0.1), suffix: "f") == "0x1.99999ap-4f")
    #expect(CodeText.hex(Float.leastNonzeroMagnitude) == "0x1p-149")
    for bits in stride(from: UInt32(1), to: 0x7F80_0000, by: 7_654_321) {
      let value = Float(bitPattern: bits)
      #expect(Float(CodeText.hex(value)) == value)
    }
  }

  @Test func `texts cannot leave their quotes, and names no comment`() {
    #expect(CodeText.cString(#"a"b\c??/é"# + "\n") == #""a\"b\\c\077\077/\303\251\012""#)
    #expect(CodeText.swiftString(#"a"b\(c)é"# + "\n") == #""a\"b\\(c)\u{e9}\u{a}""#)
    let comment = CodeText.comment("*/ int x; // \\\u{2028}\n\u{0}")
    #expect(!comment.contains("*/") && !comment.contains("\\") && !comment.contains("\n"))
  }

  @Test(arguments: [
    ("digits.c", "digits"), ("/a.b/my-net v2.tar.c", "my_net_v2"), ("Größe.c", nil), ("1.c", nil),
    ("_.c", nil), (".c", nil), ("a b.h", "a_b"),
  ])
  func `a file's name becomes an identifier, or is refused`(file: String, name: String?) {
    do throws(ModelError) {
      #expect(try CodeText.identifier(ofFile: file) == name)
    } catch {
      #expect(name == nil)
      #expect(error.category == .badContent)
    }
  }

  // MARK: Networks

  private static let names = [
    "chapter-coefs.npz", "binary.npz", "multilabel.npz", "multilabel-two.npz",
    "regressor-multi.npz",
    "strings.npz", "tanh.npz", "deep.npz", "estimators/1.9.1/poisson.joblib",
    "estimators/1.9.1/pipeline-robust.joblib", "estimators/1.9.1/pipeline-minmax-clip.joblib",
    "whole/normalizer-l2-scaled.joblib", "whole/function-log.joblib", "whole/yeo-johnson.joblib",
    "whole/polynomial-no-bias.joblib", "whole/pca-whiten.joblib",
  ]

  /// The rows are those of the self-test, which the network takes.
  private func check<T: CodeScalar>(_ model: Model, as scalar: T.Type, tolerance: T) throws {
    let program = try CodeProgram(
      model.weights, name: "net", isSingle: T.self == Float.self, source: "net")
    let predictor = try model.predictor(as: scalar)
    let rows: [[T]] = program.madeRows(20)
    var accepted = 0
    for row in rows {
      guard let results = program.results(row) else { continue }
      accepted += 1
      let prediction = try predictor.predict(row)
      let expected = model.task == .regressor ? prediction.values : prediction.probabilities
      #expect(results.count == expected.count)
      for (found, right) in zip(results, expected) {
        #expect(abs(found - right) <= tolerance * max(1, abs(right)))
      }
    }
    #expect(accepted > 0)
  }

  @Test(arguments: names)
  func `code computes what the library predicts`(name: String) throws {
    let model = try model(name)
    try check(model, as: Double.self, tolerance: 1e-12)
    try check(model, as: Float.self, tolerance: 2e-4)
  }

  private static let ensembles = [
    "voting-soft-weights", "voting-hard", "voting-hard-texts", "bagging",
    "bagging-missing-class", "bagging-regressor", "onevsrest", "onevsrest-binary",
    "onevsrest-multilabel", "onevsrest-logistic", "calibrated-isotonic",
    "calibrated-sigmoid-binary-one", "threshold-table", "target-standard", "sgd-hinge",
    "sgd-hinge-binary", "perceptron-binary",
  ]

  @Test(arguments: ensembles)
  func `the code of an ensemble computes what the library predicts`(name: String) throws {
    let model = try model("whole/\(name).joblib")
    let program = try CodeProgram(model.weights, name: "net", isSingle: false, source: "net")
    let predictor = try model.predictor(as: Double.self)
    let rows: [[Double]] = program.madeRows(20)
    #expect(!rows.isEmpty)
    for row in rows {
      let prediction = try predictor.predict(row)
      let outputs = try #require(program.outputs(row))
      if program.hasProbabilities {
        let expected = model.task == .regressor ? prediction.values : prediction.probabilities
        let results = try #require(program.results(row))
        #expect(results.count == expected.count)
        for (found, right) in zip(results, expected) {
          #expect(abs(found - right) <= 1e-12 * max(1, abs(right)))
        }
      }
      guard case .classes = program.task else { continue }
      let place =
        program.hasPlace
        ? Int(outputs[program.outputs])
        : outputs.indices.reduce(0) { outputs[$1] > outputs[$0] ? $1 : $0 }
      #expect(prediction.label == model.weights.outline.ensemble?.classes[0][place])
    }
  }

  @Test func `a label for each output is refused by the name of what has it`() throws {
    let model = try model("whole/multioutput-classifier-table.joblib")
    let error = coefsError { _ = try model.bytes(as: .c) }
    #expect(error?.description.contains("MultiOutputClassifier") == true)
    #expect(error?.category == .badContent)
  }

  @Test(arguments: names, [FileFormat.c, .header, .swift])
  func `the same network gives the same text`(name: String, format: FileFormat) throws {
    let model = try model(name)
    let text = try model.bytes(as: format)
    #expect(try model.bytes(as: format) == text)

    let single = try model.bytes(as: format, options: .init(precision: .float32))
    #expect(single != text)
  }

  @Test func `a row that scikit-learn would refuse is refused`() throws {
    let program = try CodeProgram(
      model("chapter-coefs.npz").weights, name: "net", isSingle: false, source: "net")
    var row = [Double](repeating: 0.5, count: 64)
    #expect(program.results(row) != nil)
    for bad in [Double.nan, .infinity, -.infinity] {
      row[63] = bad
      #expect(program.results(row) == nil)
    }
  }

  @Test func `a source comes with its header, both or neither`() throws {
    let model = try model("chapter-coefs.npz")
    try withTemporaryFolder { folder in
      let conversion = try model.write(to: folder + "/net.c")
      #expect(conversion.companion == folder + "/net.h")
      #expect(try fileNames(in: folder) == ["net.c", "net.h"])
      let header = try String(contentsOfFile: folder + "/net.h", encoding: .utf8)
      #expect(
        header.contains("int net_predict(const double inputs[NET_INPUTS], net_label *label);"))
      // A header of somebody else is not replaced, and then there is no source either.
      try FileManager.default.removeItem(atPath: folder + "/net.c")
      let error = coefsError { try model.write(to: folder + "/net.c") }
      #expect(error?.file == folder + "/net.h")
      #expect(error?.category == .cannotCreate)
      #expect(try fileNames(in: folder) == ["net.h"])
    }
  }

  /// The compiler of the toolchain.
  @Test(arguments: ["chapter-coefs.npz", "strings.npz", "whole/yeo-johnson.joblib"])
  func `a C compiler makes a program that passes its self-test`(name: String) throws {
    let model = try model(name)
    try withTemporaryFolder { folder in
      try model.write(to: folder + "/net.c")
      try model.write(to: folder + "/single.h", options: .init(precision: .float32))
      let main =
        "#include \"net.h\"\n#include \"single.h\"\n"
        + "int main(void) { return net_selftest() + single_selftest(); }\n"
      try main.write(toFile: folder + "/main.c", atomically: true, encoding: .utf8)
      for options in ["-std=c99 -O0", "-std=c99 -O3", "-x c++ -std=c++17 -O2"] {
        let run = try shell(
          """
          cd "$2" && clang \(options) -pedantic -Wall -Wextra -Werror net.c main.c -o program && ./program
          """, folder)
        #expect(run.exitCode == 0, "\(options): \(run.stderr)")
      }
    }
  }
}
