public import NPY

/// An array and the name that an archive keeps it under.
public struct NamedArray: Hashable, Sendable {
  /// The name, without `.npy`.
  public let name: String

  /// The array.
  public let array: NDArray

  /// An array under a name.
  public init(_ name: String, _ array: NDArray) {
    self.name = name
    self.array = array
  }
}
