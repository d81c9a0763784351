/// An array and the name that a file keeps it under.
public struct NamedArray: Hashable, Sendable {
  /// The name; of a member of an NPZ, without `.npy`.
  public let name: String

  /// The array.
  public let array: NDArray

  /// An array under a name.
  public init(_ name: String, _ array: NDArray) {
    self.name = name
    self.array = array
  }
}
