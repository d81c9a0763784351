/// A JSON text (RFC 8259), checked to the last byte, whose values are looked up in the text itself.
///
/// It is strict, because a text that two readers could take for two things is worth nothing: a key
/// twice in an object, a lone surrogate, a comma too many, a byte-order mark are errors. Values lie in
/// one flat array in the order of the text, eight bytes each, so that neither a deep nor a wide text
/// costs more than a small multiple of itself; strings and numbers are decoded when asked for.
///
/// Foundation's readers check less: they accept one of two equal keys without a message, `4.0` for an
/// integer, and a comma after the last element.
public struct JSONDocument: Sendable {
  /// Where a value begins in the text, and which value comes after it and all that is in it.
  struct Node {
    let offset: UInt32
    var next: UInt32
  }

  /// The text.
  let bytes: ContiguousArray<UInt8>

  /// The values in the order of the text. In an object each key is a string of its own before its
  /// value.
  let nodes: ContiguousArray<Node>

  /// For each value the number of its elements, where it is an array of nothing but numbers, which have no nodes then;
  /// and whether all of them are integers. Empty for a text whose numbers were not folded.
  let folds: ContiguousArray<JSONParser.Fold>

  /// Reads a text.
  ///
  /// - Parameters:
  ///   - bytes: The text, in UTF-8, without a byte-order mark.
  ///   - maxDepth: How deep arrays and objects may lie in one another.
  ///   - maxValues: How many values the text may have, keys included; each takes eight bytes.
  /// - Throws: ``JSONError``.
  /// - Complexity: Linear in the text, but for the keys of an object, which are sorted.
  public init(
    parsing bytes: ContiguousArray<UInt8>, maxDepth: Int = 64, maxValues: Int = 1 << 21
  ) throws(JSONError) {
    try self.init(parsing: bytes, maxDepth: maxDepth, maxValues: maxValues, isFolding: false)
  }

  /// Reads a text of many numbers: arrays of nothing but numbers are one value each, with no
  /// ``JSONValue/elements``; ``JSONValue/forEachNumber(_:)`` gives theirs.
  ///
  /// - Parameters:
  ///   - bytes: The text, in UTF-8, without a byte-order mark.
  ///   - maxDepth: How deep arrays and objects may lie in one another.
  ///   - maxValues: How many values the text may have, keys included; each takes twelve bytes.
  /// - Throws: ``JSONError``.
  package init(
    foldingNumbersOf bytes: ContiguousArray<UInt8>, maxDepth: Int, maxValues: Int
  ) throws(JSONError) {
    try self.init(parsing: bytes, maxDepth: maxDepth, maxValues: maxValues, isFolding: true)
  }

  private init(
    parsing bytes: ContiguousArray<UInt8>, maxDepth: Int, maxValues: Int, isFolding: Bool
  ) throws(JSONError) {
    var parser = JSONParser(
      bytes, maxDepth: maxDepth, maxValues: maxValues, isFolding: isFolding)
    try parser.parse()
    self.bytes = bytes
    nodes = parser.nodes
    folds = parser.folds
  }

  /// The value that the text is.
  public var root: JSONValue { JSONValue(self, 0) }

  /// The value of a number; numbers count the values in the order of the text, the root being 0.
  package subscript(index: Int) -> JSONValue { JSONValue(self, index) }
}
