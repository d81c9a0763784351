import Coefs
import Files
import JSON
import Safetensors
import Skops

// Targets of formats that are JSON, or have it in them.

extension Target {
  /// Reads a JSON text; what could be read is written and must come back.
  static func readJSON(_ input: ContiguousArray<UInt8>) throws {
    let document = try JSONDocument(parsing: input)
    let text = written(document.root)
    let copy = try JSONDocument(parsing: ContiguousArray(text.utf8))
    demand(written(copy.root) == text, "the text that is written differs")
  }

  /// A value as a text. The reader has bounded how deep it is.
  private static func written(_ value: JSONValue) -> String {
    demand(value.offset >= 0, "a value has no place")
    switch value.kind {
    case .null: return "null"
    case .boolean: return value.boolean == true ? "true" : "false"
    case .number:
      let text = value.numberText ?? "?"
      if let integer = value.integer { demand("\(integer)" == text, "an integer differs") }
      _ = value.double
      return text
    case .string: return quoted(value.string ?? "?")
    case .array: return "[\((value.elements ?? []).map(written).joined(separator: ","))]"
    case .object:
      let members = value.members ?? []
      for (key, member) in members.prefix(8) {
        demand(value[key]?.offset == member.offset, "a key is lost")
      }
      let texts = members.map { "\(quoted($0.key)):\(written($0.value))" }
      return "{\(texts.joined(separator: ","))}"
    }
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      if scalar.value < 0x20 || scalar == "\"" || scalar == "\\" {
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      } else {
        quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  /// Reads a safetensors file, as it is and with its length put right and as much data as it asks for.
  static func readSafetensors(_ input: ContiguousArray<UInt8>) throws {
    let text = ContiguousArray(input.dropFirst(8))
    if let end = claimedEnd(text), end <= 1 << 16 {
      var file = ContiguousArray<UInt8>()
      for shift in 0..<8 { file.append(UInt8(truncatingIfNeeded: text.count >> (8 * shift))) }
      file += text + ContiguousArray(repeating: 0x3C, count: end)
      try? readSafetensorsFile(file)
    }
    try readSafetensorsFile(input)
  }

  /// The greatest offset that a header names.
  private static func claimedEnd(_ text: ContiguousArray<UInt8>) -> Int? {
    guard let members = try? JSONDocument(parsing: text).root.members else { return nil }
    return members.compactMap { $0.value["data_offsets"]?.elements?.last?.integer.map { Int($0) } }
      .max() ?? 0
  }

  private static func readSafetensorsFile(_ file: ContiguousArray<UInt8>) throws {
    if let model = try? Model(file, name: "input", limits: limits) { try check(model.weights) }
    let header = try SafetensorsHeader(parsing: file, limits: limits)
    var position = file.count - header.tensors.reduce(0) { $0 + $1.bytes.count }
    var arrays: [NamedArray] = []
    for tensor in header.tensors {
      demand(tensor.bytes.lowerBound == position, "a byte belongs to none or to two")
      position = tensor.bytes.upperBound
      guard let array = try? tensor.array(ContiguousArray(file[tensor.bytes])) else { continue }
      demand(try tensor.header == array.header, "the header differs")
      try check(array)
      arrays.append(NamedArray(tensor.name, array))
    }
    demand(position == file.count, "a byte belongs to none")
    let copy = try SafetensorsFile(arrays, metadata: header.metadata)
    let again = try SafetensorsHeader(parsing: copy.fileBytes)
    demand(again.metadata == copy.metadata, "the metadata that are written differ")
    demand(again.tensors.map(\.name) == copy.arrays.map(\.name), "the names differ")
    for (tensor, item) in zip(again.tensors, copy.arrays) {
      demand(
        try tensor.array(ContiguousArray(copy.fileBytes[tensor.bytes])) == item.array,
        "a tensor that is written differs")
    }
  }

  /// Reads the archive that the input lists the members of, and looks at every node.
  static func readSkops(_ input: ContiguousArray<UInt8>) throws {
    var source = InputReader(input)
    let bytes = try source.archive()
    if let model = try? Model(bytes, name: "input", limits: limits) { try check(model.weights) }
    let archive = try SkopsArchive(bytes: bytes, limits: limits, allowsUnknownNames: true)
    if let strict = try? SkopsArchive(bytes: bytes, limits: limits) {
      demand(strict.mentions.allSatisfy(\.isKnown), "an unknown name is let pass")
    }
    var seen: Set<Int> = []
    var open = [archive.root]
    while let number = open.popLast() {
      guard seen.insert(number).inserted, let node = try? archive.node(number) else { continue }
      switch node {
      case .list(let items): open += items
      case .dictionary(let entries): open += entries.map(\.value)
      case .objects(let shape, let items): open += [shape] + items
      case .object(_, let attributes?): open.append(attributes)
      case .array(let array): try check(array)
      case .other(let what): demand(!what.isEmpty, "it has no name")
      case .name(let name): demand(!name.description.isEmpty, "it has no name")
      case .slice(let parts): demand(parts.count == 3, "a slice of other parts")
      case .none, .boolean, .integer, .number, .text, .object(_, attributes: nil): break
      }
    }
  }
}
