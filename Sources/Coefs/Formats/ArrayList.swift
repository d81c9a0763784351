import Files
import NPY
import Sklearn

/// The arrays of a file by name; the data is read when it is needed.
struct ArrayList {
  /// One array.
  struct Entry {
    /// `nil` for a lone array.
    let name: String?
    /// The header, or the error if the array cannot be read.
    let header: Result<NPYHeader, NPYError>
    /// The format's own name of the element type, and the shape, where NumPy's say less.
    var stored: (type: String, shape: [Int])?

    /// What reads the array, shared by all of a file, which may be many; and which of them this is.
    private let source: ArraySource
    private let index: Int

    /// An array of a file.
    init(
      name: String?, header: Result<NPYHeader, NPYError>, in source: ArraySource, at index: Int,
      stored: (type: String, shape: [Int])? = nil
    ) {
      self.name = name
      self.header = header
      self.stored = stored
      self.source = source
      self.index = index
    }

    /// An array that is read in a way of its own.
    init(
      name: String?, header: Result<NPYHeader, NPYError>,
      stored: (type: String, shape: [Int])? = nil,
      read: @escaping @Sendable () throws(CoefsError) -> NDArray
    ) {
      self.init(
        name: name, header: header,
        in: ArraySource { _ throws(CoefsError) in try read() }, at: 0, stored: stored)
    }

    /// Reads the array and checks it.
    func read() throws(CoefsError) -> NDArray { try source.read(index) }

    /// Reads header and data unchanged, where the array may hold objects.
    var readWhole: (() throws(CoefsError) -> ContiguousArray<UInt8>)? {
      source.readWhole.map { read in { () throws(CoefsError) in try read(index) } }
    }

    /// Opens the array to read its elements in the order of the file, some at a time: each call gives the next ones.
    /// The caller asks for no more than there are.
    var elements: (() throws(CoefsError) -> (Int) throws(CoefsError) -> NDArray)? {
      source.elements.map { open in { () throws(CoefsError) in try open(index) } }
    }
  }

  /// What reads the arrays of a file by their places; see ``Entry`` for what each does.
  final class ArraySource: Sendable {
    let read: @Sendable (Int) throws(CoefsError) -> NDArray
    let readWhole: (@Sendable (Int) throws(CoefsError) -> ContiguousArray<UInt8>)?
    let elements: (@Sendable (Int) throws(CoefsError) -> (Int) throws(CoefsError) -> NDArray)?

    init(
      read: @escaping @Sendable (Int) throws(CoefsError) -> NDArray,
      readWhole: (@Sendable (Int) throws(CoefsError) -> ContiguousArray<UInt8>)? = nil,
      elements: (@Sendable (Int) throws(CoefsError) -> (Int) throws(CoefsError) -> NDArray)? = nil
    ) {
      self.read = read
      self.readWhole = readWhole
      self.elements = elements
    }
  }

  /// The file, as the caller named it.
  let file: String
  var entries: [Entry]
  /// The names of the entries that are not arrays.
  var others: [String] = []
  /// Warnings about the file.
  var notes: [String] = []
  /// The names in the pickles of arrays that hold objects.
  var names: [StoredName] = []
  /// Why no network is read where these names are, unless they are ignored: objects that cannot be read, modules
  /// that are no layers.
  var refusals: [(name: String?, error: any CategorizedError)] = []
  /// Whether the layers are in the order in which they take a row.
  var isOrdered = false

  /// Whether the file is a single array, without a name.
  var isLoneArray: Bool { entries.count == 1 && entries[0].name == nil }
}

extension ArrayList.Entry {
  /// An array that is in memory.
  init(_ name: String, _ array: NDArray) {
    self.init(name: name, header: .success(array.header)) { () throws(CoefsError) in array }
  }

  /// Whether the array holds Python objects.
  var holdsObjects: Bool {
    guard case .success(let header) = header else { return false }
    return header.dtype.kind == .object
  }
}

extension [ArrayList.Entry] {
  /// Reads the arrays at some places; several threads share much of it.
  ///
  /// - Throws: ``CoefsError``: that of the first that cannot be read.
  func read(_ places: [Int]) throws(CoefsError) -> [NDArray] {
    let byteCount = places.reduce(0) { sum, place in
      sum + Swift.min((try? self[place].header.get().byteCount) ?? 0, Self.smallArrays)
    }
    guard byteCount >= Self.smallArrays else {
      return try places.map { place throws(CoefsError) in try self[place].read() }
    }
    let arrays = concurrentMap(places.count) { index in
      Result { () throws(CoefsError) in try self[places[index]].read() }
    }
    return try arrays.map { array throws(CoefsError) in try array.get() }
  }

  /// Arrays of fewer bytes are read by one thread, before others would have woken up.
  private static var smallArrays: Int { 1 << 20 }
}
