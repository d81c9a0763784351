internal import Files
internal import NPY

/// Runs the operations of a pickle on a stack of nodes. There is nothing else that it could run.
///
/// What CPython's `pickle` would do for a class, a function or a persistent id is not here: a name
/// becomes a node of two words, and a call a node that says what was to be called with what.
struct PickleReader {
  typealias Index = Arena.Index

  let bytes: ContiguousArray<UInt8>
  let limits: ReadLimits
  let names: PickleNames

  /// The next byte to read.
  var position: Int
  /// Where the operation that is under way begins.
  var start: Int
  private var operation = Operation.mark
  private var operations = 0
  /// The end of the frame that is open; it lies behind ``position`` only within one.
  var frameEnd = 0

  var arena: Arena
  private var stack: ContiguousArray<Index> = []
  /// The heights of the stack where a MARK stands.
  private var marks: ContiguousArray<Int> = []
  /// Numbers may be anything up to 2^32, so that this cannot be an array.
  private var memo: [UInt32: Index] = [:]

  /// The protocol that was announced; 0 where none was.
  private(set) var version = 0

  init(
    _ bytes: ContiguousArray<UInt8>, from position: Int, limits: ReadLimits, names: PickleNames
  ) {
    self.bytes = bytes
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
    guard position < bytes.count else {
      throw .truncated(offset: position, operation: "the next operation", needed: 1, available: 0)
    }
    guard let operation = Operation(rawValue: bytes[position]) else {
      throw .unknownOperation(offset: position, byte: bytes[position])
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
    case .string: try push(.legacyString(legacyString(of: line())))
    case .binstring: try push(.legacyString(take(signedCount())))
    case .shortBinstring: try push(.legacyString(take(count(bytes: 1))))
    case .unicode: try push(.text(rawUnicodeEscape(of: line())))
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
    case .obj, .newobjEx, .ext1, .ext2, .ext4, .persid, .binpersid, .nextBuffer,
      .readonlyBuffer:
      throw .refusedOperation(
        offset: start, operation: operation.name, reason: operation.reasonForRefusal)
    }
  }

  // MARK: The stack

  /// The lowest value that may be taken: those below the last MARK belong to what was begun before.
  private var floor: Int { marks.last ?? 0 }

  func content(_ index: Index) -> Arena.Content { arena.nodes[Int(index)].content }

  private func top() throws(PickleError) -> Index {
    guard stack.count > floor, let value = stack.last else {
      throw bad("nothing is on the stack for it")
    }
    return value
  }

  private mutating func pop() throws(PickleError) -> Index {
    let value = try top()
    stack.removeLast()
    return value
  }

  private mutating func push(_ content: Arena.Content) throws(PickleError) {
    try push(arena.add(content, offset: start))
  }

  private mutating func push(_ index: Index) throws(PickleError) {
    guard stack.count < limits.maxPickleStack else {
      throw .limitExceeded(offset: start, name: "maxPickleStack", allowed: limits.maxPickleStack)
    }
    stack.append(index)
  }

  /// Takes the last MARK away.
  ///
  /// - Returns: Where the values behind it begin on the stack.
  private mutating func mark() throws(PickleError) -> Int {
    guard let mark = marks.popLast() else { throw bad("no MARK is there") }
    return mark
  }

  private mutating func pushTuple(_ count: Int) throws(PickleError) {
    guard stack.count - floor >= count else { throw bad("nothing is on the stack for it") }
    let places = try arena.places(of: stack.suffix(count), offset: start)
    stack.removeLast(count)
    try push(.tuple(places))
  }

  /// Makes a container of what is behind the last MARK.
  private mutating func collect(
    mayGrow: Bool = false, _ content: (Arena.Places) -> Arena.Content
  ) throws(PickleError) {
    let first = try mark()
    let places =
      try mayGrow
      ? arena.extend(Arena.Places(), by: stack[first...], offset: start)
      : arena.places(of: stack[first...], offset: start)
    stack.removeLast(stack.count - first)
    try push(content(places))
  }

  /// Adds the values from a height of the stack on to the container below.
  private mutating func extend(from first: Int) throws(PickleError) {
    guard first > floor else { throw bad("nothing is on the stack for it") }
    let target = stack[first - 1]
    // No slice of the stack is kept: it would have to be copied when the values are dropped.
    switch (operation, content(target)) {
    case (.append, .list(let places)), (.appends, .list(let places)):
      arena.set(target, .list(try arena.extend(places, by: stack[first...], offset: start)))
    case (.additems, .set(let places)):
      arena.set(target, .set(try arena.extend(places, by: stack[first...], offset: start)))
    case (.setitem, .dict(let places)), (.setitems, .dict(let places)):
      try checkPairs(stack[first...])
      arena.set(target, .dict(try arena.extend(places, by: stack[first...], offset: start)))
    case (.setitem, .object(let object)), (.setitems, .object(let object)):
      // The results of a search were a dictionary of its own class before scikit-learn 0.21. Nothing
      // that is looked for stands in one, so that its items are passed over.
      guard let name = arena.className(object) ?? arena.callee(object),
        PickleNames.dictionaries.contains(name)
      else {
        throw bad("it adds to \(kind(target))")
      }
      try checkPairs(stack[first...])
    default:
      throw bad("it adds to \(kind(target))")
    }
    stack.removeLast(stack.count - first)
  }

  /// Demands keys and values in turn, and no key that no dictionary can have.
  private func checkPairs(_ values: ArraySlice<Index>) throws(PickleError) {
    guard values.count.isMultiple(of: 2) else { throw bad("a key without a value") }
    for place in stride(from: values.startIndex, to: values.endIndex, by: 2) {
      switch content(values[place]) {
      case .list, .dict, .set: throw bad("\(kind(values[place])) as a key")
      default: continue
      }
    }
  }

  // MARK: The memo

  private mutating func remember(_ number: UInt32) throws(PickleError) {
    let value = try top()
    guard memo[number] != nil || memo.count < limits.maxPickleMemo else {
      throw .limitExceeded(offset: start, name: "maxPickleMemo", allowed: limits.maxPickleMemo)
    }
    memo[number] = value
  }

  private mutating func recall(_ number: UInt32) throws(PickleError) {
    guard let value = memo[number] else { throw bad("nothing was kept under \(number)") }
    try push(value)
  }

  // MARK: Names and what would be calls

  private mutating func pushGlobal(
    module: Range<Int>, name: Range<Int>
  ) throws(PickleError) {
    let global = try global(module: module, name: name)
    guard names.known.contains(global) || !names.refusesOthers else {
      throw .unknownName(offset: start, global)
    }
    guard
      let number = arena.number(
        of: global, offset: start, atMost: limits.maxPickleNames)
    else {
      throw .limitExceeded(offset: start, name: "maxPickleNames", allowed: limits.maxPickleNames)
    }
    try push(.global(number))
  }

  /// More than any module or class has. A name is compared with others whenever it is mentioned, and a
  /// text may be mentioned again and again.
  private static let longestName = 255

  private func global(
    module: Range<Int>, name: Range<Int>
  ) throws(PickleError) -> PickleGlobal {
    guard max(module.count, name.count) <= Self.longestName else {
      throw bad("a module or a name of more than \(Self.longestName) bytes")
    }
    guard let module = arena.text(module), let name = arena.text(name), !module.isEmpty,
      !name.isEmpty
    else { throw bad("a module or a name that is no text") }
    return PickleGlobal(module, name)
  }

  private mutating func pushObject(isCall: Bool) throws(PickleError) {
    let (arguments, callee) = (try pop(), try pop())
    guard case .tuple = content(arguments) else {
      throw bad("the arguments are \(kind(arguments)), not a tuple")
    }
    switch content(callee) {
    case .global: break
    // Whoever only lists the names wants to see those behind a getattr as well.
    case .object where !names.refusesOthers: break
    default: throw bad("it is asked of \(kind(callee)), not of a name")
    }
    try push(.object(Arena.Object(callee: callee, arguments: arguments, isCall: isCall)))
  }

  private mutating func build(nesting: Int) throws(PickleError) {
    let (state, target) = (try pop(), try top())
    guard case .object(var object) = content(target) else {
      throw bad("it gives a state to \(kind(target))")
    }
    guard object.state == nil else { throw bad("it gives a second state to an object") }
    object.state = state
    arena.set(target, .object(object))
    guard let wrapper = try arrayWrapper(of: object) else { return }
    // As in joblib, the array takes the place of what stands for it; the memo keeps the latter.
    _ = try pop()
    let array = try readArray(of: wrapper, nesting: nesting)
    try push(array)
  }

  // MARK: Errors

  func kind(_ index: Index) -> String { arena.kind(of: index) }

  func bad(_ problem: String) -> PickleError {
    .badOperation(offset: start, operation: operation.name, problem: problem)
  }
}

// MARK: Arguments

extension PickleReader {
  /// The number of the bytes that an operation needs, compared with those that are left.
  func checked(_ needed: UInt64) throws(PickleError) -> Int {
    let available = bytes.count - position
    guard needed <= UInt64(available) else {
      throw .truncated(
        offset: start, operation: operation.name, needed: needed, available: available)
    }
    return Int(needed)
  }

  mutating func byte() throws(PickleError) -> UInt8 {
    _ = try checked(1)
    defer { position += 1 }
    return bytes[position]
  }

  /// A little-endian number of so many bytes.
  private mutating func number(bytes width: Int) throws(PickleError) -> UInt64 {
    _ = try checked(UInt64(width))
    var value: UInt64 = 0
    for index in 0..<width { value |= UInt64(bytes[position + index]) << UInt64(8 * index) }
    position += width
    return value
  }

  /// The length of what follows, which must all be there.
  private mutating func count(bytes width: Int) throws(PickleError) -> Int {
    // In two steps: as an argument it would be read after the bytes left have been counted.
    let length = try number(bytes: width)
    return try checked(length)
  }

  /// The length of what follows, where the format gives it a sign.
  private mutating func signedCount() throws(PickleError) -> Int {
    let length = Int32(truncatingIfNeeded: try number(bytes: 4))
    guard length >= 0 else { throw bad("a length of \(length)") }
    return try checked(UInt64(length))
  }

  /// The next bytes, known to be there.
  mutating func take(_ count: Int) -> Range<Int> {
    defer { position += count }
    return position..<position + count
  }

  /// The bytes up to the next line break, which is passed over.
  private mutating func line() throws(PickleError) -> Range<Int> {
    guard let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) else {
      throw .truncated(
        offset: start, operation: operation.name, needed: UInt64(bytes.count - position) + 1,
        available: bytes.count - position)
    }
    defer { position = end + 1 }
    return position..<end
  }

  /// A number of the memo, in decimal digits.
  private mutating func lineNumber() throws(PickleError) -> UInt32 {
    let digits = bytes[try line()]
    guard !digits.isEmpty, digits.count <= 10, digits.allSatisfy(\.isDigit),
      let number = UInt32(String(decoding: digits, as: UTF8.self))
    else { throw bad("its number is none") }
    return number
  }
}
