import MLP
import ONNX
import Sklearn

// What becomes of activations, and of each operation of the preprocessing.

extension Activation {
  /// The operator of the default domain that computes it, with its settings; `nil` for the identity.
  var operatorOfONNX: (op: String, settings: [ONNXFile.Setting])? {
    switch self {
    case .identity: nil
    case .logistic: ("Sigmoid", [])
    case .tanh: ("Tanh", [])
    case .relu: ("Relu", [])
    case .exp: ("Exp", [])
    case .softmax: ("Softmax", [.init("axis", .integer(1))])
    }
  }
}

extension ONNXBuilder {
  /// Applies the transformers of a preprocessing, one after another.
  mutating func apply(_ transform: InputTransform, to x: Columns) throws(ModelError) -> Columns {
    var x = x
    for step in transform.steps { x = try apply(step.operations, of: step.name, to: x) }
    return x
  }

  /// Applies the operations of a transformer.
  mutating func apply(
    _ operations: [InputTransform.Operation], of step: String, to x: Columns
  ) throws(ModelError) -> Columns {
    var x = x
    for operation in operations { x = try apply(operation, of: step, to: x) }
    return x
  }

  private mutating func apply(
    _ operation: InputTransform.Operation, of step: String, to x: Columns
  ) throws(ModelError) -> Columns {
    var width = x.width
    let name: String
    switch operation {
    case .subtract(let values): name = node("Sub", [x.name, try row(values)])
    case .divide(let values): name = node("Div", [x.name, try row(values)])
    case .multiply(let values): name = node("Mul", [x.name, try row(values)])
    case .add(let values): name = node("Add", [x.name, try row(values)])
    case .clip(let range):
      let raised = node("Max", [x.name, try number(range.lowerBound)])
      name = node("Min", [raised, try number(range.upperBound)])
    case .function(let function):
      guard let made = try apply(function, to: x.name) else {
        throw .notInFormat(
          "\(step) (\(function.rawValue))", format: "ONNX",
          problem: "no operator of the default domain computes it in \(precision.rawValue)")
      }
      if function == .nanToNum {
        let filled = try fill(
          x, where: isMissing(x.name), with: Array(repeating: 0, count: x.width))
        let most = precision == .float64 ? Double.greatestFiniteMagnitude : 0x1.fffffep127
        name = node("Max", [node("Min", [filled.name, try number(most)]), try number(-most)])
      } else {
        name = made
      }
    case .binarize(let threshold): name = mask(node("Greater", [x.name, try number(threshold)]))
    case .power(let kind, let lambdas): name = try power(kind, lambdas, of: x.name)
    case .quantiles(let quantiles): name = try apply(quantiles, to: x)
    case .bins(let edges): name = try count(edges, notAbove: x.name)
    case .fill(let values, let missing):
      return try fill(x, where: isMissing(x.name, missing), with: values)
    case .isMissing(let missing): name = mask(try isMissing(x.name, missing))
    case .demandValues(let columns):
      guard !columns.isEmpty else { return x }
      // A gap leads beyond the end of a table of one row, which is an error as it is in scikit-learn.
      let gaps = mask(isMissing(self.columns(columns, of: x).name))
      let gap = node("Squeeze", [reduce("ReduceMax", gaps), integers([1], [1])])
      let place = node(
        "Cast", [gap], [.init("to", .integer(Int64(ONNXElementType.int64.rawValue)))])
      name = node("Mul", [x.name, try numbers([1], at: place).name])
    case .ordinal(let encodings): return try encode(x, encodings, areOneHot: false)
    case .oneHot(let encodings): return try encode(x, encodings, areOneHot: true)
    case .normalize(let norm): name = try normalize(x.name, norm)
    case .select(let columns): return self.columns(columns, of: x)
    case .matrix(let weights, let inputs):
      width = weights.count / inputs
      var transposed: [Double] = []
      transposed.reserveCapacity(weights.count)
      for input in 0..<inputs {
        for output in 0..<width { transposed.append(weights[output * inputs + input]) }
      }
      name = node("MatMul", [x.name, try numbers(transposed, [inputs, width])])
    case .products(let products): return try multiply(products, x)
    case .concatenate(let branches):
      var parts: [Columns] = []
      for branch in branches {
        // A branch of no columns has nothing to compute.
        if case .select(let columns)? = branch.first, columns.isEmpty { continue }
        parts.append(try apply(branch, of: step, to: x))
      }
      return joined(parts)
    }
    return Columns(name: name, width: width)
  }

  /// A number for each column.
  private mutating func row(_ values: [Double]) throws(ModelError) -> String {
    try numbers(values, [1, values.count])
  }

  /// Whether each value is the one of its column that stands for a missing one.
  private mutating func isMissing(
    _ x: String, _ missing: [Double]
  ) throws(ModelError) -> String {
    let gaps = missing.map(\.isNaN)
    if !gaps.contains(false) { return isMissing(x) }
    // NaN is equal to nothing.
    let equal = node("Equal", [x, try row(missing)])
    guard gaps.contains(true) else { return equal }
    let ofGaps = node("Greater", [try row(gaps.map { $0 ? 1 : 0 }), try number(0.5)])
    return node("Or", [equal, node("And", [isMissing(x), ofGaps])])
  }

  private mutating func normalize(
    _ x: String, _ norm: InputTransform.Norm
  ) throws(ModelError) -> String {
    let size =
      switch norm {
      case .l1: reduce("ReduceSum", node("Abs", [x]))
      case .l2: node("Sqrt", [reduce("ReduceSum", node("Mul", [x, x]))])
      case .max: reduce("ReduceMax", node("Abs", [x]))
      case .sum: reduce("ReduceSum", x)
      }
    guard norm != .sum else { return node("Div", [x, size]) }
    // As scikit-learn takes it for 0.
    let least = 10 * (precision == .float64 ? Double.ulpOfOne : Double(Float.ulpOfOne))
    let isNone = mask(node("Less", [size, try number(least)]))
    return node("Div", [x, try select(isNone, try number(1), size)])
  }

  private mutating func multiply(
    _ products: [[Int]], _ x: Columns
  ) throws(ModelError) -> Columns {
    let factors = products.map { Array($0.reversed()) }
    let most = max(1, factors.map(\.count).max() ?? 1)
    // The column after the last is 1, for products of fewer factors.
    let ones = node("Pad", [x.name, integers([0, 0, 0, 1], [4]), try numbers([1], [])])
    let padded = Columns(name: ones, width: x.width + 1)
    var product: Columns?
    for place in 0..<most {
      let factor = columns(factors.map { place < $0.count ? $0[place] : x.width }, of: padded)
      product =
        product.map {
          Columns(name: node("Mul", [$0.name, factor.name]), width: $0.width)
        } ?? factor
    }
    return product ?? x
  }

  // MARK: Categories

  /// The code of each value in its column, or a column for each code.
  private mutating func encode(
    _ x: Columns, _ encodings: [InputTransform.Encoding], areOneHot: Bool
  ) throws(ModelError) -> Columns {
    var parts: [Columns] = []
    for (index, encoding) in encodings.enumerated() where !areOneHot || encoding.width > 0 {
      if precision == .float32,
        Set(encoding.categories.map(Float.init)).count < encoding.categories.count
      {
        throw .outOfRange("a category of the preprocessing", .float32)
      }
      let column = columns([index], of: x).name
      let pairs = zip(encoding.categories, encoding.codes)
      let known = pairs.filter { !$0.0.isNaN }
      var codes = known.map(\.1)
      var hits: [Columns] = []
      if !known.isEmpty {
        let categories = try numbers(known.map(\.0), [1, known.count])
        hits.append(Columns(name: mask(node("Equal", [column, categories])), width: known.count))
      }
      // As a lookup has it: the first gap, and what is unknown where there is none among the categories.
      let gap = pairs.first { $0.0.isNaN }
      if gap != nil || known.isEmpty {
        hits.append(Columns(name: mask(isMissing(column)), width: 1))
        if let code = gap?.1 ?? encoding.unknown { codes.append(code) }
      }
      if let unknown = encoding.unknown { codes.append(unknown) }
      guard !codes.isEmpty else { continue }
      let code = try numbers(codes, at: firstHit(joined(hits).name))
      parts.append(areOneHot ? try oneHot(code, width: encoding.width) : code)
    }
    return joined(parts)
  }

  /// Adds an input of texts, as the numbers that the preprocessing knows them by: the place of each among the known
  /// ones, −1 for another one, and NaN for the empty text where a value may be missing.
  mutating func textInput(
    _ name: String, _ texts: [String], allowsGaps: Bool
  ) throws(ModelError) -> Columns {
    let input = input(name, .string, width: 1)
    var codes = texts.indices.map(Double.init)
    var known = texts
    if allowsGaps, !texts.contains("") {
      known.append("")
      codes.append(.nan)
    }
    codes.append(-1)
    // It counts how often each known text is there; Equal takes no texts in this version.
    let hits = node(
      "TfIdfVectorizer", [input.name],
      [
        .init("max_gram_length", .integer(1)), .init("max_skip_count", .integer(0)),
        .init("min_gram_length", .integer(1)), .init("mode", .text("TF")),
        .init("ngram_counts", .integers([0])),
        .init("ngram_indexes", .integers(known.indices.map(Int64.init))),
        .init("pool_strings", .texts(known)),
      ])
    let counts = node("Cast", [hits], [.init("to", .integer(Int64(type.rawValue)))])
    return try numbers(codes, at: firstHit(counts))
  }

  // MARK: Functions

  /// Applies a function to each value.
  ///
  /// - Returns: `nil` where no operators of the default domain compute it in this precision.
  private mutating func apply(
    _ function: InputTransform.Function, to x: String
  ) throws(ModelError) -> String? {
    switch function {
    case .absolute, .fabs: node("Abs", [x])
    case .arccos: single("Acos", x)
    case .arcsin: single("Asin", x)
    case .arctan: single("Atan", x)
    case .arccosh:
      try arccosh(x)
    case .arcsinh:
      try odd(x) { builder, a throws(ModelError) in
        let square = builder.node("Mul", [a, a])
        let root = builder.node("Sqrt", [builder.node("Add", [square, try builder.number(1)])])
        let part = builder.node(
          "Div", [square, builder.node("Add", [root, try builder.number(1)])])
        return try builder.log1p(builder.node("Add", [a, part]))
      }
    case .arctanh:
      try odd(x) { builder, a throws(ModelError) in
        let rest = builder.node("Sub", [try builder.number(1), a])
        let ratio = builder.node("Div", [builder.node("Add", [a, a]), rest])
        return builder.node("Mul", [try builder.log1p(ratio), try builder.number(0.5)])
      }
    case .cbrt:
      try odd(x) { builder, a throws(ModelError) in
        builder.node("Pow", [a, try builder.number(1.0 / 3)])
      }
    case .ceil: node("Neg", [floor(node("Neg", [x]))])
    case .cos: try cosine(x)
    case .cosh:
      node(
        "Mul",
        [
          node("Add", [node("Exp", [x]), node("Exp", [node("Neg", [x])])]), try number(0.5),
        ])
    case .deg2rad: node("Mul", [x, try number(.pi / 180)])
    case .exp: node("Exp", [x])
    case .exp2: node("Pow", [try number(2), x])
    case .expm1: try expm1(x)
    case .floor: floor(x)
    case .log: node("Log", [x])
    case .log10:
      node("Div", [node("Log", [x]), try number(InputTransform.Function.log.value(of: 10))])
    case .log1p: try log1p(x)
    case .log2:
      node("Div", [node("Log", [x]), try number(InputTransform.Function.log.value(of: 2))])
    case .nanToNum, .positive: x
    case .negative: node("Neg", [x])
    case .rad2deg: node("Mul", [x, try number(180 / .pi)])
    case .reciprocal: node("Div", [try number(1), x])
    case .rint: node("Round", [x])
    case .sign: node("Sign", [x])
    case .sin: node("Sin", [x])
    case .sinh:
      try odd(x) { builder, a throws(ModelError) in
        let power = try builder.expm1(a)
        let more = builder.node("Add", [power, try builder.number(1)])
        let sum = builder.node("Add", [power, builder.node("Div", [power, more])])
        return builder.node("Mul", [sum, try builder.number(0.5)])
      }
    case .sqrt: node("Sqrt", [x])
    case .square: node("Mul", [x, x])
    case .tan: node("Div", [node("Sin", [x]), try cosine(x)])
    case .tanh: node("Tanh", [x])
    case .trunc: try odd(x) { builder, a throws(ModelError) in builder.floor(a) }
    default: nil
    }
  }

  /// An operator of single precision only.
  private mutating func single(_ op: String, _ x: String) -> String? {
    precision == .float32 ? node(op, [x]) : nil
  }

  /// A function with f(−x) = −f(x), from its values where x is not negative.
  private mutating func odd(
    _ x: String, _ function: (inout ONNXBuilder, String) throws(ModelError) -> String
  ) throws(ModelError) -> String {
    let value = try function(&self, node("Abs", [x]))
    return node("Mul", [node("Sign", [x]), value])
  }

  /// The integer below: the nearest one, or that less 1.
  private mutating func floor(_ x: String) -> String {
    let near = node("Round", [x])
    return node("Sub", [near, mask(node("Greater", [near, x]))])
  }

  /// log(1 + x), with the digits that are lost in the sum.
  private mutating func log1p(_ x: String) throws(ModelError) -> String {
    let sum = node("Add", [x, try number(1)])
    let lost = node("Sub", [node("Sub", [sum, try number(1)]), x])
    return node("Sub", [node("Log", [sum]), node("Div", [lost, sum])])
  }

  /// exp(x) − 1 = tanh(x / 2) · (exp(x) + 1), which loses no digits.
  private mutating func expm1(_ x: String) throws(ModelError) -> String {
    let half = node("Tanh", [node("Mul", [x, try number(0.5)])])
    return node("Mul", [half, node("Add", [node("Exp", [x]), try number(1)])])
  }

  /// cos x = 1 − 2 sin²(x / 2).
  private mutating func cosine(_ x: String) throws(ModelError) -> String {
    let half = node("Sin", [node("Mul", [x, try number(0.5)])])
    return node("Sub", [try number(1), node("Mul", [node("Mul", [half, half]), try number(2)])])
  }

  /// arcosh x = log1p(t + √(2t + t²)), t = x − 1.
  private mutating func arccosh(_ x: String) throws(ModelError) -> String {
    let t = node("Sub", [x, try number(1)])
    let root = node("Sqrt", [node("Add", [node("Add", [t, t]), node("Mul", [t, t])])])
    return try log1p(node("Add", [t, root]))
  }

  // MARK: Powers

  private mutating func power(
    _ kind: InputTransform.PowerKind, _ lambdas: [Double], of x: String
  ) throws(ModelError) -> String {
    let lambda = try row(lambdas)
    switch kind {
    case .boxCox: return try boxCox(node("Log", [x]), lambda)
    case .inverseBoxCox: return node("Exp", [try inverseBoxCox(x, lambda)])
    case .yeoJohnson, .inverseYeoJohnson:
      let isPositive = mask(node("Not", [node("Less", [x, try number(0)])]))
      let mirrored = try row(lambdas.map { 2 - $0 })
      let ownLambda = try select(isPositive, lambda, mirrored)
      return try odd(x) { builder, a throws(ModelError) in
        kind == .yeoJohnson
          ? try builder.boxCox(try builder.log1p(a), ownLambda)
          : try builder.expm1(try builder.inverseBoxCox(a, ownLambda))
      }
    }
  }

  /// 1 where λ counts as 0, and a λ that can be divided by.
  private mutating func split(
    _ lambda: String
  ) throws(ModelError) -> (isNone: String, divisor: String) {
    let isNone = mask(node("Less", [node("Abs", [lambda]), try number(.ulpOfOne)]))
    return (isNone, try select(isNone, try number(1), lambda))
  }

  /// The power of a number whose logarithm is known: expm1(λ log x) / λ, or for λ = 0 the logarithm.
  private mutating func boxCox(
    _ logarithm: String, _ lambda: String
  ) throws(ModelError) -> String {
    let (isNone, divisor) = try split(lambda)
    let power = node("Div", [try expm1(node("Mul", [divisor, logarithm])), divisor])
    return try select(isNone, logarithm, power)
  }

  /// The logarithm of the number whose power is known: log1p(λ x) / λ, or for λ = 0 the power.
  private mutating func inverseBoxCox(
    _ power: String, _ lambda: String
  ) throws(ModelError) -> String {
    let (isNone, divisor) = try split(lambda)
    let logarithm = node("Div", [try log1p(node("Mul", [divisor, power])), divisor])
    return try select(isNone, power, logarithm)
  }
}
