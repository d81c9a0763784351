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
}
