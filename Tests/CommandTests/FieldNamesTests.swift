import Foundation
import TestSupport
import Testing

/// What is expected of a file, as the script that made it says.
private struct Expectation: Decodable, Sendable, CustomTestStringConvertible {
  let options: [String]
  /// Inputs and outputs of each layer.
  let layers: [[Int]]?
  let probabilities: [[Double]]?
  let predictions: [Double]?
  /// Words that must be in the messages, and words that must not.
  let says: [String]
  let silent: [String]
  let exit: Int32?
  let error: String?
  private let data: String
  private(set) var folder = ""
  private(set) var file = ""

  private enum CodingKeys: String, CodingKey {
    case options, layers, proba, predict, says, silent, exit, error, data
    case predictProba = "predict_proba"
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func value<T: Decodable>(_ key: CodingKeys, as type: T.Type = T.self) -> T? {
      try? container.decode(type, forKey: key)
    }
    options =
      value(.options) ?? value(.options, as: String.self)?.split(separator: " ").map(String.init)
      ?? []
    layers = value(.layers)
    probabilities = value(.proba) ?? value(.predictProba)
    predictions = value(.predict)
    says = value(.says) ?? []
    silent = value(.silent) ?? []
    exit = value(.exit)
    error = value(.error)
    data = value(.data) ?? "rows.csv"
  }

  var testDescription: String { file }
  var path: String { fixturePath("\(folder)/\(file)") }
  var rows: String { fixturePath("\(folder)/\(data)") }

  /// All that a folder's `expected.json` says.
  static func all(in folder: String) -> [Expectation] {
    let all = try? jsonFixture("\(folder)/expected.json", as: [String: Expectation].self)
    return (all ?? [:]).map { file, expectation in
      var expectation = expectation
      (expectation.folder, expectation.file) = (folder, file)
      return expectation
    }.sorted { $0.file < $1.file }
  }

  /// Predicts the rows, and compares.
  func check(_ options: [String]) throws {
    let run = try coefs(["predict", path, "--data", rows, "--proba", "--json"] + options)
    #expect(run.exitCode == 0, "\(run.stderr)")
    guard run.exitCode == 0 else { return }
    let json = try run.json
    if let probabilities {
      let found = try #require(json["probabilities"] as? [[Double]])
      #expect(isClose(found.flatMap(\.self), probabilities.flatMap(\.self)))
    }
    if let predictions {
      #expect(isClose(try #require(json["predictions"] as? [Double]), predictions))
    }
    let notes = (json["notes"] as? [String] ?? []).joined(separator: "\n")
    for words in says {
      #expect(run.stderr.contains(words))
      #expect(notes.contains(words) || json["assumed"] != nil)
    }
    for words in silent { #expect(!run.stderr.contains(words)) }
    if let layers {
      let inspection = try coefs(["inspect", path, "--json"] + options).json
      let sizes = [layers[0][0]] + layers.map { $0[1] }
      #expect((inspection["model"] as? [String: Any])?["layers"] as? [Int] == sizes)
    }
  }

  private func isClose(_ found: [Double], _ expected: [Double]) -> Bool {
    // Some networks are of float32, and scikit-learn computes in it.
    found.count == expected.count
      && zip(found, expected).allSatisfy { abs($0 - $1) <= 2e-6 * max(1, abs($1)) }
  }
}

struct FieldNamesTests {
  private static let kinds = Expectation.all(in: "field").filter {
    ($0.file.hasPrefix("W") || $0.file.hasPrefix("P10")) && !$0.file.hasSuffix(".json")
  }

  private static let cases = Expectation.all(in: "field-names")

  @Test func `there are files to read`() {
    #expect(Self.kinds.count > 20)
    #expect(Self.cases.count > 60)
  }

  @Test(arguments: kinds)
  private func `a file of a kind that people have is read`(_ expected: Expectation) throws {
    try expected.check(expected.options)
  }

  @Test(arguments: cases)
  private func `further files of these kinds are read, or refused for what they are`(
    _ expected: Expectation
  ) throws {
    guard let exit = expected.exit else {
      try expected.check(expected.options)
      return
    }
    let run = try coefs(["predict", expected.path, "--data", expected.rows] + expected.options)
    #expect(run.exitCode == exit)
    #expect(run.output.isEmpty)
    #expect(run.stderr.contains(expected.error ?? "?"), "\(run.stderr)")
    #expect(run.stderr.split(separator: "\n").count == 1)
  }

  @Test func `an output without a kind is asked for, and both questions at once`() throws {
    let values = try #require(Expectation.all(in: "field").first { $0.file.hasPrefix("K3") })
    let bare = try coefs("predict", values.path, "--data", values.rows)
    #expect(bare.exitCode == 65)
    #expect(bare.stderr.contains("--activation"))
    #expect(bare.stderr.contains("--out-activation"))
    try values.check(["--activation", "tanh", "--out-activation", "identity"])
  }

  @Test func `biases come from a file of their own`() throws {
    let file = fixturePath("field/W8-no-biases.npz")
    let expected = try #require(Self.kinds.first { $0.file.hasPrefix("W1-") })
    let run = try coefs(
      "predict", file, "--intercepts", fixturePath("field/W35-biases-npz-b1.npz"), "--data",
      expected.rows, "--activation", "relu", "--proba", "--json")
    #expect(run.exitCode == 0, "\(run.stderr)")
    let found = try #require(try run.json["probabilities"] as? [[Double]])
    let probabilities = try #require(expected.probabilities)
    for (row, truth) in zip(found, probabilities) {
      #expect(zip(row, truth).allSatisfy { abs($0 - $1) < 2e-6 })
    }
  }

  @Test func `a JSON text of layers is read, and what it does not say is said`() throws {
    let expected = try jsonFixture("field/expected.json", as: [String: Text].self)
    let truth = try #require(expected["W27-layers.json"]?.probabilities)
    let run = try coefs(
      "predict", fixturePath("field/W27-layers.json"), "--data",
      fixturePath("field/rows-digits16.csv"), "--proba", "--json")
    #expect(run.exitCode == 0)
    #expect(run.stderr.contains("the output activation is not stored; assumed softmax"))
    let found = try #require(run.json["probabilities"] as? [[Double]])
    #expect(found.count >= truth.count && !truth.isEmpty)
    // Its weights are rounded.
    for (row, other) in zip(found, truth) {
      #expect(zip(row, other).allSatisfy { abs($0 - $1) < 1e-3 })
    }
  }

  /// The probabilities of a file, where it has some.
  private struct Text: Decodable {
    let probabilities: [[Double]]?

    private enum CodingKeys: String, CodingKey { case probabilities = "predict_proba" }

    init(from decoder: any Decoder) throws {
      probabilities = try? decoder.container(keyedBy: CodingKeys.self)
        .decode([[Double]].self, forKey: .probabilities)
    }
  }
}
