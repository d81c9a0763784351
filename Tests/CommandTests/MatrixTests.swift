import Files
import NPZ
import Coefs
import Foundation
import TestSupport
import Testing

/// One network in every form that is read, through every command that reads one.
struct MatrixTests {
  @Test func `every command says the same of a network, whatever file it comes in`() throws {
    try withTemporaryFolder { folder in
      try writeData(to: folder + "/data.npz")
      let reference = try coefs(
        "convert", estimator("joblib"), folder + "/a.npz", "--to", "sklearn")
      #expect(reference.exitCode == 0, "\(reference.stderr)")
      let expected = try answers(of: folder + "/a.npz", in: folder)
      #expect(expected.predictions.count == 2)
      let forms = try written(to: folder) + estimators
      #expect(forms.count == 19)
      for form in forms { #expect(try answers(of: form, in: folder) == expected, "\(form)") }
    }
  }

  /// What the commands say of a network.
  private struct Answers: Equatable {
    /// The network in scikit-learn's layout, as `convert` writes it.
    let converted: Data
    /// The text of `predict`, without and with probabilities.
    let predictions: [String]
    let accuracy: Double?
    let costs: [String: Double]?
    /// What `inspect` tells of the network.
    let layers: [Int]?
    let classes: [String]?
  }

  private func answers(of file: String, in folder: String) throws -> Answers {
    let looked = try coefs("inspect", file)
    #expect(looked.exitCode == 0, "\(file): \(looked.stderr)")
    let model = try coefs("inspect", file, "--json").json["model"] as? [String: Any]
    let predictions = try [[], ["--proba"]].map {
      try coefs(["predict", file, "--data", folder + "/data.npz"] + $0)
    }
    #expect(predictions.allSatisfy { $0.exitCode == 0 && !$0.stdout.isEmpty })
    let verified = try coefs("verify", file, "--data", folder + "/data.npz", "--json")
    #expect([0, 1].contains(verified.exitCode), "\(file): \(verified.stderr)")
    let output = folder + "/converted.npz"
    let converted = try coefs("convert", file, output, "--to", "sklearn", "--force")
    #expect(converted.exitCode == 0, "\(file): \(converted.stderr)")
    let compared = try coefs("diff", file, folder + "/a.npz")
    #expect(compared.exitCode == 0, "\(file): \(compared.stderr)")
    #expect(
      compared.output.hasSuffix("identical: every number is the same to the bit\n"),
      "\(file): \(compared.output)")
    return try Answers(
      converted: Data(contentsOf: URL(filePath: output)), predictions: predictions.map(\.output),
      accuracy: verified.json["accuracy"] as? Double,
      costs: verified.json["cost"] as? [String: Double], layers: model?["layers"] as? [Int],
      classes: model?["classes"] as? [String])
  }

  /// Rows with the answers that scikit-learn's own network gives.
  private func writeData(to file: String) throws {
    let truth = try NPZReader(path: fixturePath("estimators/1.9.1/multiclass.truth.npz"))
    var writer = NPZWriter(to: MemorySink())
    for (name, other) in [("X", "X"), ("y", "labels")] {
      try writer.add(name, #require(try truth.array(named: other)))
    }
    try Data(writer.finish().bytes).write(to: URL(filePath: file))
  }

  private func estimator(_ ending: String) -> String {
    fixturePath("estimators/1.9.1/multiclass.\(ending)")
  }

  /// What Python wrote.
  private var estimators: [String] {
    (0...5).map { estimator("p\($0).pkl") } + [
      estimator("joblib"), fixturePath("skops/multiclass.skops"),
    ]
  }

  /// The same network in all forms that are written, and in two that are not.
  private func written(to folder: String) throws -> [String] {
    var forms: [String] = []
    for (name, options) in [
      ("b.npz", []), ("c.npz", ["--to", "sklearn"]), ("d.npz", ["--compress"]),
      ("e.safetensors", []), ("f.safetensors", ["--to", "sklearn"]),
      ("g.safetensors", ["--names", "torch"]), ("h.skops", []), ("k.json", []),
    ] {
      forms.append("\(folder)/\(name)")
      let run = try coefs(["convert", estimator("p2.pkl"), forms[forms.count - 1]] + options)
      #expect(run.exitCode == 0, "\(name): \(run.stderr)")
    }
    // joblib's compression, whose zlib differs from fixture to fixture, so that it is made here.
    for (name, arguments) in [("i.joblib", "-c"), ("j.joblib", "-9c")] {
      forms.append("\(folder)/\(name)")
      let packed = try shell("gzip \(arguments) < '\(estimator("joblib"))' > '\(folder)/\(name)'")
      #expect(packed.exitCode == 0)
    }
    forms.append(folder + "/folder")
    try FileManager.default.createDirectory(
      atPath: folder + "/folder", withIntermediateDirectories: true)
    let reader = try NPZReader(path: folder + "/c.npz")
    for entry in reader.entries {
      try NPYFile.write(try reader.array(entry), to: "\(folder)/folder/\(entry.name).npy")
    }
    return forms
  }
}
