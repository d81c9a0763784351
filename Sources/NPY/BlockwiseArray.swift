/// An array that is made of another one a block at a time, so that it need never be in memory as a whole:
/// with its axes swapped, with its values rounded, both, or unchanged.
package struct BlockwiseArray: Sendable {
  /// A type to round to: the machine's own.
  package enum Rounding: Sendable {
    /// Four bytes.
    case float
    /// Eight bytes.
    case double

    fileprivate var dtype: DType { self == .float ? Float.dtype : Double.dtype }
  }

  /// Element type, order and shape of what is made.
  package let header: NPYHeader

  private let source: NDArray
  private let isTransposed: Bool
  private let rounding: Rounding?

  /// - Parameters:
  ///   - source: The array that it is made of.
  ///   - isTransposed: Whether the axes are swapped, as ``NDArray/transposed()`` swaps them; there must
  ///     be two of them then.
  ///   - rounding: The type to round every value to, as ``NDArray/converted(to:)`` does; that must not throw
  ///     then, and there must be at most two axes.
  package init(of source: NDArray, isTransposed: Bool = false, rounding: Rounding? = nil) {
    precondition(!isTransposed || source.shape.count == 2, "only a matrix can be transposed")
    precondition(
      rounding == nil || source.dtype.isReal && source.shape.count <= 2,
      "only vectors and matrices of real numbers can be rounded")
    self.source = rounding == nil ? source : source.preparedForParts()
    self.isTransposed = isTransposed
    self.rounding = rounding
    let kept =
      isTransposed
      ? NPYHeader(source.header, reshaped: source.shape.reversed()) : source.header
    header = rounding.map { NPYHeader(rounding: kept, to: $0.dtype) } ?? kept
  }

  /// The whole of it.
  package var array: NDArray {
    let moved = isTransposed ? source.transposed() : source
    do {
      return switch rounding {
      case nil: moved
      case .float?: try moved.converted(to: Float.self)
      case .double?: try moved.converted(to: Double.self)
      }
    } catch {
      preconditionFailure("numbers that cannot be read: \(error)")
    }
  }

  /// Makes the bytes from `offset` on, as many as the buffer takes; for several threads at once.
  ///
  /// - Precondition: They are bytes of whole elements, and all of them are there.
  package func fill(_ buffer: UnsafeMutableRawBufferPointer, from offset: Int) {
    let size = header.dtype.itemSize
    let elements = offset / size..<(offset + buffer.count) / size
    precondition(offset >= 0 && buffer.count <= header.byteCount - offset)
    precondition(elements.lowerBound * size == offset && elements.count * size == buffer.count)
    // What is rounded comes in C order; the transpose of Fortran order is in C order already.
    let isMoved =
      rounding == nil ? isTransposed : source.header.isFortranOrder != isTransposed
    guard header.dtype != source.dtype else {
      unsafe source.copy(elements, isMoved: isMoved, into: buffer)
      return
    }
    let exact = source.part(elements, isMoved: isMoved)
    unsafe BlockwiseArray(of: exact, rounding: rounding).array.bytes.withUnsafeBytes {
      unsafe buffer.copyMemory(from: $0)
    }
  }
}
