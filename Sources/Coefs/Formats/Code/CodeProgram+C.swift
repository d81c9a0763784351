import MLP

extension CodeProgram {
  /// A C99 program in one file, and the declarations of its functions.
  struct CSource {
    /// All of it: `NAME.c`.
    let source: String
    /// The declarations alone: `NAME.h`.
    let header: String
  }

  /// The network in C99, which is C++17 too.
  ///
  /// - Parameters:
  ///   - isHeader: Whether all functions are static, for one header.
  ///   - tests: Rows of the self-test.
  func c<T: CodeScalar>(isHeader: Bool, tests: [[T]]) -> CSource {
    var writer = CWriter<T>(program: self, isHeader: isHeader)
    return writer.write(tests)
  }
}

/// Writes a program in C.
private struct CWriter<T: CodeScalar> {
  let program: CodeProgram
  let isHeader: Bool
  private var tables: [String] = []
  private var functions: Set<CodeProgram.Function> = []
  private var usesSoftmax = false
  private var usesDense = false
  private var usesBytes = false
  private var usesCodes = false
  private var usesPower = false
  private var usesCurves = false
  private var lines: [String] = []
  private var buffers = 0

  init(program: CodeProgram, isHeader: Bool) {
    self.program = program
    self.isHeader = isHeader
  }

  private var name: String { program.name }
  private var upper: String { program.name.uppercased() }
  private var isSingle: Bool { T.significandBitCount < 52 }
  private var real: String { isSingle ? "float" : "double" }
  private var word: String { isSingle ? "uint32_t" : "uint64_t" }
  private var own: String { isHeader ? "static inline" : "static" }
  private var open: String { isHeader ? "static inline " : "" }

  private func number(_ value: T) -> String {
    if value.isNaN { return isSingle ? "(0.0f / 0.0f)" : "(0.0 / 0.0)" }
    if value.isInfinite {
      return (value < 0 ? "-" : "") + (isSingle ? "(1.0f / 0.0f)" : "(1.0 / 0.0)")
    }
    return CodeText.hex(value, suffix: isSingle ? "f" : "")
  }

  private func number(_ value: Double) -> String { number(T(value)) }

  // MARK: Tables

  private mutating func table(_ type: String, _ values: [String]) -> String {
    let table = "\(name)_t\(tables.count)"
    tables.append(
      "static const \(upper)_FLASH \(type) \(table)[\(values.count)] = {\n"
        + CodeText.list(values, indent: "    ") + "};\n")
    return table
  }

  private mutating func table(_ values: [Double]) -> String {
    table(real, values.map { number($0) })
  }

  private mutating func table(_ values: [Int]) -> String {
    table((values.max() ?? 0) < 1 << 16 ? "uint16_t" : "uint32_t", values.map(String.init))
  }

  // MARK: Stages

  private mutating func buffer(_ width: Int) -> String {
    buffers += 1
    lines.append("  \(real) v\(buffers)[\(width)];")
    return "v\(buffers)"
  }

  private mutating func loop(_ width: Int, _ body: String) {
    lines.append("  for (size_t i = 0; i < \(width); i++) \(body)")
  }

  /// Writes a stage; its values are in a new array.
  private mutating func write(
    _ stage: CodeProgram.Stage, _ x: (name: String, width: Int)
  ) -> (name: String, width: Int) {
    let a = x.name
    switch stage {
    case .arithmetic(let kind, let values):
      let (b, t) = (buffer(x.width), table(values))
      loop(x.width, "\(b)[i] = \(a)[i] \(kind.rawValue) \(t)[i];")
      return (b, x.width)
    case .clip(let range):
      let b = buffer(x.width)
      let (low, high) = (number(range.lowerBound), number(range.upperBound))
      loop(x.width, "\(b)[i] = \(a)[i] < \(low) ? \(low) : \(a)[i] > \(high) ? \(high) : \(a)[i];")
      return (b, x.width)
    case .function(let function):
      functions.insert(function)
      let b = buffer(x.width)
      loop(x.width, "\(b)[i] = \(name)_\(function.rawValue)(\(a)[i]);")
      return (b, x.width)
    case .binarize(let threshold):
      let b = buffer(x.width)
      loop(
        x.width,
        "\(b)[i] = \(a)[i] != \(a)[i] ? \(a)[i] : (\(real))(\(a)[i] > \(number(threshold)));")
      return (b, x.width)
    case .power(let isBoxCox, let lambdas):
      functions.formUnion([isBoxCox ? .log : .log1p, .expm1])
      usesPower = true
      let (b, t) = (buffer(x.width), table(lambdas))
      if isBoxCox {
        loop(x.width, "\(b)[i] = \(name)_box_cox(\(name)_log(\(a)[i]), \(t)[i]);")
      } else {
        loop(
          x.width, "\(b)[i] = \(a)[i] < 0 ? -\(name)_box_cox(\(name)_log1p(-\(a)[i]), 2 - \(t)[i])")
        lines.append("                      : \(name)_box_cox(\(name)_log1p(\(a)[i]), \(t)[i]);")
      }
      return (b, x.width)
    case .bins(let edges):
      let b = buffer(x.width)
      let starts = table(edges.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) })
      let all = edges.flatMap(\.self)
      let t = table(all.isEmpty ? [0] : all)
      loop(x.width, "{")
      lines.append("    size_t count = 0;")
      lines.append(
        "    for (size_t k = \(starts)[i]; k < \(starts)[i + 1]; k++) count += \(t)[k] <= \(a)[i];")
      lines.append("    \(b)[i] = \(a)[i] != \(a)[i] ? \(a)[i] : (\(real))count;")
      lines.append("  }")
      return (b, x.width)
    case .fill(let values, let missing):
      let (b, t) = (buffer(x.width), table(values))
      loop(x.width, "\(b)[i] = \(isMissing(a, missing)) ? \(t)[i] : \(a)[i];")
      return (b, x.width)
    case .isMissing(let missing):
      let b = buffer(x.width)
      loop(x.width, "\(b)[i] = (\(real))(\(isMissing(a, missing)));")
      return (b, x.width)
    case .demandValues(let columns):
      for column in columns { lines.append("  if (\(a)[\(column)] != \(a)[\(column)]) return 1;") }
      return x
    case .encode(let encodings, let isOneHot): return encode(encodings, isOneHot, x)
    case .normalize(let norm):
      let b = buffer(x.width)
      buffers += 1
      let size = "s\(buffers)"
      lines.append("  \(real) \(size) = 0;")
      let absolute = "(\(a)[i] < 0 ? -\(a)[i] : \(a)[i])"
      switch norm {
      case .l1: loop(x.width, "\(size) += \(absolute);")
      case .l2:
        loop(x.width, "\(size) += \(a)[i] * \(a)[i];")
        functions.insert(.sqrt)
        lines.append("  \(size) = \(name)_sqrt(\(size));")
      case .max: loop(x.width, "if (\(absolute) > \(size)) \(size) = \(absolute);")
      case .sum: loop(x.width, "\(size) += \(a)[i];")
      }
      if norm != .sum {
        lines.append("  if (\(size) < \(number(10 * Double.ulpOfOne))) \(size) = 1;")
      }
      loop(x.width, "\(b)[i] = \(a)[i] / \(size);")
      return (b, x.width)
    case .select(let columns):
      let (b, t) = (buffer(columns.count), table(columns))
      loop(columns.count, "\(b)[i] = \(a)[\(t)[i]];")
      return (b, columns.count)
    case .products(let products):
      let b = buffer(products.count)
      let starts = table(products.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) })
      let factors = products.flatMap { $0.reversed() }
      let t = table(factors.isEmpty ? [0] : factors)
      loop(products.count, "{")
      lines.append("    size_t k = \(starts)[i];")
      lines.append("    \(real) product = k < \(starts)[i + 1] ? \(a)[\(t)[k]] : 1;")
      lines.append("    while (++k < \(starts)[i + 1]) product = product * \(a)[\(t)[k]];")
      lines.append("    \(b)[i] = product;")
      lines.append("  }")
      return (b, products.count)
    case .dense(let weights, let biases, let inputs):
      usesDense = true
      let outputs = weights.count / inputs
      let (b, w) = (buffer(outputs), table(weights))
      let biases = biases.map { table($0) } ?? "NULL"
      lines.append("  \(name)_dense(\(w), \(biases), \(a), \(inputs), \(outputs), \(b));")
      return (b, outputs)
    case .quantized(let layer):
      usesBytes = true
      let b = buffer(layer.biases.count)
      let w = table("int8_t", layer.weights.map { "\($0)" })
      let offsets = table("int32_t", layer.offsets.map { "\($0)" })
      let scales = table(layer.scales.map { Double($0) })
      let biases = table(layer.biases.map { Double($0) })
      lines.append("  int8_t q\(buffers)[\(layer.inputs)];")
      let inverse = number(Double(layer.inverseScale))
      lines.append(
        "  \(name)_codes(\(a), \(layer.inputs), \(inverse), \(layer.zeroPoint), q\(buffers));")
      lines.append("  \(name)_dense8(\(w), \(offsets), \(scales), \(biases),")
      lines.append(
        "                 q\(buffers), \(layer.inputs), \(layer.biases.count), \(b));")
      return (b, layer.biases.count)
    case .softmax:
      usesSoftmax = true
      functions.insert(.exp)
      let b = buffer(x.width)
      lines.append("  \(name)_softmax(\(a), \(x.width), \(b));")
      return (b, x.width)
    case .branches(let branches):
      let width = CodeProgram.width(of: [stage], inputs: x.width)
      let b = buffer(max(1, width))
      var start = 0
      for stages in branches {
        // In a block of its own, so that the arrays of all take the room of the largest.
        lines.append("  {")
        let first = lines.count
        let part = stages.reduce(x) { write($1, $0) }
        if part.width > 0 { loop(part.width, "\(b)[\(start) + i] = \(part.name)[i];") }
        for index in first..<lines.count { lines[index] = "  " + lines[index] }
        lines.append("  }")
        start += part.width
      }
      return (b, width)
    case .weightedSum(let weights, let width):
      let (b, t) = (buffer(width), table(weights))
      loop(width, "{")
      lines.append("    \(real) sum = 0;")
      lines.append(
        "    for (size_t k = 0; k < \(weights.count); k++) sum += \(a)[k * \(width) + i] * \(t)[k];"
      )
      lines.append("    \(b)[i] = sum;")
      lines.append("  }")
      return (b, width)
    case .share:
      let b = buffer(x.width)
      lines.append("  \(real) total\(buffers) = 0;")
      loop(x.width, "total\(buffers) += \(a)[i];")
      let equal = number(1 / T(x.width))
      loop(x.width, "\(b)[i] = total\(buffers) == 0 ? \(equal) : \(a)[i] / total\(buffers);")
      return (b, x.width)
    case .interpolate(let points, let values):
      usesCurves = true
      let (b, p, v) = (buffer(1), table(points), table(values))
      lines.append("  \(b)[0] = \(name)_curve(\(p), \(v), \(points.count), \(a)[0]);")
      return (b, 1)
    case .place(let place):
      let b = buffer(1)
      switch place {
      case .first, .last:
        let compares = if case .first = place { ">" } else { ">=" }
        let best = "best\(buffers)"
        lines.append("  size_t \(best) = 0;")
        loop(x.width, "if (\(a)[i] \(compares) \(a)[\(best)]) \(best) = i;")
        lines.append("  \(b)[0] = (\(real))\(best);")
      case .above(let threshold):
        lines.append("  \(b)[0] = (\(real))(\(a)[0] > \(number(threshold)));")
      case .atLeast(let threshold):
        lines.append("  \(b)[0] = (\(real))(\(a)[0] >= \(number(threshold)));")
      case .below(let threshold):
        lines.append("  \(b)[0] = (\(real))!(\(a)[0] >= \(number(threshold)));")
      }
      return (b, 1)
    case .demandFinite:
      loop(x.width, "if (!(\(a)[i] - \(a)[i] == 0)) return 1;")
      return x
    }
  }

  private mutating func isMissing(_ a: String, _ missing: [Double]) -> String {
    if missing.allSatisfy(\.isNaN) { return "\(a)[i] != \(a)[i]" }
    let t = table(missing)
    return "(\(a)[i] == \(t)[i] || (\(a)[i] != \(a)[i] && \(t)[i] != \(t)[i]))"
  }

  private mutating func encode(
    _ encodings: [InputTransform.Encoding], _ isOneHot: Bool, _ x: (name: String, width: Int)
  ) -> (name: String, width: Int) {
    usesCodes = true
    let width = isOneHot ? encodings.reduce(0) { $0 + $1.width } : encodings.count
    let b = buffer(max(1, width))
    let starts = table(
      encodings.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.categories.count) })
    let known = table(encodings.flatMap(\.categories))
    let codes = table(encodings.flatMap(\.codes))
    let refuses = table(encodings.map { $0.unknown == nil ? 1 : 0 })
    let others = table(encodings.map { $0.unknown ?? 0 })
    let columns =
      isOneHot ? table(encodings.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.width) }) : ""
    loop(encodings.count, "{")
    lines.append("    \(real) code;")
    lines.append(
      "    if (!\(name)_code(\(x.name)[i], \(known) + \(starts)[i], \(codes) + \(starts)[i],")
    lines.append("                    (size_t)(\(starts)[i + 1] - \(starts)[i]), &code)) {")
    lines.append("      if (\(refuses)[i]) return 1;")
    lines.append("      code = \(others)[i];")
    lines.append("    }")
    if isOneHot {
      lines.append("    for (size_t k = \(columns)[i]; k < \(columns)[i + 1]; k++)")
      lines.append("      \(b)[k] = code == (\(real))(k - \(columns)[i]) ? 1 : 0;")
    } else {
      lines.append("    \(b)[i] = code;")
    }
    lines.append("  }")
    return (b, width)
  }

  // MARK: The file

  mutating func write(_ tests: [[T]]) -> CodeProgram.CSource {
    let compute = computing()
    let test = testing(tests)
    let declarations = self.declarations
    let guardName = "\(upper)_H"
    let header =
      [
        "/*", remarks, " */", "#ifndef \(guardName)", "#define \(guardName)", "", declarations,
        "#endif", "",
      ]
      .joined(separator: "\n")
    let body = [
      preamble, helpers(), (tables.map { $0 }).joined(separator: "\n"), compute, answers, test,
    ].filter { !$0.isEmpty }.joined(separator: "\n")
    if isHeader {
      let source =
        [
          "/*", remarks, " */", "#ifndef \(guardName)", "#define \(guardName)", "", declarations,
          body, "#endif", "",
        ]
        .joined(separator: "\n")
      return .init(source: source, header: source)
    }
    return .init(
      source: ["/*", remarks, " */", declarations, body].joined(separator: "\n"), header: header)
  }

  private var remarks: String {
    let lines =
      program.remarks + [
        "",
        "Written by Coefs. Needs C99 or C++17, and no library; allocates nothing. Every machine computes the same bits, as",
        "\(name)_selftest shows, if the compiler keeps to IEEE 754: without -ffast-math, and with clang without",
        "-ffp-contract=fast. Functions return 0; 1 for a row that they refuse: one with a value that is missing, not finite,",
        "or not a known category where it has to be.",
      ]
    return lines.map { $0.isEmpty ? " *" : " * " + CodeText.comment($0) }.joined(separator: "\n")
  }

  private var labelType: String? {
    switch program.task {
    case .values: nil
    case .classes(let labels), .multilabel(let labels):
      switch labels {
      case .integers: "int64_t"
      case .booleans: "uint8_t"
      case .numbers: "double"
      case .texts: "const char *"
      }
    }
  }

  private var labelTexts: [String] {
    switch program.task {
    case .values: []
    case .classes(let labels), .multilabel(let labels):
      switch labels {
      case .integers(let values):
        // The minimum has no literal of its own.
        values.map {
          $0 == .min ? "INT64_MIN" : abs($0) > Int64(Int32.max) ? "INT64_C(\($0))" : "\($0)"
        }
      case .booleans(let values): values.map { $0 ? "1" : "0" }
      case .numbers(let values):
        values.map {
          $0.isFinite
            ? CodeText.hex($0) : $0.isNaN ? "(0.0 / 0.0)" : $0 < 0 ? "(-1.0 / 0.0)" : "(1.0 / 0.0)"
        }
      case .texts(let values): values.map { CodeText.cString($0) }
      }
    }
  }

  private var declarations: String {
    var text = "#include <stddef.h>\n#include <stdint.h>\n\n"
    text += "#define \(upper)_INPUTS \(program.inputs)\n"
    let row = "const \(real) inputs[\(upper)_INPUTS]"
    let start = isHeader ? "static inline " : ""
    if !isHeader { text += "\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n" }
    switch program.task {
    case .values:
      text += """
        #define \(upper)_OUTPUTS \(program.outputs)

        /* The values that the network predicts for a row. */
        \(start)int \(name)_predict(\(row), \(real) values[\(upper)_OUTPUTS]);

        """
    case .classes:
      text += """
        #define \(upper)_CLASSES \(labelTexts.count)

        typedef \(labelType ?? "") \(name)_label;

        /* The labels, in the order of the probabilities. */
        \(isHeader ? "static" : "extern") const \(name)_label \(name)_classes[\(upper)_CLASSES]\(isHeader ? labelList : "");

        /* The label of a row. */
        \(start)int \(name)_predict(\(row), \(name)_label *label);

        """
      if program.hasProbabilities {
        text += """

          /* The probability of each class. */
          \(start)int \(name)_predict_proba(\(row), \(real) probabilities[\(upper)_CLASSES]);

          """
      }
    case .multilabel:
      text += """
        #define \(upper)_CLASSES \(labelTexts.count)

        typedef \(labelType ?? "") \(name)_label;

        /* The labels, in the order of the outputs. */
        \(isHeader ? "static" : "extern") const \(name)_label \(name)_classes[\(upper)_CLASSES]\(isHeader ? labelList : "");

        /* Which labels apply to a row: 1 for each that does, else 0. */
        \(start)int \(name)_predict(\(row), uint8_t labels[\(upper)_CLASSES]);

        /* The probability of each label. */
        \(start)int \(name)_predict_proba(\(row), \(real) probabilities[\(upper)_CLASSES]);

        """
    }
    text += """

      /* Computes some rows, whose results are known to the bit: 0 if all are the same, else the number of the first that is
       * not, from 1; -1 if no row is known. */
      \(start)int \(name)_selftest(void);

      """
    if !isHeader { text += "\n#ifdef __cplusplus\n}\n#endif\n" }
    return text
  }

  private var labelList: String { " = {\n\(CodeText.list(labelTexts, indent: "    "))}" }

  private var preamble: String {
    """
    /* A product and a sum are two roundings. Where it vectorizes, gcc fuses them all the same. */
    #if defined(__clang__)
    #pragma STDC FP_CONTRACT OFF
    #elif defined(__GNUC__)
    \(isHeader ? "#pragma GCC push_options\n" : "")#pragma GCC optimize("fp-contract=off,no-tree-vectorize")
    #endif

    /* Where the numbers are: on AVR in flash, if the compiler has named address spaces (-std=gnu99). */
    #ifndef \(upper)_FLASH
    #if defined(__AVR__) && defined(__FLASH) && !defined(__cplusplus)
    #define \(upper)_FLASH __flash
    #else
    #define \(upper)_FLASH
    #endif
    #endif

    /* \(real == "double" ? "A double has 64 bits; where it has not, use a file in single precision." : "A float has 32 bits.") */
    typedef char \(name)_needs_ieee_754[sizeof(\(real)) == \(isSingle ? 4 : 8) ? 1 : -1];

    """
  }

  private mutating func computing() -> String {
    lines = []
    buffers = 0
    if program.required.count == program.inputs {
      loop(program.inputs, "if (!(x[i] - x[i] == 0)) return 1;")
    } else if !program.required.isEmpty {
      let t = table(program.required)
      loop(program.required.count, "if (!(x[\(t)[i]] - x[\(t)[i]] == 0)) return 1;")
    }
    let result = program.stages.reduce((name: "x", width: program.inputs)) { write($1, $0) }
    loop(result.width, "y[i] = \(result.name)[i];")
    return """
      \(own) int \(name)_compute(const \(real) *x, \(real) *y) {
      \(lines.joined(separator: "\n"))
        return 0;
      }

      """
  }

  private var answers: String {
    let row = "const \(real) inputs[\(upper)_INPUTS]"
    switch program.task {
    case .values:
      return """
        \(open)int \(name)_predict(\(row), \(real) values[\(upper)_OUTPUTS]) {
          return \(name)_compute(inputs, values);
        }

        """
    case .classes:
      let count = program.outputs
      let isBinary = count == 1
      let place =
        program.hasPlace
        ? "best = (size_t)y[\(count)];"
        : isBinary
          ? "best = y[0] > \(number(0.5 as T));"
          : "for (size_t i = 1; i < \(count); i++) if (y[i] > y[best]) best = i;"
      let body: [String]
      if program.hasPlace {
        body = [
          "\(real) y[\(count + 1)];", "if (\(name)_compute(inputs, y) != 0) return 1;",
          "for (size_t i = 0; i < \(count); i++) probabilities[i] = y[i];", "return 0;",
        ]
      } else if isBinary {
        body = [
          "\(real) p;", "if (\(name)_compute(inputs, &p) != 0) return 1;",
          "probabilities[0] = 1 - p;", "probabilities[1] = p;", "return 0;",
        ]
      } else {
        body = ["return \(name)_compute(inputs, probabilities);"]
      }
      let probabilities = """
        \(open)int \(name)_predict_proba(\(row), \(real) probabilities[\(upper)_CLASSES]) {
        \(body.map { "  \($0)" }.joined(separator: "\n"))
        }


        """
      return """
        \(isHeader ? "" : "const \(name)_label \(name)_classes[\(upper)_CLASSES]\(labelList);\n")
        \(program.hasProbabilities ? probabilities : "")\(open)int \(name)_predict(\(row), \(name)_label *label) {
          \(real) y[\(count + (program.hasPlace ? 1 : 0))];
          size_t best = 0;
          if (\(name)_compute(inputs, y) != 0) return 1;
          \(place)
          *label = \(name)_classes[best];
          return 0;
        }

        """
    case .multilabel:
      return """
        \(isHeader ? "" : "const \(name)_label \(name)_classes[\(upper)_CLASSES]\(labelList);\n")
        \(open)int \(name)_predict_proba(\(row), \(real) probabilities[\(upper)_CLASSES]) {
          return \(name)_compute(inputs, probabilities);
        }

        \(open)int \(name)_predict(\(row), uint8_t labels[\(upper)_CLASSES]) {
          \(real) y[\(program.outputs)];
          if (\(name)_compute(inputs, y) != 0) return 1;
          for (size_t i = 0; i < \(program.outputs); i++) labels[i] = y[i] > \(number(0.5 as T));
          return 0;
        }

        """
    }
  }

  private mutating func testing(_ tests: [[T]]) -> String {
    let known = program.known(tests)
    guard !known.isEmpty else {
      return "\(open)int \(name)_selftest(void) { return -1; }\n"
    }
    let width = known[0].results.count
    let rows = table(real, known.flatMap { $0.row.map { number($0) } })
    let bits = known.flatMap {
      $0.results.map { "0x" + String($0.bits, radix: 16) + "u" }
    }
    let expected = table(word, isSingle ? bits : bits.map { "UINT64_C(\($0.dropLast()))" })
    let call: String
    if case .values = program.task {
      call = "predict"
    } else {
      call = program.hasProbabilities ? "predict_proba" : "compute"
    }
    return """
      \(open)int \(name)_selftest(void) {
        for (int row = 0; row < \(known.count); row++) {
          \(real) x[\(upper)_INPUTS], y[\(width)];
          for (size_t i = 0; i < \(upper)_INPUTS; i++) x[i] = \(rows)[(size_t)row * \(upper)_INPUTS + i];
          if (\(name)_\(call)(x, y) != 0) return row + 1;
          for (size_t i = 0; i < \(width); i++) {
            if (\(name)_bits(y[i]) != \(expected)[(size_t)row * \(width) + i]) return row + 1;
          }
        }
        return 0;
      }
      \(isHeader ? "\n#if defined(__GNUC__) && !defined(__clang__)\n#pragma GCC pop_options\n#endif\n" : "")
      """
  }
}

extension CWriter {
  /// The functions that are used, each after those that it needs.
  private func helpers() -> String {
    var needed = functions
    if needed.contains(.expm1) { needed.formUnion([.exp, .log]) }
    if !needed.isDisjoint(with: [.log1p, .log2, .log10]) { needed.insert(.log) }
    let usesParts = !needed.isDisjoint(with: [.exp, .logistic, .tanh])
    let usesPowersOf2 = usesParts || needed.contains(.sqrt) || needed.contains(.log)
    let exponentBits = isSingle ? 8 : 11
    let fraction = T.significandBitCount
    let bias = (1 << (exponentBits - 1)) - 1
    let int = isSingle ? "int32_t" : "int64_t"
    func n(_ value: T) -> String { number(value) }
    func function(_ suffix: String, _ parameters: String, _ body: [String]) -> String {
      "\(own) \(real) \(name)_\(suffix)(\(parameters)) {\n"
        + body.map { "  \($0)\n" }.joined() + "}\n"
    }
    let x = "\(real) x"
    var text: [String] = []
    // The self-test compares bits.
    text.append(
      """
      \(own) \(word) \(name)_bits(\(real) value) {
        \(word) bits = 0;
        const unsigned char *from = (const unsigned char *)&value;
        unsigned char *to = (unsigned char *)&bits;
        for (size_t i = 0; i < sizeof bits; i++) to[i] = from[i];
        return bits;
      }

      """)
    if usesPowersOf2 {
      text.append(
        """
        \(own) \(real) \(name)_from_bits(\(word) bits) {
          \(real) value = 0;
          const unsigned char *from = (const unsigned char *)&bits;
          unsigned char *to = (unsigned char *)&value;
          for (size_t i = 0; i < sizeof bits; i++) to[i] = from[i];
          return value;
        }

        /* 2^n, for a power that is a normal number. */
        \(own) \(real) \(name)_power(\(int) n) { return \(name)_from_bits((\(word))(n + \(bias)) << \(fraction)); }

        """)
    }
    if usesParts {
      let s = T.series.map { n($0) }
      let series =
        isSingle
        ? "(\(s[0]) + \(s[1]) * r) + ((\(s[2]) + \(s[3]) * r) + \(s[4]) * square) * square"
        : """
        ((\(s[0]) + \(s[1]) * r) + (\(s[2]) + \(s[3]) * r) * square) +
                    ((\(s[4]) + \(s[5]) * r) + (\(s[6]) + \(s[7]) * r) * square +
                     (\(s[8]) + \(s[9]) * r) * fourth) * fourth
        """
      text.append(
        """
        /* e^x = 2^n (1 + high + c). */
        typedef struct { \(real) n, high, c; } \(name)_parts;

        \(own) \(name)_parts \(name)_parts_of_exp(\(real) x) {
          \(name)_parts e;
          e.n = (x * \(n(T.log2e)) + \(n(T.shift))) - \(n(T.shift));
          e.high = x - e.n * \(n(T.ln2High));
          {
            const \(real) low = e.n * \(n(T.ln2Low)), r = e.high - low, square = r * r;
        \(isSingle ? "" : "    const \(real) fourth = square * square;\n")    const \(real) series = \(series);
            e.c = square * series - low;
          }
          return e;
        }

        """)
    }
    if needed.contains(.exp) || needed.contains(.logistic) {
      text.append(
        """
        /* e^x, and what the last rounding took away. */
        \(own) \(real) \(name)_rounded_exp(\(real) x, \(real) *lost) {
          const \(name)_parts e = \(name)_parts_of_exp(x);
          const \(real) first = 1 + e.high, rest = (e.high - (first - 1)) + e.c, sum = first + rest;
          const \(real) some = e.n > \(n(T.split)) ? \(n(T.split)) : e.n < -\(n(T.split)) ? -\(n(T.split)) : e.n;
          *lost = rest - (sum - first);
          return sum * \(name)_power((\(int))some) * \(name)_power((\(int))(e.n - some));
        }

        """)
    }
    if needed.contains(.exp) {
      text.append(
        function(
          "exp", x,
          [
            "\(real) lost;", "if (x != x) return x;",
            "return \(name)_rounded_exp(x > \(n(T.expMax)) ? \(n(T.expMax)) : x < \(n(T.expMin)) ? \(n(T.expMin)) : x, &lost);",
          ]))
    }
    if needed.contains(.logistic) {
      text.append(
        """
        /* 1 / (1 + e^-x). */
        \(own) \(real) \(name)_logistic(\(real) x) {
          \(real) lost, e, sum, quotient;
          const \(real) negative = x < 0 ? x : -x;
          if (x != x) return x;
          e = \(name)_rounded_exp(negative < \(n(T.expMin)) ? \(n(T.expMin)) : negative, &lost);
          sum = 1 + e;
          quotient = (x < 0 ? e : 1) / sum;
          lost = (x < 0 ? e * lost : 0) - quotient * (e - (sum - 1));
          return quotient + lost * (\(n(1.457)) - \(n(0.5)) * sum);
        }

        """)
    }
    if needed.contains(.tanh) {
      text.append(
        """
        \(own) \(real) \(name)_tanh(\(real) x) {
          const \(real) absolute = x < 0 ? -x : x;
          \(name)_parts e;
          \(real) power, less, scaled, first, rest, numerator, denominator, quotient, lack, lost, line, result;
          if (x != x) return x;
          e = \(name)_parts_of_exp(2 * (absolute > \(n(T.tanhMax)) ? \(n(T.tanhMax)) : absolute));
          power = \(name)_power((\(int))e.n);
          less = power - 1;
          scaled = power * e.high;
          first = less + scaled;
          rest = (scaled - (first - less)) + power * e.c;
          numerator = first + rest;
          denominator = numerator + 2;
          quotient = numerator / denominator;
          lack = rest - (numerator - first);
          lost = lack - quotient * (lack + (numerator - (denominator - 2)));
          line = \(n(0.7285)) - \(n(0.125)) * denominator;
          result = quotient + lost * (line > 0 ? line : 0);
          return x < 0 ? -result : result;
        }

        """)
    }
    if needed.contains(.log) {
      let terms = T.logSeries.reversed().map { "sum = \(n($0)) + z * sum;" }
      text.append(
        """
        /* ln x = k ln 2 + 2 artanh s. */
        \(own) \(real) \(name)_log(\(real) x) {
          \(int) k = 0;
          \(real) m, s, z, sum = 0;
          if (x != x || x < 0) return \(n(.nan));
          if (x == 0) return \(n(-.infinity));
          if (x > \(n(T.greatestFiniteMagnitude))) return x;
          if (x < \(n(T.leastNormalMagnitude))) {
            x = x * \(name)_power(\(fraction + 2));
            k = -\(fraction + 2);
          }
          k = k + (\(int))(\(name)_bits(x) >> \(fraction)) - \(bias);
          m = \(name)_from_bits((\(name)_bits(x) & \(isSingle ? "UINT32_C" : "UINT64_C")(0x\(String((UInt64(1) << UInt64(fraction)) - 1, radix: 16)))) | ((\(word))\(bias) << \(fraction)));
          if (m > \(n(1.4142135623730951))) {
            k = k + 1;
            m = m * \(n(0.5));
          }
          s = (m - 1) / (2 + (m - 1));
          z = s * s;
        \(terms.map { "  \($0)" }.joined(separator: "\n"))
          return (\(real))k * \(n(T.ln2High)) + (2 * s + (s * z * sum + (\(real))k * \(n(T.ln2Low))));
        }

        """)
    }
    if needed.contains(.log1p) {
      text.append(
        function(
          "log1p", x,
          [
            "const \(real) u = 1 + x;",
            "if (u == 1 || u > \(n(T.greatestFiniteMagnitude))) return x;",
            "return \(name)_log(u) * x / (u - 1);",
          ]))
    }
    if needed.contains(.log2) {
      text.append(function("log2", x, ["return \(name)_log(x) * \(n(T.log2e));"]))
    }
    if needed.contains(.log10) {
      text.append(
        function(
          "log10", x, ["return \(name)_log(x) / \(n(CodeProgram.Function.log.value(of: 10)));"]))
    }
    if needed.contains(.expm1) {
      text.append(
        function(
          "expm1", x,
          [
            "const \(real) u = \(name)_exp(x), less = u - 1;", "if (u == 1) return x;",
            "if (less == -1 || u > \(n(T.greatestFiniteMagnitude))) return less;",
            "return less * x / \(name)_log(u);",
          ]))
    }
    if needed.contains(.sqrt) {
      text.append(
        """
        /* By Newton's method. */
        \(own) \(real) \(name)_sqrt(\(real) x) {
          \(int) k = 0;
          \(real) y;
          if (x < 0) return \(n(.nan));
          if (!(x > 0) || x > \(n(T.greatestFiniteMagnitude))) return x;
          y = x;
          if (y < \(n(T.leastNormalMagnitude))) {
            y = y * \(name)_power(\(fraction + 2));
            k = -\(fraction + 2);
          }
          k = k + (\(int))(\(name)_bits(y) >> \(fraction)) - \(bias);
          y = \(name)_power(k >= 0 ? k / 2 : -((1 - k) / 2));
          for (int step = 0; step < 7; step++) y = \(n(0.5)) * (y + x / y);
          return y;
        }

        """)
    }
    if !needed.isDisjoint(with: [.rint, .floor, .ceil, .trunc]) {
      // Beyond this every number is an integer.
      let limit = n(T(sign: .plus, exponent: T.Exponent(fraction), significand: 1))
      text.append(
        function(
          "rint", x,
          [
            "if (!(x < \(limit) && x > -\(limit))) return x;",
            "return x < 0 ? -((-x + \(limit)) - \(limit)) : (x + \(limit)) - \(limit);",
          ]))
      if needed.contains(.floor) {
        text.append(
          function(
            "floor", x,
            ["const \(real) near = \(name)_rint(x);", "return near > x ? near - 1 : near;"]))
      }
      if needed.contains(.ceil) {
        text.append(
          function(
            "ceil", x,
            ["const \(real) near = \(name)_rint(x);", "return near < x ? near + 1 : near;"]))
      }
      if needed.contains(.trunc) {
        text.append(
          function(
            "trunc", x,
            [
              "const \(real) near = \(name)_rint(x);",
              "return x < 0 ? (near < x ? near + 1 : near) : (near > x ? near - 1 : near);",
            ]))
      }
    }
    let most = n(T.greatestFiniteMagnitude)
    for (simple, body) in [
      (.absolute, "x < 0 ? -x : x"), (.negative, "-x"), (.square, "x * x"), (.reciprocal, "1 / x"),
      (.sign, "x > 0 ? 1 : x < 0 ? -1 : x"), (.relu, "x < 0 ? 0 : x"),
      (.nanToNum, "x != x ? 0 : x > \(most) ? \(most) : x < -\(most) ? -\(most) : x"),
    ] as [(CodeProgram.Function, String)] where needed.contains(simple) {
      text.append(function(simple.rawValue, x, ["return \(body);"]))
    }
    if usesPower {
      let epsilon = number(Double.ulpOfOne)
      text.append(
        """
        /* (e^(lambda logarithm) - 1) / lambda. */
        \(own) \(real) \(name)_box_cox(\(real) logarithm, \(real) lambda) {
          if (lambda < \(epsilon) && lambda > -\(epsilon)) return logarithm;
          return \(name)_expm1(lambda * logarithm) / lambda;
        }

        """)
    }
    if usesCodes {
      text.append(
        """
        /* The code of a category; 0 where it is not a known one. */
        \(own) int \(name)_code(\(real) x, const \(upper)_FLASH \(real) *known, const \(upper)_FLASH \(real) *codes,
                        size_t count, \(real) *code) {
          for (size_t i = 0; i < count; i++) {
            if (known[i] == x || (known[i] != known[i] && x != x)) {
              *code = codes[i];
              return 1;
            }
          }
          return 0;
        }

        """)
    }
    if usesDense {
      text.append(
        """
        /* y = W x + b; each sum runs from the first input to the last, and four sums side by side. */
        \(own) void \(name)_dense(const \(upper)_FLASH \(real) *w, const \(upper)_FLASH \(real) *b, const \(real) *x,
                        size_t inputs, size_t outputs, \(real) *y) {
          const size_t fours = outputs - outputs % 4;
          size_t o = 0;
          for (; o < fours; o += 4) {
            const \(upper)_FLASH \(real) *row = w + o * inputs;
            \(real) s0 = 0, s1 = 0, s2 = 0, s3 = 0;
            for (size_t i = 0; i < inputs; i++) {
              const \(real) value = x[i];
              s0 += value * row[i];
              s1 += value * row[inputs + i];
              s2 += value * row[2 * inputs + i];
              s3 += value * row[3 * inputs + i];
            }
            y[o] = b == NULL ? s0 : s0 + b[o];
            y[o + 1] = b == NULL ? s1 : s1 + b[o + 1];
            y[o + 2] = b == NULL ? s2 : s2 + b[o + 2];
            y[o + 3] = b == NULL ? s3 : s3 + b[o + 3];
          }
          for (; o < outputs; o++) {
            \(real) sum = 0;
            for (size_t i = 0; i < inputs; i++) sum += x[i] * w[o * inputs + i];
            y[o] = b == NULL ? sum : sum + b[o];
          }
        }

        """)
    }
    if usesCurves {
      text.append(
        """
        /* The line through the first point that is not below a value, and the one before it; level beyond the ends. */
        \(own) \(real) \(name)_curve(const \(upper)_FLASH \(real) *points, const \(upper)_FLASH \(real) *values,
                        size_t count, \(real) x) {
          size_t place = 1;
          \(real) slope;
          while (place + 1 < count && points[place] < x) place++;
          if (count < 2 || !(x > points[0])) return values[0];
          if (!(x < points[count - 1])) return values[count - 1];
          slope = (values[place] - values[place - 1]) / (points[place] - points[place - 1]);
          return slope * (x - points[place - 1]) + values[place - 1];
        }

        """)
    }
    if usesBytes {
      text.append(
        """
        /* The code of each value: the nearest, of two the even one, and beyond the range the first or last. */
        \(own) void \(name)_codes(const float *x, size_t count, float inverse, int32_t zero, int8_t *q) {
          const float low = (float)(-128 - zero), high = (float)(127 - zero);
          for (size_t i = 0; i < count; i++) {
            float t = x[i] * inverse;
            t = t > low ? t : low;
            t = t < high ? t : high;
            t = (t + 0x1.8p23f) - 0x1.8p23f;
            q[i] = (int8_t)((int32_t)t + zero);
          }
        }

        /* y = scale (W (q - zero)) + b: sums of 32 bits, which cannot overflow. */
        \(own) void \(name)_dense8(const \(upper)_FLASH int8_t *w, const \(upper)_FLASH int32_t *offsets,
                        const \(upper)_FLASH float *scales, const \(upper)_FLASH float *b, const int8_t *q,
                        size_t inputs, size_t outputs, float *y) {
          const size_t fours = outputs - outputs % 4;
          size_t o = 0;
          for (; o < fours; o += 4) {
            const \(upper)_FLASH int8_t *row = w + o * inputs;
            int32_t s0 = offsets[o], s1 = offsets[o + 1], s2 = offsets[o + 2], s3 = offsets[o + 3];
            for (size_t i = 0; i < inputs; i++) {
              const int8_t code = q[i];
              s0 += code * row[i];
              s1 += code * row[inputs + i];
              s2 += code * row[2 * inputs + i];
              s3 += code * row[3 * inputs + i];
            }
            y[o] = (float)s0 * scales[o] + b[o];
            y[o + 1] = (float)s1 * scales[o + 1] + b[o + 1];
            y[o + 2] = (float)s2 * scales[o + 2] + b[o + 2];
            y[o + 3] = (float)s3 * scales[o + 3] + b[o + 3];
          }
          for (; o < outputs; o++) {
            int32_t sum = offsets[o];
            for (size_t i = 0; i < inputs; i++) sum += w[o * inputs + i] * q[i];
            y[o] = (float)sum * scales[o] + b[o];
          }
        }

        """)
    }
    if usesSoftmax {
      text.append(
        """
        \(own) void \(name)_softmax(const \(real) *x, size_t count, \(real) *y) {
          \(real) most = x[0], sum = 0;
          for (size_t i = 1; i < count; i++) if (x[i] > most) most = x[i];
          for (size_t i = 0; i < count; i++) y[i] = \(name)_exp(x[i] - most);
          for (size_t i = 0; i < count; i++) sum += y[i];
          for (size_t i = 0; i < count; i++) y[i] = y[i] / sum;
        }

        """)
    }
    return text.joined(separator: "\n")
  }
}

extension MLPScalar {
  /// The bits, as an integer.
  var bits: UInt64 {
    switch self {
    case let value as Double: value.bitPattern
    case let value as Float: UInt64(value.bitPattern)
    default: preconditionFailure("there are two types")
    }
  }
}
