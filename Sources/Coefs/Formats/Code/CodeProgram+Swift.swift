import MLP

extension CodeProgram {
  /// The network in Swift, also Embedded Swift: one file without imports.
  ///
  /// - Parameter tests: Rows of the self-test.
  func swift<T: CodeScalar>(tests: [[T]]) -> String {
    var writer = SwiftWriter<T>(program: self)
    return writer.write(tests)
  }
}

/// Writes a program in Swift.
///
/// All numbers are in strings that the linker puts into read-only data: six bits a letter. An array literal would be in
/// writable memory, and takes the compiler minutes where it is long.
private struct SwiftWriter<T: CodeScalar> {
  let program: CodeProgram
  private var tables: [String] = []
  private var functions: Set<CodeProgram.Function> = []
  private var lines: [String] = []
  /// The values of scratch memory that are in use, and the maximum of that.
  private var (scratch, mostScratch) = (0, 0)
  private var names = 0

  init(program: CodeProgram) { self.program = program }

  private var isSingle: Bool { T.significandBitCount < 52 }
  private var real: String { isSingle ? "Float" : "Double" }

  private func number(_ value: T) -> String {
    if value.isNaN { return "\(real).nan" }
    if value.isInfinite { return value < 0 ? "-\(real).infinity" : "\(real).infinity" }
    return CodeText.hex(value)
  }

  private func number(_ value: Double) -> String { number(T(value)) }

  // MARK: Tables

  /// Letters of six bits each, the lowest bits first.
  private static func letters(_ bits: UInt64, _ count: Int) -> String {
    var (bits, text) = (bits, "")
    for _ in 0..<count {
      let letter = UnicodeScalar(UInt8(63 + bits & 63))
      text += letter == "\\" ? "\\\\" : String(letter)
      bits >>= 6
    }
    return text
  }

  private mutating func table(_ what: String, _ letters: [String]) -> String {
    let name = "t\(tables.count)"
    var text = "  /// \(what)\n  private static var \(name): StaticString {\n    \"\"\"\n"
    var line = ""
    for item in letters {
      line += item
      if line.utf8.count >= 100 {
        text += "    \(line)\\\n"
        line = ""
      }
    }
    text += "    \(line)\n    \"\"\"\n  }\n"
    tables.append(text)
    return name
  }

  private mutating func table(_ what: String, _ values: [T]) -> String {
    table(what, values.map { Self.letters($0.bits, isSingle ? 6 : 11) })
  }

  private mutating func table(_ what: String, _ values: [Double]) -> String {
    table(what, values.map { T($0) })
  }

  private mutating func table(_ what: String, _ values: [Int]) -> String {
    table(what, values.map { Self.letters(UInt64($0), 6) })
  }

  // MARK: Stages

  private mutating func buffer(_ width: Int) -> String {
    names += 1
    lines.append("let v\(names) = unsafe scratch + \(scratch)")
    take(width)
    return "v\(names)"
  }

  /// Takes scratch memory.
  private mutating func take(_ width: Int) {
    scratch += width
    mostScratch = max(mostScratch, scratch)
  }

  private mutating func loop(_ width: Int, _ body: String...) {
    lines.append("for i in 0..<\(width) {")
    lines += body.map { "  \($0)" }
    lines.append("}")
  }

  /// Writes a stage; its values are in another part of the scratch memory.
  private mutating func write(
    _ stage: CodeProgram.Stage, _ x: (name: String, width: Int)
  ) -> (name: String, width: Int) {
    let a = x.name
    switch stage {
    case .arithmetic(let kind, let values):
      let (b, t) = (buffer(x.width), table("A number for each column.", values))
      loop(x.width, "unsafe \(b)[i] = \(a)[i] \(kind.rawValue) value(\(t), i)")
      return (b, x.width)
    case .clip(let range):
      let b = buffer(x.width)
      let (low, high) = (number(range.lowerBound), number(range.upperBound))
      loop(
        x.width,
        "unsafe \(b)[i] = \(a)[i] < \(low) ? \(low) : \(a)[i] > \(high) ? \(high) : \(a)[i]")
      return (b, x.width)
    case .function(let function):
      functions.insert(function)
      let b = buffer(x.width)
      loop(x.width, "unsafe \(b)[i] = \(function.rawValue)(\(a)[i])")
      return (b, x.width)
    case .binarize(let threshold):
      let b = buffer(x.width)
      loop(
        x.width,
        "unsafe \(b)[i] = \(a)[i] != \(a)[i] ? \(a)[i] : \(a)[i] > \(number(threshold)) ? 1 : 0")
      return (b, x.width)
    case .power(let isBoxCox, let lambdas):
      functions.formUnion([isBoxCox ? .log : .log1p, .expm1])
      let (b, t) = (buffer(x.width), table("The λ of each column.", lambdas))
      if isBoxCox {
        loop(x.width, "unsafe \(b)[i] = boxCox(log(\(a)[i]), value(\(t), i))")
      } else {
        loop(
          x.width, "let lambda = value(\(t), i)",
          "unsafe \(b)[i] = \(a)[i] < 0 ? -boxCox(log1p(-\(a)[i]), 2 - lambda) : boxCox(log1p(\(a)[i]), lambda)"
        )
      }
      return (b, x.width)
    case .bins(let edges):
      let b = buffer(x.width)
      let starts = table(
        "Where each column begins.",
        edges.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) })
      let t = table("The edges.", edges.flatMap(\.self))
      loop(
        x.width, "var count = 0",
        "for k in index(\(starts), i)..<index(\(starts), i + 1) where unsafe value(\(t), k) <= \(a)[i] { count += 1 }",
        "unsafe \(b)[i] = \(a)[i] != \(a)[i] ? \(a)[i] : \(real)(count)")
      return (b, x.width)
    case .fill(let values, let missing):
      let (b, t) = (buffer(x.width), table("What replaces a missing value.", values))
      let test = isMissing(a, missing)
      loop(x.width, "unsafe \(b)[i] = \(test) ? value(\(t), i) : \(a)[i]")
      return (b, x.width)
    case .isMissing(let missing):
      let b = buffer(x.width)
      let test = isMissing(a, missing)
      loop(x.width, "unsafe \(b)[i] = \(test) ? 1 : 0")
      return (b, x.width)
    case .demandValues(let columns):
      for column in columns {
        lines.append("if unsafe \(a)[\(column)] != \(a)[\(column)] { return false }")
      }
      return x
    case .encode(let encodings, let isOneHot): return encode(encodings, isOneHot, x)
    case .normalize(let norm):
      let b = buffer(x.width)
      let size = "s\(names)"
      lines.append("var \(size): \(real) = 0")
      let absolute = "(\(a)[i] < 0 ? -\(a)[i] : \(a)[i])"
      switch norm {
      case .l1: loop(x.width, "unsafe \(size) += \(absolute)")
      case .l2:
        functions.insert(.sqrt)
        loop(x.width, "unsafe \(size) += \(a)[i] * \(a)[i]")
        lines.append("\(size) = sqrt(\(size))")
      case .max: loop(x.width, "if unsafe \(absolute) > \(size) { unsafe \(size) = \(absolute) }")
      case .sum: loop(x.width, "unsafe \(size) += \(a)[i]")
      }
      if norm != .sum {
        lines.append("if \(size) < \(number(10 * Double.ulpOfOne)) { \(size) = 1 }")
      }
      loop(x.width, "unsafe \(b)[i] = \(a)[i] / \(size)")
      return (b, x.width)
    case .select(let columns):
      let (b, t) = (buffer(columns.count), table("The columns.", columns))
      loop(columns.count, "unsafe \(b)[i] = \(a)[index(\(t), i)]")
      return (b, columns.count)
    case .products(let products):
      let b = buffer(products.count)
      let starts = table(
        "Where each product begins.",
        products.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) })
      let t = table("The factors.", products.flatMap { $0.reversed() })
      loop(
        products.count, "let factors = index(\(starts), i)..<index(\(starts), i + 1)",
        "var product: \(real) = unsafe factors.isEmpty ? 1 : \(a)[index(\(t), factors.lowerBound)]",
        "for k in factors.dropFirst() { unsafe product = product * \(a)[index(\(t), k)] }",
        "unsafe \(b)[i] = product")
      return (b, products.count)
    case .dense(let weights, let biases, let inputs):
      let outputs = weights.count / inputs
      let (b, w) = (buffer(outputs), table("Weights, \(outputs) × \(inputs).", weights))
      let bias = biases.map { " + value(\(table("Biases.", $0)), i)" } ?? ""
      loop(
        outputs, "var sum: \(real) = 0",
        "for k in 0..<\(inputs) { unsafe sum += \(a)[k] * value(\(w), i * \(inputs) + k) }",
        "unsafe \(b)[i] = sum\(bias)")
      return (b, outputs)
    case .quantized(let layer):
      let outputs = layer.biases.count
      let codes = "q\(names + 1)"
      lines.append("let \(codes) = unsafe UnsafeMutableRawPointer(scratch + \(scratch))")
      take(layer.inputs)
      let b = buffer(outputs)
      let w = table(
        "The codes of the weights, \(outputs) × \(layer.inputs).",
        layer.weights.map { Self.letters(UInt64(UInt8(bitPattern: $0)), 2) })
      let offsets = table(
        "What the zero point takes from each sum.",
        layer.offsets.map { Self.letters(UInt64(UInt32(bitPattern: $0)), 6) })
      let scales = table("The scale of each sum.", layer.scales.map { Double($0) })
      let biases = table("Biases.", layer.biases.map { Double($0) })
      loop(
        layer.inputs,
        "let code = unsafe code(\(a)[i], \(CodeText.hex(layer.inverseScale)), \(layer.zeroPoint))",
        "unsafe \(codes).storeBytes(of: code, toByteOffset: 4 * i, as: Int32.self)"
      )
      loop(
        outputs,
        "var sum = Int32(truncatingIfNeeded: bits(\(offsets), 6 * i, 6))",
        "for k in 0..<\(layer.inputs) {",
        "  let code = unsafe \(codes).load(fromByteOffset: 4 * k, as: Int32.self)",
        "  sum &+= byte(\(w), i * \(layer.inputs) + k) &* code", "}",
        "unsafe \(b)[i] = Float(sum) * value(\(scales), i) + value(\(biases), i)")
      return (b, outputs)
    case .softmax:
      functions.insert(.exp)
      let b = buffer(x.width)
      lines.append("var most\(names) = unsafe \(a)[0]")
      loop(x.width, "if unsafe \(a)[i] > most\(names) { unsafe most\(names) = \(a)[i] }")
      lines.append("var sum\(names): \(real) = 0")
      loop(x.width, "unsafe \(b)[i] = exp(\(a)[i] - most\(names))", "unsafe sum\(names) += \(b)[i]")
      loop(x.width, "unsafe \(b)[i] = \(b)[i] / sum\(names)")
      return (b, x.width)
    case .branches(let branches):
      let width = CodeProgram.width(of: [stage], inputs: x.width)
      let b = buffer(width)
      let first = scratch
      var start = 0
      for stages in branches {
        // All take the same memory, one after another.
        scratch = first
        let part = stages.reduce(x) { write($1, $0) }
        if part.width > 0 { loop(part.width, "unsafe \(b)[\(start) + i] = \(part.name)[i]") }
        start += part.width
      }
      scratch = first
      return (b, width)
    case .weightedSum(let weights, let width):
      let (b, t) = (buffer(width), table("The weight of each row.", weights))
      loop(
        width, "var sum: \(real) = 0",
        "for k in 0..<\(weights.count) { unsafe sum += \(a)[k * \(width) + i] * value(\(t), k) }",
        "unsafe \(b)[i] = sum")
      return (b, width)
    case .share:
      let b = buffer(x.width)
      lines.append("var total\(names): \(real) = 0")
      loop(x.width, "unsafe total\(names) += \(a)[i]")
      let equal = number(1 / T(x.width))
      loop(
        x.width, "unsafe \(b)[i] = total\(names) == 0 ? \(equal) : \(a)[i] / total\(names)")
      return (b, x.width)
    case .interpolate(let points, let values):
      let (b, p) = (buffer(1), table("The points of a curve.", points))
      let v = table("Its values there.", values)
      lines.append("unsafe \(b)[0] = curve(\(p), \(v), \(points.count), \(a)[0])")
      return (b, 1)
    case .place(let place):
      let b = buffer(1)
      switch place {
      case .first, .last:
        let compares = if case .first = place { ">" } else { ">=" }
        lines.append("var best\(names) = 0")
        loop(x.width, "if unsafe \(a)[i] \(compares) \(a)[best\(names)] { best\(names) = i }")
        lines.append("unsafe \(b)[0] = \(real)(best\(names))")
      case .above(let threshold):
        lines.append("unsafe \(b)[0] = \(a)[0] > \(number(threshold)) ? 1 : 0")
      case .atLeast(let threshold):
        lines.append("unsafe \(b)[0] = \(a)[0] >= \(number(threshold)) ? 1 : 0")
      case .below(let threshold):
        lines.append("unsafe \(b)[0] = \(a)[0] >= \(number(threshold)) ? 0 : 1")
      }
      return (b, 1)
    case .demandFinite:
      loop(x.width, "if unsafe !\(a)[i].isFinite { return false }")
      return x
    }
  }

  private mutating func isMissing(_ a: String, _ missing: [Double]) -> String {
    if missing.allSatisfy(\.isNaN) { return "\(a)[i] != \(a)[i]" }
    let t = table("How a missing value is written.", missing)
    return "isMissing(\(a)[i], value(\(t), i))"
  }

  private mutating func encode(
    _ encodings: [InputTransform.Encoding], _ isOneHot: Bool, _ x: (name: String, width: Int)
  ) -> (name: String, width: Int) {
    let width = isOneHot ? encodings.reduce(0) { $0 + $1.width } : encodings.count
    let b = buffer(width)
    let starts = table(
      "Where the categories of each column begin.",
      encodings.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.categories.count) })
    let known = table("The categories.", encodings.flatMap(\.categories))
    let codes = table("The code of each category.", encodings.flatMap(\.codes))
    let refuses = table(
      "Whether a column refuses what is no known category.",
      encodings.map { $0.unknown == nil ? 1 : 0 })
    let others = table("The code of what is no known category.", encodings.map { $0.unknown ?? 0 })
    var body = [
      "var code = value(\(others), i)",
      "var isKnown = index(\(refuses), i) == 0",
      "for k in index(\(starts), i)..<index(\(starts), i + 1) where unsafe isMissing(\(x.name)[i], value(\(known), k)) {",
      "  code = value(\(codes), k)", "  isKnown = true", "  break", "}",
      "if !isKnown { return false }",
    ]
    if isOneHot {
      let columns = table(
        "Where the columns of each begin.",
        encodings.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.width) })
      body += [
        "for k in index(\(columns), i)..<index(\(columns), i + 1) {",
        "  unsafe \(b)[k] = code == \(real)(k - index(\(columns), i)) ? 1 : 0", "}",
      ]
    } else {
      body.append("unsafe \(b)[i] = code")
    }
    lines.append("for i in 0..<\(encodings.count) {")
    lines += body.map { "  \($0)" }
    lines.append("}")
    return (b, width)
  }

  // MARK: The file

  mutating func write(_ tests: [[T]]) -> String {
    if program.required.count == program.inputs {
      loop(program.inputs, "if unsafe !x[i].isFinite { return false }")
    } else if !program.required.isEmpty {
      let t = table("The inputs that may not be missing.", program.required)
      loop(program.required.count, "if unsafe !x[index(\(t), i)].isFinite { return false }")
    }
    let result = program.stages.reduce((name: "x", width: program.inputs)) { write($1, $0) }
    loop(result.width, "y[i] = unsafe \(result.name)[i]")
    let test = testing(tests)
    let remarks =
      program.remarks + [
        "",
        "Written by Coefs. For Swift and Embedded Swift 6.2 or later; needs no module, and allocates on the stack alone.",
        "Every machine computes the same bits, as `selfTest` shows.",
      ]
    return remarks.map { $0.isEmpty ? "///\n" : "/// " + CodeText.comment($0) + "\n" }.joined()
      + """
      enum \(program.name.typeName): Sendable {
        /// The length of a row.
        static let inputCount = \(program.inputs)
      \(labels)
      \(answers)
      \(test)
        // MARK: Computing

        /// Computes the outputs of a row; `false` for a row that is refused.
        private static func compute(_ inputs: Span<\(real)>, _ y: inout MutableSpan<\(real)>) -> Bool {
          precondition(inputs.count == inputCount, "a row has \(program.inputs) values")
          return unsafe inputs.withUnsafeBufferPointer { x in
            unsafe withUnsafeTemporaryAllocation(of: \(real).self, capacity: \(max(1, mostScratch))) { memory in
              guard let scratch = memory.baseAddress else { return false }
      \(lines.map { "        \($0)" }.joined(separator: "\n"))
              return true
            }
          }
        }

      \(helpers)
        // MARK: The numbers

        /// A number of a table: six bits a letter, the lowest first.
        @inline(__always)
        private static func bits(_ table: StaticString, _ start: Int, _ count: Int) -> \(isSingle ? "UInt64" : "UInt64") {
          let letters = unsafe table.utf8Start + start
          var bits: UInt64 = 0
          for letter in 0..<count { unsafe bits |= UInt64(letters[letter] &- 63) << UInt64(6 * letter) }
          return bits
        }

        @inline(__always)
        private static func value(_ table: StaticString, _ index: Int) -> \(real) {
          \(isSingle ? "Float(bitPattern: UInt32(truncatingIfNeeded: bits(table, 6 * index, 6)))" : "Double(bitPattern: bits(table, 11 * index, 11))")
        }

        @inline(__always)
        private static func index(_ table: StaticString, _ index: Int) -> Int {
          Int(truncatingIfNeeded: bits(table, 6 * index, 6))
        }

      \(tables.joined(separator: "\n"))}

      """
  }

  private var labelType: String {
    switch program.task {
    case .values: real
    case .classes(let labels), .multilabel(let labels):
      switch labels {
      case .integers: "Int64"
      case .booleans: "Bool"
      case .numbers: "Double"
      case .texts: "StaticString"
      }
    }
  }

  private var labelTexts: [String] {
    switch program.task {
    case .values: []
    case .classes(let labels), .multilabel(let labels):
      switch labels {
      case .integers(let values): values.map { "\($0)" }
      case .booleans(let values): values.map { "\($0)" }
      case .numbers(let values):
        values.map {
          $0.isFinite ? CodeText.hex($0) : $0.isNaN ? ".nan" : $0 < 0 ? "-.infinity" : ".infinity"
        }
      case .texts(let values): values.map { CodeText.swiftString($0) }
      }
    }
  }

  /// The labels by a switch, which takes no memory.
  private var labels: String {
    guard !labelTexts.isEmpty else {
      return
        "  /// The number of values that are predicted.\n  static let outputCount = \(program.outputs)\n"
    }
    let cases = labelTexts.enumerated().map { index, label in
      index == labelTexts.count - 1 ? "    default: \(label)" : "    case \(index): \(label)"
    }
    return """
        /// The number of classes.
        static let classCount = \(labelTexts.count)

        /// A label, by its place in the order of the probabilities.
        ///
        /// - Precondition: The place is one of `0..<classCount`.
        static func label(_ index: Int) -> \(labelType) {
          precondition(index >= 0 && index < classCount, "there are \(labelTexts.count) classes")
          return switch index {
      \(cases.map { "  \($0)" }.joined(separator: "\n"))
          }
        }

      """
  }

  private var answers: String {
    let rows = "_ inputs: Span<\(real)>"
    let refused =
      "a row that is refused: one with a value that is missing, not finite, or not a known category where it has to be"
    switch program.task {
    case .values:
      return """
          /// Predicts the values of a row; `false` for \(refused).
          ///
          /// - Precondition: There is room for `outputCount` values.
          static func predict(\(rows), into values: inout MutableSpan<\(real)>) -> Bool {
            compute(inputs, &values)
          }

        """
    case .classes:
      let count = program.outputs
      let isBinary = count == 1
      let place =
        program.hasPlace
        ? "return label(Int(y[\(count)]))"
        : isBinary
          ? "return label(y[0] > 0.5 ? 1 : 0)"
          : "var best = 0\n      for i in 1..<\(count) where y[i] > y[best] { best = i }\n      return label(best)"
      let proba =
        program.hasPlace
        ? """
            unsafe withUnsafeTemporaryAllocation(of: \(real).self, capacity: \(count + 1)) { memory in
              unsafe memory.initialize(repeating: 0)
              var y = unsafe memory.mutableSpan
              guard compute(inputs, &y) else { return false }
              for i in 0..<\(count) { probabilities[i] = y[i] }
              return true
            }
        """
        : isBinary
          ? """
              guard compute(inputs, &probabilities) else { return false }
              let p = probabilities[0]
              probabilities[0] = 1 - p
              probabilities[1] = p
              return true
          """
          : "    compute(inputs, &probabilities)"
      let probabilities = """
          /// The probability of each class; `false` for \(refused).
          ///
          /// - Precondition: There is room for `classCount` values.
          static func predictProba(\(rows), into probabilities: inout MutableSpan<\(real)>) -> Bool {
        \(proba)
          }


        """
      return (program.hasProbabilities ? probabilities : "") + """
          /// The label of a row; `nil` for \(refused).
          static func predict(\(rows)) -> \(labelType)? {
            unsafe withUnsafeTemporaryAllocation(of: \(real).self, capacity: \(count + (program.hasPlace ? 1 : 0))) { memory in
              unsafe memory.initialize(repeating: 0)
              var y = unsafe memory.mutableSpan
              guard compute(inputs, &y) else { return nil }
              \(place)
            }
          }

        """
    case .multilabel:
      return """
          /// The probability of each label; `false` for \(refused).
          ///
          /// - Precondition: There is room for `classCount` values.
          static func predictProba(\(rows), into probabilities: inout MutableSpan<\(real)>) -> Bool {
            compute(inputs, &probabilities)
          }

          /// Whether a label applies to a row, for each; `false` for \(refused).
          ///
          /// - Precondition: There is room for `classCount` values.
          static func predict(\(rows), into applies: inout MutableSpan<Bool>) -> Bool {
            unsafe withUnsafeTemporaryAllocation(of: \(real).self, capacity: \(program.outputs)) { memory in
              unsafe memory.initialize(repeating: 0)
              var y = unsafe memory.mutableSpan
              guard compute(inputs, &y) else { return false }
              for i in 0..<\(program.outputs) { applies[i] = y[i] > 0.5 }
              return true
            }
          }

        """
    }
  }

  private mutating func testing(_ tests: [[T]]) -> String {
    let known = program.known(tests)
    guard !known.isEmpty else { return "" }
    let width = known[0].results.count
    let rows = table("The rows of the self-test.", known.flatMap(\.row))
    let expected = table("Their results.", known.flatMap(\.results))
    let call: String
    let isDirect = !program.hasProbabilities
    if case .values = program.task { call = "predict" } else { call = "predictProba" }
    return """
        /// Computes some rows, whose results are known to the bit: whether all are the same.
        static func selfTest() -> Bool {
          unsafe withUnsafeTemporaryAllocation(of: \(real).self, capacity: \(program.inputs + width)) { memory in
            unsafe memory.initialize(repeating: 0)
            for row in 0..<\(known.count) {
              for i in 0..<\(program.inputs) { unsafe memory[i] = value(\(rows), row * \(program.inputs) + i) }
              let x = unsafe UnsafeBufferPointer(rebasing: memory[..<\(program.inputs)])
              let results = unsafe UnsafeMutableBufferPointer(rebasing: memory[\(program.inputs)...])
              var y = unsafe results.mutableSpan
              guard unsafe \(isDirect ? "compute(x.span, &y)" : "\(call)(x.span, into: &y)") else { return false }
              for i in 0..<\(width) where y[i].bitPattern != value(\(expected), row * \(width) + i).bitPattern {
                return false
              }
            }
            return true
          }
        }

      """
  }
}

extension SwiftWriter {
  /// The functions that are used.
  private var helpers: String {
    var needed = functions
    if needed.contains(.expm1) { needed.formUnion([.exp, .log]) }
    if !needed.isDisjoint(with: [.log1p, .log2, .log10]) { needed.insert(.log) }
    let usesParts = !needed.isDisjoint(with: [.exp, .logistic, .tanh])
    let usesPower = usesParts || needed.contains(.sqrt) || needed.contains(.log)
    let fraction = T.significandBitCount
    let bias = (1 << ((isSingle ? 8 : 11) - 1)) - 1
    let (word, int) = isSingle ? ("UInt32", "Int32") : ("UInt64", "Int64")
    func n(_ value: T) -> String { number(value) }
    var text: [String] = []
    func add(_ comment: String, _ name: String, _ body: String...) {
      text.append(
        (comment.isEmpty ? "" : "  /// \(comment)\n")
          + "  private static func \(name)(_ x: \(real)) -> \(real) {\n"
          + body.map { "    \($0)\n" }.joined() + "  }\n")
    }
    if usesPower {
      text.append(
        """
          /// 2^n, for a power that is a normal number.
          private static func power(_ n: \(int)) -> \(real) {
            \(real)(bitPattern: \(word)(truncatingIfNeeded: n &+ \(bias)) << \(fraction))
          }

        """)
    }
    if usesParts {
      let s = T.series.map { n($0) }
      let series =
        isSingle
        ? [
          "let low4 = \(s[0]) + \(s[1]) * r", "let high4 = \(s[2]) + \(s[3]) * r",
          "let series = low4 + (high4 + \(s[4]) * square) * square",
        ]
        : [
          "let fourth = square * square", "let one = \(s[0]) + \(s[1]) * r",
          "let two = \(s[2]) + \(s[3]) * r", "let three = \(s[4]) + \(s[5]) * r",
          "let four = \(s[6]) + \(s[7]) * r", "let five = \(s[8]) + \(s[9]) * r",
          "let series = (one + two * square) + (three + four * square + five * fourth) * fourth",
        ]
      text.append(
        """
          /// e^x = 2^n (1 + high + c).
          private static func partsOfExp(_ x: \(real)) -> (n: \(real), high: \(real), c: \(real)) {
            let n = (x * \(n(T.log2e)) + \(n(T.shift))) - \(n(T.shift))
            let high = x - n * \(n(T.ln2High))
            let low = n * \(n(T.ln2Low))
            let r = high - low
            let square = r * r
        \(series.map { "    \($0)" }.joined(separator: "\n"))
            return (n, high, square * series - low)
          }

        """)
    }
    if needed.contains(.exp) || needed.contains(.logistic) {
      text.append(
        """
          /// e^x, and what the last rounding took away.
          private static func roundedExp(_ x: \(real)) -> (value: \(real), lost: \(real)) {
            let e = partsOfExp(x)
            let first = 1 + e.high
            let rest = (e.high - (first - 1)) + e.c
            let sum = first + rest
            let some = e.n > \(n(T.split)) ? \(n(T.split)) : e.n < -\(n(T.split)) ? -\(n(T.split)) : e.n
            return (sum * power(\(int)(some)) * power(\(int)(e.n - some)), rest - (sum - first))
          }

        """)
    }
    if needed.contains(.exp) {
      add(
        "", "exp", "if x != x { return x }",
        "return roundedExp(x > \(n(T.expMax)) ? \(n(T.expMax)) : x < \(n(T.expMin)) ? \(n(T.expMin)) : x).value"
      )
    }
    if needed.contains(.logistic) {
      add(
        "1 / (1 + e^−x).", "logistic", "if x != x { return x }", "let negative = x < 0 ? x : -x",
        "let e = roundedExp(negative < \(n(T.expMin)) ? \(n(T.expMin)) : negative)",
        "let sum = 1 + e.value", "let quotient = (x < 0 ? e.value : 1) / sum",
        "let lost = (x < 0 ? e.value * e.lost : 0) - quotient * (e.value - (sum - 1))",
        "return quotient + lost * (\(n(1.457)) - \(n(0.5)) * sum)")
    }
    if needed.contains(.tanh) {
      add(
        "", "tanh", "if x != x { return x }", "let absolute = x < 0 ? -x : x",
        "let e = partsOfExp(2 * (absolute > \(n(T.tanhMax)) ? \(n(T.tanhMax)) : absolute))",
        "let power = power(\(int)(e.n))", "let less = power - 1", "let scaled = power * e.high",
        "let first = less + scaled", "let rest = (scaled - (first - less)) + power * e.c",
        "let numerator = first + rest", "let denominator = numerator + 2",
        "let quotient = numerator / denominator", "let lack = rest - (numerator - first)",
        "let lost = lack - quotient * (lack + (numerator - (denominator - 2)))",
        "let line = \(n(0.7285)) - \(n(0.125)) * denominator",
        "let result = quotient + lost * (line > 0 ? line : 0)", "return x < 0 ? -result : result")
    }
    // The exponent of a positive number, and the number as a normal one.
    let exponent = [
      "var (k, m): (\(int), \(real)) = (0, x)", "if m < \(n(T.leastNormalMagnitude)) {",
      "  m = m * power(\(fraction + 2))", "  k = -\(fraction + 2)", "}",
      "k = k + \(int)(truncatingIfNeeded: m.bitPattern >> \(fraction)) - \(bias)",
    ]
    if needed.contains(.log) {
      let body =
        [
          "if x != x || x < 0 { return .nan }", "if x == 0 { return -.infinity }",
          "if x > \(n(T.greatestFiniteMagnitude)) { return x }",
        ] + exponent + [
          "m = \(real)(bitPattern: m.bitPattern & 0x\(String((UInt64(1) << UInt64(fraction)) - 1, radix: 16)) | \(bias) << \(fraction))",
          "if m > \(n(1.4142135623730951)) {", "  k = k + 1", "  m = m * 0.5", "}",
          "let s = (m - 1) / (2 + (m - 1))", "let z = s * s", "var sum: \(real) = 0",
        ] + T.logSeries.reversed().map { "sum = \(n($0)) + z * sum" } + [
          "let rest = s * z * sum + \(real)(k) * \(n(T.ln2Low))",
          "return \(real)(k) * \(n(T.ln2High)) + (2 * s + rest)",
        ]
      text.append(
        "  /// ln x = k ln 2 + 2 artanh s.\n  private static func log(_ x: \(real)) -> \(real) {\n"
          + body.map { "    \($0)\n" }.joined() + "  }\n")
    }
    if needed.contains(.log1p) {
      add(
        "", "log1p", "let u = 1 + x",
        "if u == 1 || u > \(n(T.greatestFiniteMagnitude)) { return x }",
        "return log(u) * x / (u - 1)")
    }
    if needed.contains(.log2) { add("", "log2", "log(x) * \(n(T.log2e))") }
    if needed.contains(.log10) {
      add("", "log10", "log(x) / \(n(CodeProgram.Function.log.value(of: 10)))")
    }
    if needed.contains(.expm1) {
      add(
        "", "expm1", "let u = exp(x)", "let less = u - 1", "if u == 1 { return x }",
        "if less == -1 || u > \(n(T.greatestFiniteMagnitude)) { return less }",
        "return less * x / log(u)")
    }
    if needed.contains(.sqrt) {
      let body =
        [
          "if x < 0 { return .nan }",
          "if !(x > 0) || x > \(n(T.greatestFiniteMagnitude)) { return x }",
        ] + exponent + [
          "var y = power(k >= 0 ? k / 2 : -((1 - k) / 2))",
          "for _ in 0..<7 { y = 0.5 * (y + x / y) }", "return y",
        ]
      text.append(
        "  /// By Newton's method.\n  private static func sqrt(_ x: \(real)) -> \(real) {\n"
          + body.map { "    \($0)\n" }.joined() + "  }\n")
    }
    if !needed.isDisjoint(with: [.rint, .floor, .ceil, .trunc]) {
      let limit = n(T(sign: .plus, exponent: T.Exponent(fraction), significand: 1))
      add(
        "", "rint", "if !(x < \(limit) && x > -\(limit)) { return x }",
        "return x < 0 ? -((-x + \(limit)) - \(limit)) : (x + \(limit)) - \(limit)")
      if needed.contains(.floor) {
        add("", "floor", "let near = rint(x)", "return near > x ? near - 1 : near")
      }
      if needed.contains(.ceil) {
        add("", "ceil", "let near = rint(x)", "return near < x ? near + 1 : near")
      }
      if needed.contains(.trunc) {
        add(
          "", "trunc", "let near = rint(x)", "if x < 0 { return near < x ? near + 1 : near }",
          "return near > x ? near - 1 : near")
      }
    }
    let most = n(T.greatestFiniteMagnitude)
    for (simple, body) in [
      (.absolute, "x < 0 ? -x : x"), (.negative, "-x"), (.square, "x * x"), (.reciprocal, "1 / x"),
      (.sign, "x > 0 ? 1 : x < 0 ? -1 : x"), (.relu, "x < 0 ? 0 : x"),
      (.nanToNum, "x != x ? 0 : x > \(most) ? \(most) : x < -\(most) ? -\(most) : x"),
    ] as [(CodeProgram.Function, String)] where needed.contains(simple) {
      add("", simple.rawValue, body)
    }
    if lines.contains(where: { $0.contains("boxCox(") }) {
      let epsilon = number(Double.ulpOfOne)
      text.append(
        """
          /// (e^(λ logarithm) − 1) / λ.
          private static func boxCox(_ logarithm: \(real), _ lambda: \(real)) -> \(real) {
            lambda < \(epsilon) && lambda > -\(epsilon) ? logarithm : expm1(lambda * logarithm) / lambda
          }

        """)
    }
    if lines.contains(where: { $0.contains("= curve(") }) {
      text.append(
        """
          /// The line through the first point that is not below a value, and the one before it; level beyond the ends.
          private static func curve(
            _ points: StaticString, _ values: StaticString, _ count: Int, _ x: \(real)
          ) -> \(real) {
            var place = 1
            while place + 1 < count, value(points, place) < x { place += 1 }
            if count < 2 || !(x > value(points, 0)) { return value(values, 0) }
            if !(x < value(points, count - 1)) { return value(values, count - 1) }
            let left = value(points, place - 1)
            let low = value(values, place - 1)
            let slope = (value(values, place) - low) / (value(points, place) - left)
            return slope * (x - left) + low
          }

        """)
    }
    if lines.contains(where: { $0.contains("= unsafe code(") }) {
      text.append(
        """
          /// The code of a value in 8 bits: the nearest, of two the even one, and beyond the range the first or last.
          private static func code(_ x: Float, _ inverse: Float, _ zero: Int32) -> Int32 {
            let low = Float(-128 - zero)
            let high = Float(127 - zero)
            var t = x * inverse
            t = t > low ? t : low
            t = t < high ? t : high
            t = (t + 0x1.8p23) - 0x1.8p23
            return Int32(t) + zero
          }

          /// A code of 8 bits of a table.
          @inline(__always)
          private static func byte(_ table: StaticString, _ index: Int) -> Int32 {
            Int32(Int8(truncatingIfNeeded: bits(table, 2 * index, 2)))
          }

        """)
    }
    if lines.contains(where: { $0.contains("isMissing(") }) {
      text.append(
        """
          /// Whether a value is another, or both are missing.
          private static func isMissing(_ x: \(real), _ other: \(real)) -> Bool {
            x == other || x != x && other != other
          }

        """)
    }
    return text.joined(separator: "\n")
  }
}

extension String {
  /// An identifier as the name of a type: `digits_scaled` becomes `DigitsScaled`.
  fileprivate var typeName: String {
    split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }
}
