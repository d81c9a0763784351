package import NPY
import Pickle

/// An element type of PyTorch's: the names that stand for it, and what it is read as.
package struct TorchType: Hashable, Sendable {
  /// PyTorch's name: `bfloat16`.
  package let name: String
  /// The class of its storages: `BFloat16Storage`; `nil` for a type that only untyped storages have.
  let storage: String?
  /// The bytes of an element.
  package let itemSize: Int
  /// The kind of NumPy's type that holds every value; `nil` where it has none.
  let kind: DType.Kind?

  /// NumPy's type that holds every value of this one: bfloat16 becomes single precision; `nil` where it has none.
  package func dtype(order: DType.ByteOrder) -> DType? {
    kind.flatMap { DType($0, itemSize: isBFloat16 ? 4 : itemSize, byteOrder: order) }
  }

  /// Whether it is bfloat16, the upper half of a single-precision number.
  package var isBFloat16: Bool { name == "bfloat16" }

  private init(_ name: String, _ storage: String?, _ itemSize: Int, _ kind: DType.Kind?) {
    self.name = name
    self.storage = storage
    self.itemSize = itemSize
    self.kind = kind
  }

  /// Every type (`torch/storage.py`, `_dtype_to_storage_type_map`).
  static let all = [
    TorchType("float64", "DoubleStorage", 8, .float),
    TorchType("float32", "FloatStorage", 4, .float),
    TorchType("float16", "HalfStorage", 2, .float),
    TorchType("bfloat16", "BFloat16Storage", 2, .float),
    TorchType("int64", "LongStorage", 8, .int),
    TorchType("int32", "IntStorage", 4, .int),
    TorchType("int16", "ShortStorage", 2, .int),
    TorchType("int8", "CharStorage", 1, .int),
    TorchType("uint8", "ByteStorage", 1, .uint),
    TorchType("bool", "BoolStorage", 1, .bool),
    TorchType("complex64", "ComplexFloatStorage", 8, .complex),
    TorchType("complex128", "ComplexDoubleStorage", 16, .complex),
    TorchType("uint16", nil, 2, .uint),
    TorchType("uint32", nil, 4, .uint),
    TorchType("uint64", nil, 8, .uint),
    TorchType("float8_e4m3fn", nil, 1, nil),
    TorchType("float8_e4m3fnuz", nil, 1, nil),
    TorchType("float8_e5m2", nil, 1, nil),
    TorchType("float8_e5m2fnuz", nil, 1, nil),
    TorchType("float8_e8m0fnu", nil, 1, nil),
    TorchType("float4_e2m1fn_x2", nil, 1, nil),
    TorchType("complex32", nil, 4, nil),
    TorchType("quint8", "QUInt8Storage", 1, nil),
    TorchType("qint8", "QInt8Storage", 1, nil),
    TorchType("qint32", "QInt32Storage", 4, nil),
    TorchType("quint4x2", "QUInt4x2Storage", 1, nil),
    TorchType("quint2x4", "QUInt2x4Storage", 1, nil),
  ]

  /// Bytes, which a type elsewhere tells how to read.
  static let bytes = TorchType("bytes", "UntypedStorage", 1, nil)

  /// The type of a storage of this class; `nil` where there is no such class.
  init?(storage: PickleGlobal) {
    if ["UntypedStorage", "_UntypedStorage"].contains(storage.name) {
      guard storage.module == "torch.storage" || storage.module == "torch" else { return nil }
      self = .bytes
      return
    }
    guard storage.module == "torch" || storage.module == "torch.cuda",
      let type = Self.all.first(where: { $0.storage == storage.name })
    else { return nil }
    self = type
  }

  /// The type that a name such as `torch.uint16` means; `nil` for any other name.
  init?(dtype: PickleGlobal) {
    guard dtype.module == "torch", let type = Self.all.first(where: { $0.name == dtype.name })
    else { return nil }
    self = type
  }
}
