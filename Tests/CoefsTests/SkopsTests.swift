import Files
import Zip
import Coefs
import Foundation
import TestSupport
import Testing

/// Networks from and to skops archives.
@Suite struct SkopsTests {
  static let files = fixtureNames(in: "skops", suffix: ".skops")

  @Test(arguments: files)
  func `an estimator is the one that joblib has saved`(name: String) throws {
    let archive = try model("skops/" + name)
    let twin = try model("estimators/1.9.1/\(name.dropLast(6)).joblib")
    let (one, other) = (archive.weights, twin.weights)
    #expect(one.layers.map(\.weights) == other.layers.map(\.weights))
    #expect(one.layers.map(\.biases) == other.layers.map(\.biases))
    #expect(one.layout == other.layout && one.naming == other.naming)
    #expect(one.activation == other.activation)
    #expect(one.outActivation == other.outActivation)
    #expect(one.activation.origin == .stored)
    #expect(one.classes?.labels == other.classes?.labels)
    #expect(one.inputTransform == other.inputTransform)
    #expect(archive.notes == [])
    #expect(!archive.isProgram)
  }

  @Test(arguments: EstimatorTests.refused)
  func `what is no fitted network is refused by name`(name: String, reason: String) throws {
    let file = fixturePath("skops/refused/\(name).skops")
    let error = try #require(throws: CoefsError.self) { try Model(contentsOf: file) }
    #expect(error.description.contains(reason), "\(error)")
    #expect(error.category == .badContent)
    let inspection = try Inspection(contentsOf: file)
    #expect(inspection.model == nil)
    #expect(inspection.notes.contains { $0.hasPrefix("no model: ") && $0.contains(reason) })
    #expect(inspection.format == "skops")
  }

  @Test func `every name in an archive is listed, and those that no network needs are told`() throws
  {
    let sound = try Inspection(contentsOf: fixturePath("skops/pipeline-standard.skops"))
    let globals = try #require(sound.globals)
    #expect(!globals.contains { !$0.known })
    #expect(globals.first?.name == "sklearn.pipeline.Pipeline")
    #expect(globals.map(\.name).contains("sklearn.preprocessing._data.StandardScaler"))
    #expect(sound.arrays.map(\.name) == ["coefs_0", "intercepts_0", "coefs_1", "intercepts_1"])
    let odd = try Inspection(contentsOf: fixturePath("skops/refused/rounded.skops"))
    #expect(odd.globals?.filter { !$0.known }.count == 1)
    #expect(odd.notes.contains { $0.contains("numpy.round") && $0.contains("nothing was called") })
  }

  @Test func `names that no network needs can be let pass`() throws {
    // Its random_state names a function; nothing that the network is made of does.
    let original = try fixture("skops/multiclass.skops")
    var schema = String(
      decoding: try zipMember("schema.json", of: original), as: UTF8.self)
    let place = try #require(schema.range(of: "\"verbose\": {"))
    let end = try #require(schema.range(of: "}", range: place.upperBound..<schema.endIndex))
    schema.replaceSubrange(
      place.upperBound..<end.lowerBound,
      with: #""__class__":"system","__module__":"posix","__loader__":"FunctionNode","__id__":99999"#
    )
    let changed = try replacing("schema.json", of: original, by: ContiguousArray(schema.utf8))
    let error = coefsError { _ = try Model(changed, name: "a") }
    #expect(
      error?.description.contains("it names posix.system, which no model needs; nothing was called")
        == true)
    var options = SklearnWeights.Options()
    options.allowsUnknownNames = true
    let model = try Model(changed, name: "a", options: options)
    #expect(model.weights.layerSizes == [4, 5, 3])
  }

  @Test func `an NPZ with a schema of its own stays one`() throws {
    var writer = ZipWriter(to: MemorySink())
    for item in try arrays(of: "chapter-coefs.npz") {
      try writer.add(item.name + ".npy", parts: [item.array.fileBytes], compressed: false)
    }
    try writer.add("schema.json", parts: [ContiguousArray(#"{"a":1}"#.utf8)], compressed: false)
    let model = try Model(writer.finish().bytes, name: "a")
    #expect(model.weights.naming == "coefs_N")
  }

  @Test func `lies about the network are refused`() throws {
    let original = try fixture("skops/multiclass.skops")
    let schema = String(decoding: try zipMember("schema.json", of: original), as: UTF8.self)
    let lies: [(String, String, String)] = [
      // skops has given n_layers_ the number of n_outputs_, for both are 3: the first counts.
      ("\"n_outputs_\": {", "3", "'n_layers_' is 9, but the weights make 3 layers"),
      ("\"n_features_in_\": {", "4", "the first layer takes 4 inputs"),
    ]
    for (key, value, fact) in lies {
      var text = schema
      let place = try #require(text.range(of: key))
      let old = "\"content\": \"\(value)\""
      let found = try #require(text.range(of: old, range: place.upperBound..<text.endIndex))
      text.replaceSubrange(found, with: "\"content\": \"9\"")
      let changed = try replacing("schema.json", of: original, by: ContiguousArray(text.utf8))
      let error = coefsError { _ = try Model(changed, name: "a") }
      #expect(error?.description.contains(fact) == true, "\(error?.description ?? "")")
    }
    let biases = schema.replacing("\"intercepts_\"", with: "\"intercepts\"")
    let changed = try replacing("schema.json", of: original, by: ContiguousArray(biases.utf8))
    #expect(coefsError { _ = try Model(changed, name: "a") }?.category == .badContent)
  }

  @Test func `an object that contains itself is refused`() throws {
    let step =
      #"{"__class__":"Pipeline","__module__":"sklearn.pipeline","__loader__":"CachedNode","__id__":1}"#
    let schema = """
      {"__class__":"Pipeline","__module__":"sklearn.pipeline","__loader__":"ObjectNode","__id__":1,
       "content":{"__class__":"dict","__module__":"builtins","__loader__":"DictNode","__id__":2,
        "key_types":{"__class__":"list","__module__":"builtins","__loader__":"ListNode","__id__":3,
         "content":[{"__class__":"str","__module__":"builtins","__loader__":"TypeNode","__id__":4}]},
        "content":{"steps":{"__class__":"list","__module__":"builtins","__loader__":"ListNode",
         "__id__":5,"content":[{"__class__":"tuple","__module__":"builtins",
          "__loader__":"TupleNode","__id__":6,"content":[{"__class__":"str",
           "__module__":"builtins","__loader__":"JsonNode","__id__":7,"content":"\\"a\\""},
           \(step)]}]}}},"protocol":2}
      """
    var writer = ZipWriter(to: MemorySink())
    try writer.add("schema.json", parts: [ContiguousArray(schema.utf8)], compressed: false)
    let bytes = try writer.finish().bytes
    let error = coefsError { _ = try Model(bytes, name: "a") }
    #expect(error?.description.contains("contains itself") == true, "\(error?.description ?? "")")
  }

  // MARK: Writing

  @Test(arguments: files)
  func `an estimator is written and comes back, behind its scalers`(name: String) throws {
    try withTemporaryFolder { folder throws in
      let first = try model("skops/" + name)
      let conversion = try first.write(to: folder + "/a.skops")
      #expect(conversion.layout == .sklearn)
      #expect(conversion.arrays.first?.name == "coefs_0")
      let back = try Model(contentsOf: folder + "/a.skops")
      #expect(back.weights.mlp(as: Double.self) == first.weights.mlp(as: Double.self))
      #expect(back.weights.inputTransform == first.weights.inputTransform)
      #expect(back.weights.classes?.labels == first.weights.classes?.labels)
      #expect(back.weights.activation == first.weights.activation)
      #expect(back.weights.outActivation == first.weights.outActivation)
      // The same on every run, and however often it goes round.
      try back.write(to: folder + "/b.skops")
      let bytes = try ["a", "b"].map {
        try Data(contentsOf: URL(filePath: "\(folder)/\($0).skops"))
      }
      #expect(bytes[0] == bytes[1])
      #expect(conversion.byteCount == bytes[0].count)
    }
  }

  @Test func `weights become an estimator if it is known what they go with`() throws {
    try withTemporaryFolder { folder throws in
      for name in ["deep", "binary", "multilabel", "strings", "regressor-multi", "perceptron"] {
        let first = try model("\(name).npz")
        try first.write(to: "\(folder)/\(name).skops")
        let back = try Model(contentsOf: "\(folder)/\(name).skops")
        #expect(back.weights.mlp(as: Double.self) == first.weights.mlp(as: Double.self))
        #expect(back.weights.classes?.labels == first.weights.classes?.labels)
      }
      for (options, attribute) in [
        (SklearnWeights.Options(), "out_activation"),
        (SklearnWeights.Options(outActivation: .softmax), "activation"),
      ] {
        let guess = try model("chapter-arr.npz", options)
        let error = coefsError { try guess.write(to: folder + "/guess.skops") }
        #expect(error?.cause == SklearnError.assumedActivation(attribute))
      }
      let told = try model("chapter-arr.npz", .init(activation: .logistic, outActivation: .softmax))
      try told.write(to: folder + "/told.skops")
      // Classes that nobody has named are those that they stand for.
      #expect(try Model(contentsOf: folder + "/told.skops").weights.classes?.labels.count == 10)
    }
  }

  @Test func `scikit-learn computes in float32 and float64`() throws {
    try withTemporaryFolder { folder throws in
      let single = try model("chapter-float32.npz")
      try single.write(to: folder + "/a.skops")
      #expect(try Model(contentsOf: folder + "/a.skops").weights.dtypeName == "float32")
      let half = try model("chapter-float16.npz")
      try half.write(to: folder + "/b.skops")
      let back = try Model(contentsOf: folder + "/b.skops")
      #expect(back.weights.dtypeName == "float64")
      #expect(back.weights.mlp(as: Double.self) == half.weights.mlp(as: Double.self))
      let big = try model("chapter-big-endian.npz")
      try big.write(to: folder + "/c.skops")
      #expect(
        try Model(contentsOf: folder + "/c.skops").weights.layers[0].weights.dtype
          == DType("<f8"))
      let long = try model("chapter-longdouble.npz")
      let error = coefsError { try long.write(to: folder + "/d.skops") }
      #expect(error?.cause == SklearnError.notExact("coefs_0", dtype: "<f16"))
      var options = Model.WriteOptions()
      options.precision = .float64
      try long.write(to: folder + "/d.skops", options: options)
      options.naming = .torch
      #expect(
        coefsError { try long.write(to: folder + "/e.skops", options: options) }?.category
          == .usage)
    }
  }

  @Test func `deflated it is smaller and holds the same`() throws {
    try withTemporaryFolder { folder throws in
      let first = try model("skops/multiclass.skops")
      var options = Model.WriteOptions()
      let stored = try first.write(to: folder + "/a.skops", options: options)
      options.isCompressed = true
      let deflated = try first.write(to: folder + "/b.skops", options: options)
      #expect(deflated.byteCount < stored.byteCount / 2)
      let back = try Model(contentsOf: folder + "/b.skops")
      #expect(back.weights.mlp(as: Double.self) == first.weights.mlp(as: Double.self))
    }
  }
}

/// A member of an archive.
private func zipMember(
  _ name: String, of bytes: ContiguousArray<UInt8>
) throws -> ContiguousArray<UInt8> {
  let archive = try ZipReader(bytes: bytes, maxMembers: 1_000, maxTotalBytes: 1 << 30)
  let member = try #require(archive.members.first { $0.name == name })
  return try archive.read(member)
}

/// An archive with another content of a member.
private func replacing(
  _ name: String, of bytes: ContiguousArray<UInt8>, by content: ContiguousArray<UInt8>
) throws -> ContiguousArray<UInt8> {
  let archive = try ZipReader(bytes: bytes, maxMembers: 1_000, maxTotalBytes: 1 << 30)
  var writer = ZipWriter(to: MemorySink())
  for member in archive.members {
    let bytes = try member.name == name ? content : archive.read(member)
    try writer.add(member.name, parts: [bytes], compressed: false)
  }
  return try writer.finish().bytes
}
