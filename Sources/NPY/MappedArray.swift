/// A view of an array in its file, without a copy.
///
/// Opening one takes as long for a gigabyte as for a kilobyte, and only the elements that are used are read.
///
/// - Warning: The file is mapped into memory. When another process cuts it short meanwhile, looking at what
///   is gone kills this process (SIGBUS), and no error can be thrown; when it overwrites the file, the
///   elements change. View only files that nobody writes to, and read all others.
@safe
public struct MappedArray: Sendable {
  /// Element type, shape and order.
  public let header: NPYHeader

  /// The elements, `header.byteCount` bytes, as long as `owner` lives.
  private nonisolated(unsafe) let bytes: UnsafeRawBufferPointer
  private let owner: any AnyObject & Sendable

  /// An array of bytes that somebody keeps in place.
  ///
  /// - Parameters:
  ///   - header: The header before the bytes.
  ///   - bytes: The elements.
  ///   - owner: Keeps the bytes where they are as long as it lives.
  /// - Throws: ``NPYError/wrongByteCount(dtype:shape:expected:found:)``, and
  ///   ``NPYError/unsupportedDType(descr:reason:)`` for Python objects.
  package init(
    header: NPYHeader, bytes: UnsafeRawBufferPointer, owner: any AnyObject & Sendable
  ) throws(NPYError) {
    try NDArray.check(header, found: bytes.count)
    self.header = header
    unsafe self.bytes = bytes
    self.owner = owner
  }

  /// The element type.
  public var dtype: DType { header.dtype }

  /// The length of each axis; empty for a single value.
  public var shape: [Int] { header.shape }

  /// The number of elements.
  public var count: Int { header.count }

  /// A copy in memory, which is safe from the file's changes.
  public var array: NDArray {
    NDArray(header, valid: unsafe ContiguousArray(bytes))
  }

  /// The elements, in the order of the file.
  ///
  /// - Parameter type: The element type as Swift has it.
  /// - Throws: ``NPYError/notConvertible(dtype:to:)`` if the elements are of another type or in the other
  ///   byte order: a view converts nothing.
  public func elements<Value: NPYScalar>(
    as type: Value.Type
  ) throws(NPYError) -> Elements<Value> {
    // A byte other than 0 and 1 is a bool for NumPy, and none for Swift.
    guard dtype == Value.dtype, dtype.kind != .bool else {
      throw .notConvertible(dtype: dtype.description, to: "\(type) as they lie in the file")
    }
    return unsafe Elements(bytes: bytes, owner: owner)
  }

  /// A view of elements in memory.
  @safe
  public struct Elements<Value: NPYScalar>: RandomAccessCollection, Sendable {
    fileprivate nonisolated(unsafe) let bytes: UnsafeRawBufferPointer
    fileprivate let owner: any AnyObject & Sendable

    /// The first place.
    public var startIndex: Int { 0 }

    /// The position after the last element.
    public var endIndex: Int { unsafe bytes.count / MemoryLayout<Value>.size }

    /// The element at a place; it need not be aligned in the file.
    public subscript(index: Int) -> Value {
      precondition(indices.contains(index), "there is no such element")
      return unsafe bytes.loadUnaligned(
        fromByteOffset: index * MemoryLayout<Value>.size, as: Value.self)
    }

    /// Calls a function with all elements as memory, where they are aligned there as Swift needs them:
    /// always in an NPY file, and hardly ever in an archive of NumPy's.
    ///
    /// - Returns: The result of the function; `nil` if the elements are not aligned.
    public func withContiguousStorageIfAvailable<Result>(
      _ body: (UnsafeBufferPointer<Value>) throws -> Result
    ) rethrows -> Result? {
      let address = unsafe UInt(bitPattern: bytes.baseAddress)
      guard address.isMultiple(of: UInt(MemoryLayout<Value>.alignment)) else { return nil }
      defer { withExtendedLifetime(owner) {} }
      return try unsafe body(bytes.assumingMemoryBound(to: Value.self))
    }
  }
}
