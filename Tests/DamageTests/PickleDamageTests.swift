import Pickle
import Coefs
import TestSupport
import Testing

/// The same law for pickles and joblib files: no checksum covers them unless they are compressed, so a
/// change may come through, and then as what the file now says.
@Suite struct PickleDamageTests {
  static let files =
    ["p0.pkl", "p1.pkl", "p2.pkl", "p3.pkl", "p4.pkl", "p5.pkl", "joblib"].map {
      "estimators/1.9.1/lbfgs.\($0)"
    } + [
      "estimators/0.18.2/lbfgs.joblib", "estimators/1.9.1/objects.joblib",
      "hostile-pickles/joblib-sound.joblib", "hostile-pickles/circle-array.pkl",
      "hostile-pickles/joblib-nested-no-array.joblib",
    ]

  @Test(.workLimit(minutes: 60), arguments: files)
  func `a damaged pickle is refused or is what it now says`(file: String) throws {
    let sound = try fixture(file)
    let truth = try #require(values(in: sound))
    try Damage.demandLaw(file, numbers: numbers(in: sound), every: 4) { damaged, damage in
      guard let found = values(in: damaged) else {
        return isData(damage, in: truth) ? "a change of the data is refused" : nil
      }
      if case .cut = damage { return "it is read although it is cut" }
      for array in found.arrays where array.bytes.count != array.header.byteCount {
        return "an array has other bytes than it says"
      }
      if isData(damage, in: truth), found.summaries != truth.summaries {
        return "a change of the data changes more than an array"
      }
      return nil
    }
  }

  @Test(
    .workLimit(minutes: 60),
    arguments: ["classifier", "regressor"].flatMap { name in
      ["p0.pkl", "p2.pkl", "p5.pkl", "joblib"].map { "pickle/tiny-\(name).\($0)" }
    })
  func `a damaged estimator is refused or is a network that computes`(file: String) throws {
    let sound = try fixture(file)
    let truth = try Model(sound, name: file).weights
    #expect(truth.layerSizes == (file.contains("classifier") ? [2, 2, 1] : [2, 1]))
    try Damage.demandLaw(file, numbers: numbers(in: sound)) { damaged, damage in
      guard let weights = try? Model(damaged, name: "damaged").weights else { return nil }
      if case .cut = damage { return "it is read although it is cut" }
      let network = weights.mlp()
      guard
        let output = try? network.evaluate(Array(repeating: 0.5, count: network.inputs)),
        output.count == weights.layerSizes.last
      else { return "it does not compute" }
      // Nothing but numbers, names and labels can have changed.
      return weights.layerSizes == truth.layerSizes ? nil : "it has other layers"
    }
  }

  @Test(
    .workLimit(minutes: 60),
    arguments: ["z1.joblib", "z9.joblib", "gz.joblib"].map { "estimators/1.9.1/compressed.\($0)" }
      + ["hostile-pickles/zlib-sound.joblib", "hostile-pickles/gzip-sound.joblib"])
  func `a damaged compressed file is refused or is the same`(file: String) throws {
    let truth = try #require(values(in: fixture(file)))
    try Damage.demandLaw(file, numbers: [], every: 4) { damaged, damage in
      guard let found = values(in: damaged) else { return nil }
      if case .cut = damage { return "it is read although it is cut" }
      return found == truth ? nil : "it is another value"
    }
  }

  @Test(.workLimit(minutes: 60))
  func `a damaged array of objects is refused or is what it now says`() throws {
    let file = "pickle/coefs-object.npy"
    try Damage.demandLaw(file, numbers: [2, 3, 118]) { damaged, damage in
      guard let pickle = try? Pickle(objectsInNPY: damaged, names: .any) else { return nil }
      if case .cut = damage { return "it is read although it is cut" }
      guard case .objects(let shape, let items)? = try? pickle.root.numpy() else {
        return "it holds no objects"
      }
      return shape.reduce(1, *) == items.count ? nil : "it has other objects than it says"
    }
  }

  /// Whether only bytes of an array in a joblib file are concerned.
  private func isData(_ damage: Damage, in truth: Values) -> Bool {
    damage.range.upperBound < .max
      && truth.data.contains {
        $0.lowerBound <= damage.range.lowerBound && damage.range.upperBound <= $0.upperBound
      }
  }

  /// The lengths that a pickle states.
  private func numbers(in file: ContiguousArray<UInt8>) -> Set<UInt64> {
    guard let truth = values(in: file) else { return [] }
    let lengths = truth.arrays.flatMap { [$0.bytes.count] + $0.shape } + [file.count]
    // The frame's, where there is one: behind PROTO.
    let frame = file.count > 11 && file[2] == 0x95 ? Int(file[3]) | Int(file[4]) << 8 : 0
    return Set((lengths + [frame]).filter { $0 > 4 }.map(UInt64.init))
  }
}

/// All that a pickle holds.
private struct Values: Equatable {
  /// What each value is in a few words, in the order in which it is found.
  var summaries: [String] = []
  var arrays: [NDArray] = []
  /// Where the bytes of joblib's arrays stand, as far as they are found in the file.
  var data: [Range<Int>] = []
}

/// All that is in a pickle, with every value asked for what it may be; `nil` where it is refused.
private func values(in file: ContiguousArray<UInt8>) -> Values? {
  guard let pickle = try? Pickle(parsing: file, names: .any) else { return nil }
  var values = Values()
  var seen: Set<PickleNode> = []
  var open = [pickle.root]
  while let node = open.popLast() {
    guard seen.insert(node).inserted else { continue }
    if case .array(let array)? = try? node.numpy() {
      values.arrays.append(array)
      if case .array = node.value, let place = file.place(of: array.bytes, from: node.offset) {
        values.data.append(place)
      }
    }
    values.summaries.append(node.summary)
    _ = (node.string, try? node.dtype(), try? node.attributes())
    switch node.value {
    case .tuple(let items), .list(let items), .set(let items): open += items
    case .dict(let pairs): for (key, value) in pairs { open += [key, value] }
    case .object(let object):
      open += object.arguments
      if let state = object.state { open.append(state) }
    default: break
    }
  }
  return values
}

extension ContiguousArray<UInt8> {
  /// Where these bytes stand behind an offset: at once, or after joblib's padding.
  fileprivate func place(of data: ContiguousArray<UInt8>, from offset: Int) -> Range<Int>? {
    for start in offset + 1...offset + 18 where start + data.count <= count {
      if self[start..<start + data.count].elementsEqual(data) { return start..<start + data.count }
    }
    return nil
  }
}
