public import NPY

/// An object to be written into a skops archive, with all that is in it.
public indirect enum SkopsValue: Sendable {
  /// `None`.
  case none
  /// `True` or `False`.
  case boolean(Bool)
  /// An `int`.
  case integer(Int)
  /// A `float`.
  case number(Double)
  /// A `str`.
  case text(String)
  /// A `list`.
  case list([SkopsValue])
  /// A `tuple`.
  case tuple([SkopsValue])
  /// An array of plain values.
  case array(NDArray)
  /// An array of objects with one axis.
  case objects([SkopsValue])
  /// An instance of a class, with its attributes in order.
  case object(SkopsName, [(String, SkopsValue)])
  /// A `dict`, or what has its entries, such as scikit-learn's `Bunch`.
  case dictionary(SkopsName, [(key: Key, value: SkopsValue)])
  /// A `slice`: its start, end and step; `nil` for `None`.
  case slice([Key?])
  /// A class.
  case type(SkopsName)
  /// A function.
  case function(SkopsName)
  /// A `numpy.dtype`.
  case elementType(DType)
  /// An object that others refer to by a number of the caller's choice.
  case shared(Int, SkopsValue)
  /// The object of this number, which comes before this one.
  case again(Int)

  /// A key of a dictionary, or an end of a slice.
  public enum Key: Hashable, Sendable {
    /// A `str`.
    case text(String)
    /// An `int`.
    case integer(Int)
  }
}

extension SkopsValue: Equatable {
  /// Whether both are the same, to the last bit of each number; any NaN is like any other.
  public static func == (one: SkopsValue, other: SkopsValue) -> Bool {
    switch (one, other) {
    case (.none, .none): true
    case (.boolean(let one), .boolean(let other)): one == other
    case (.integer(let one), .integer(let other)): one == other
    case (.number(let one), .number(let other)):
      one.bitPattern == other.bitPattern || one.isNaN && other.isNaN
    case (.text(let one), .text(let other)): one.utf8.elementsEqual(other.utf8)
    case (.list(let one), .list(let other)), (.tuple(let one), .tuple(let other)),
      (.objects(let one), .objects(let other)):
      one == other
    case (.array(let one), .array(let other)): one == other
    case (.object(let one, let attributes), .object(let other, let others)):
      one == other && attributes.elementsEqual(others) { $0.0 == $1.0 && $0.1 == $1.1 }
    case (.dictionary(let one, let entries), .dictionary(let other, let others)):
      one == other && entries.elementsEqual(others) { $0.key == $1.key && $0.value == $1.value }
    case (.slice(let one), .slice(let other)): one == other
    case (.type(let one), .type(let other)), (.function(let one), .function(let other)):
      one == other
    case (.elementType(let one), .elementType(let other)): one == other
    case (.shared(let one, let value), .shared(let other, let otherValue)):
      one == other && value == otherValue
    case (.again(let one), .again(let other)): one == other
    default: false
    }
  }
}
