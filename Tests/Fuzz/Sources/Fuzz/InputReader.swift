import Coefs
import Files
import Zip

/// Takes an input apart into choices: byte by byte, and zeros where it has ended.
///
/// So every input means something, and a byte that is changed changes one choice.
struct InputReader {
  private let bytes: ContiguousArray<UInt8>
  private var position = 0

  init(_ bytes: ContiguousArray<UInt8>) { self.bytes = bytes }

  private var isAtEnd: Bool { position >= bytes.count }

  private mutating func byte() -> UInt8 {
    guard position < bytes.count else { return 0 }
    defer { position += 1 }
    return bytes[position]
  }

  private mutating func take(_ count: Int) -> ContiguousArray<UInt8> {
    let end = min(position + count, bytes.count)
    defer { position = end }
    return ContiguousArray(bytes[position..<end])
  }

  private mutating func choice<T>(_ choices: [T]) -> T { choices[Int(byte()) % choices.count] }

  /// What a caller may say about a file.
  mutating func options() -> SklearnWeights.Options {
    SklearnWeights.Options(
      layout: choice([nil, nil, .sklearn, .mlp]),
      activation: choice([nil, nil, .relu, .tanh, .identity]),
      outActivation: choice([nil, nil, .softmax, .logistic, .identity]),
      prefix: choice([nil, nil, nil, "model/", ""]),
      layerSizes: choice([nil, nil, nil, nil, [2, 1], [2, 3, 1], [1 << 62, 4, 1], []]))
  }

  /// An archive of the members that the rest of the input lists: the length of the name, the name,
  /// the length of the content in two bytes, the content.
  mutating func archive() throws -> ContiguousArray<UInt8> {
    var writer = ZipWriter(to: MemorySink())
    while !isAtEnd {
      let name = String(decoding: take(Int(byte())), as: UTF8.self)
      let length = Int(byte()) | Int(byte()) << 8
      try writer.add(name, parts: [take(length)], compressed: length.isMultiple(of: 7))
    }
    return try writer.finish().bytes
  }

  /// The arrays that the rest of the input lists: a name, a dtype, axes, and a byte to fill them with.
  mutating func arrays() -> [NamedArray] {
    var arrays: [NamedArray] = []
    while !isAtEnd, arrays.count < 24 {
      let name = name()
      let dtype = choice(Self.dtypes)
      let isFortranOrder = byte() & 1 == 1
      let shape = (0..<Int(byte() % 5)).map { _ in Int(byte() % 6) }
      guard let dtype = try? DType(dtype),
        let header = try? NPYHeader(dtype: dtype, isFortranOrder: isFortranOrder, shape: shape)
      else { continue }
      var data = ContiguousArray<UInt8>(repeating: 0, count: header.byteCount)
      let given = take(min(Int(byte()), data.count))
      data.replaceSubrange(..<given.count, with: given)
      guard let array = try? NDArray(header: header, bytes: data) else { continue }
      arrays.append(NamedArray(name, array))
    }
    return arrays
  }

  /// A name as files have it, or any other.
  private mutating func name() -> String {
    let prefix = choice(["", "", "", "model/", "net.", "a/b/"])
    let pattern = choice(Self.names)
    guard !pattern.isEmpty else {
      return prefix + String(decoding: take(Int(byte() % 32)), as: UTF8.self)
    }
    let number = Int(byte())
    return prefix
      + pattern.replacing("#", with: number == 255 ? "99999999999999999999" : "\(number)")
  }

  static let names = [
    "coefs_#", "intercepts_#", "coefs_#_", "intercepts_#_", "coefs_/#", "intercepts_/#", "coef#",
    "intercept#", "weights_#", "biases_#", "W#", "b#", "layer#/kernel", "layer#/bias",
    "dense/kernel", "dense/bias", "dense_#/kernel", "dense_#/bias", "fc#.weight", "fc#.bias",
    "linear#.weight", "linear#.bias", "#.weight", "#.bias", "arr_#", "coefs", "intercepts",
    "weights", "biases", "activation", "out_activation", "classes", "classes_", "n_layers_",
    "n_outputs_", "n_features_in_", "hidden_layer_sizes", "loss_", "",
  ]

  static let dtypes = [
    "<f8", "<f8", "<f4", ">f8", "<f2", "<f16", "<i8", "|i1", "<u8", "|b1", "<c16", "<U8", "|S8",
    "<U1",
  ]
}
