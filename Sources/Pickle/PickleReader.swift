internal import Files
internal import NPY
internal import Deflate

/// Runs the operations of a pickle on a stack of nodes. There is nothing else that it could run.
///
/// What CPython's `pickle` would do for a class, a function or a persistent id is not here: a name
/// becomes a node of two words, and a call a node that says what was to be called with what.
struct PickleReader {
  typealias Index = Arena.Index

  let limits: ReadLimits
  let names: PickleNames

  /// The next byte to read.
  var position: Int
  /// Where the operation that is under way begins.
  var start: Int
  private(set) var operation = Operation.mark
  private var operations = 0
  /// The end of the frame that is open; it lies after ``position`` only within one.
  var frameEnd = 0

  var arena: Arena
  var stack: ContiguousArray<Index> = []
  /// The heights of the stack where a MARK stands.
  var marks: ContiguousArray<Int> = []
  /// Numbers may be anything up to 2^32, so that this cannot be an array.
  var memo: [UInt32: Index] = [:]

  /// The protocol that was announced; 0 where none was.
  private(set) var version = 0

  /// What a compressed file still holds; `nil` at its end, and for any other file.
  var source: InflatingStream?

  /// - Parameters:
  ///   - bytes: The file, or nothing of it yet where it is compressed.
  ///   - source: The stream that decompresses it then.
  ///   - position: Where the pickle begins.
  ///   - limits: Bounds on what it may ask for.
  ///   - names: Which names it may hold.
  init(
    _ bytes: ContiguousArray<UInt8>, unfolding source: InflatingStream? = nil,
    from position: Int = 0, limits: ReadLimits, names: PickleNames
  ) {
    self.source = source
    self.limits = limits
    self.names = names
    self.position = position
    start = position
    arena = Arena(bytes, maxNodes: limits.maxPickleNodes)
  }

  /// Reads one pickle up to its STOP.
  ///
  /// - Parameter nesting: How many pickles this one stands in; bounded by ``ReadLimits``.
  /// - Returns: The one value that it leaves.
  mutating func pickle(nesting: Int) throws(PickleError) -> Index {
    guard nesting <= limits.maxPickleNesting else {
      throw .limitExceeded(
        offset: position, name: "maxPickleNesting", allowed: limits.maxPickleNesting)
    }
    let first = position
    let outer = (stack, marks, memo, frameEnd)
    (stack, marks, memo, frameEnd) = ([], [], [:], 0)
    defer { (stack, marks, memo, frameEnd) = outer }
    while true {
      try begin()
      if operation == .stop { break }
      if operation == .proto {
        let number = try readProtocol(isFirst: start == first)
        if nesting == 0 { version = number }
      } else {
        try run(nesting: nesting)
      }
      // A reader that takes whole frames from the file would see other operations.
      if start < frameEnd, position > frameEnd { throw bad("it crosses the end of its frame") }
    }
    let value = try pop()
    guard stack.isEmpty, marks.isEmpty else {
      throw bad("\(stack.count + marks.count) values more are on the stack")
    }
    guard position >= frameEnd else { throw bad("its frame has not ended") }
    return value
  }

  /// Takes the byte of the next operation.
  private mutating func begin() throws(PickleError) {
    start = position
    guard try unfold(1) > 0 else {
      throw .truncated(offset: position, operation: "the next operation", needed: 1, available: 0)
    }
    let byte = arena.bytes[position]
    guard let operation = Operation(rawValue: byte) else {
      throw .unknownOperation(offset: position, byte: byte)
    }
    guard operations < limits.maxPickleOperations else {
      throw .limitExceeded(
        offset: position, name: "maxPickleOperations", allowed: limits.maxPickleOperations)
    }
    operations += 1
    position += 1
    self.operation = operation
  }

  private mutating func readProtocol(isFirst: Bool) throws(PickleError) -> Int {
    let number = try byte()
    guard number <= 5 else { throw bad("protocol \(number) is unknown; 0 to 5 are read") }
    guard isFirst else { throw bad("it may only stand at the beginning") }
    return Int(number)
  }

  private mutating func run(nesting: Int) throws(PickleError) {
    switch operation {
    case .proto, .stop: preconditionFailure("both are the business of the loop")
    case .frame:
      let length = try count(bytes: 8)
      guard start >= frameEnd else { throw bad("a frame within a frame") }
      frameEnd = position + length

    // Values
    case .none: try push(.none)
    case .newtrue: try push(.bool(true))
    case .newfalse: try push(.bool(false))
    case .int: try push(integer(of: line(), isLong: false))
    case .long: try push(integer(of: line(), isLong: true))
    case .binint: try push(.integer(Int64(Int32(truncatingIfNeeded: try number(bytes: 4)))))
    case .binint1: try push(.integer(Int64(try number(bytes: 1))))
    case .binint2: try push(.integer(Int64(try number(bytes: 2))))
    case .long1, .long4:
      let length = try operation == .long1 ? count(bytes: 1) : signedCount()
      let range = take(length)
      try push(integer(of: range))
    case .float:
      let digits = try line()
      try push(.float(float(of: digits)))
    case .binfloat: try push(.float(Double(bitPattern: number(bytes: 8).byteSwapped)))
    case .string: try push(.legacyString(legacyString(of: line(unfoldingAtMost: .max))))
    case .binstring: try push(.legacyString(take(signedCount())))
    case .shortBinstring: try push(.legacyString(take(count(bytes: 1))))
    case .unicode: try push(.text(rawUnicodeEscape(of: line(unfoldingAtMost: .max))))
    case .shortBinunicode: try push(.text(take(count(bytes: 1))))
    case .binunicode: try push(.text(take(count(bytes: 4))))
    case .binunicode8: try push(.text(take(count(bytes: 8))))
    case .shortBinbytes: try push(.bytes(take(count(bytes: 1))))
    case .binbytes: try push(.bytes(take(count(bytes: 4))))
    case .binbytes8, .bytearray8: try push(.bytes(take(count(bytes: 8))))

    // Containers
    case .emptyTuple: try push(.tuple(Arena.Places()))
    case .tuple1: try pushTuple(1)
    case .tuple2: try pushTuple(2)
    case .tuple3: try pushTuple(3)
    case .tuple: try collect { values in .tuple(values) }
    case .emptyList: try push(.list(Arena.Places()))
    case .emptyDict: try push(.dict(Arena.Places()))
    case .emptySet: try push(.set(Arena.Places()))
    case .list: try collect(mayGrow: true) { values in .list(values) }
    case .frozenset: try collect { values in .frozenset(values) }
    case .dict:
      try checkPairs(stack[floor...])
      try collect(mayGrow: true) { values in .dict(values) }
    case .append: try extend(from: stack.count - 1)
    case .appends, .additems: try extend(from: mark())
    case .setitem: try extend(from: stack.count - 2)
    case .setitems: try extend(from: mark())

    // The stack and the memo
    case .mark:
      guard marks.count < limits.maxPickleMarks else {
        throw .limitExceeded(
          offset: start, name: "maxPickleMarks", allowed: limits.maxPickleMarks)
      }
      marks.append(stack.count)
    case .pop:
      if marks.last == stack.count { marks.removeLast() } else { _ = try pop() }
    case .popMark: stack.removeLast(stack.count - (try mark()))
    case .dup: try push(top())
    case .get: try recall(lineNumber())
    case .binget: try recall(UInt32(try number(bytes: 1)))
    case .longBinget: try recall(UInt32(try number(bytes: 4)))
    case .put: try remember(lineNumber())
    case .binput: try remember(UInt32(try number(bytes: 1)))
    case .longBinput: try remember(UInt32(try number(bytes: 4)))
    case .memoize: try remember(UInt32(clamping: memo.count))

    // Names and what would be calls
    case .global:
      let module = try line()
      try pushGlobal(module: module, name: line())
    case .stackGlobal:
      let (name, module) = (try pop(), try pop())
      guard case .text(let nameRange) = content(name),
        case .text(let moduleRange) = content(module)
      else { throw bad("module and name must be texts, not \(kind(module)) and \(kind(name))") }
      try pushGlobal(module: moduleRange, name: nameRange)
    case .reduce: try pushObject(isCall: true)
    case .newobj: try pushObject(isCall: false)
    case .build: try build(nesting: nesting)
    case .inst:
      let global = try global(module: line(), name: line())
      throw .refusedOperation(
        offset: start, operation: operation.name,
        reason: "it calls \(global), and no model needs it")
    case .binpersid where names.isOfTorch: try push(.persistent(pop()))
    case .obj, .newobjEx, .ext1, .ext2, .ext4, .persid, .binpersid, .nextBuffer,
      .readonlyBuffer:
      throw .refusedOperation(
        offset: start, operation: operation.name, reason: operation.reasonForRefusal)
    }
  }

  func kind(_ index: Index) -> String { arena.kind(of: index) }

  func bad(_ problem: String) -> PickleError {
    .badOperation(offset: start, operation: operation.name, problem: problem)
  }
}
