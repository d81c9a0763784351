import Files
import MLP
import NPY
import Sklearn

extension FileFormat {
  /// Source code in C99, with a header next to it.
  public static let c = code("c", "a C99 source with its header")

  /// Source code in C99, in one header.
  public static let header = code("h", "a C99 header with static functions")

  /// Source code in Swift, also Embedded Swift.
  public static let swift = code("swift", "a Swift source, also for Embedded Swift")

  private static func code(_ ending: String, _ summary: String) -> FileFormat {
    FileFormat(
      ending, endings: [ending], summary, [.scalers, .ensembles, .metadata, .quantization],
      content: FormatContent(
        steps: .code, activations: .each, labels: .oneKind, values: .computed,
        holdsLongNames: true),
      begins: { _ in false }, reader: nil,
      output: { network, options, path throws(CoefsError) in
        try CodeOutput(network, options, path, language: ending)
      })
  }
}

/// Source code that is to be written.
struct CodeOutput: CheckedOutput {
  private let text: String
  let companion: (ending: String, text: String)?
  private(set) var quantizationLoss: Model.QuantizationLoss?

  var layout: WeightLayout { .mlp }
  /// Arrays of the code have names of their own.
  var written: [(name: String, header: NPYHeader)] { [] }

  /// Makes the code of a network.
  ///
  /// - Throws: ``CoefsError`` for what the code cannot express, and for what neither the file nor the caller says.
  init(
    _ network: NetworkFile, _ options: Model.WriteOptions, _ path: String, language: String
  ) throws(CoefsError) {
    let weights = try network.weights(fitting: options)
    for member in network.outline.ensemble?.networks ?? [weights] {
      do throws(SklearnError) { try member.demandActivations() } catch {
        throw CoefsError(network.file, error)
      }
      for (index, layer) in member.layers.enumerated() {
        try options.checkRange(of: layer, at: index, in: network.file)
      }
    }
    let isSingle =
      options.quantization != nil
      || network.outline.computedPrecision(options.precision) == .float32
    let source = network.file.split(separator: "/").last.map(String.init) ?? network.file
    do throws(ModelError) {
      var program = try CodeProgram(
        weights,
        name: CodeText.identifier(
          ofFile: path == FileReference.standardStream.name ? source : path),
        isSingle: isSingle, source: source)
      if let quantization = options.quantization {
        (program, quantizationLoss) = try program.quantized(quantization)
      }
      (text, companion) =
        isSingle
        ? Self.code(program, Float.self, network, language)
        : Self.code(program, Double.self, network, language)
    } catch {
      throw CoefsError(path, error)
    }
  }

  private static func code<T: CodeScalar>(
    _ program: CodeProgram, _ scalar: T.Type, _ network: NetworkFile, _ language: String
  ) -> (text: String, companion: (ending: String, text: String)?) {
    let rows: [[T]]
    if let check = network.outline.selfCheck {
      rows = (0..<check.inputs.rows).map { check.inputs.slice($0).map { T($0) } }
    } else {
      rows = program.madeRows(3)
    }
    switch language {
    case "swift": return (program.swift(tests: rows), nil)
    case "h": return (program.c(isHeader: true, tests: rows).source, nil)
    default:
      let code = program.c(isHeader: false, tests: rows)
      return (code.source, ("h", code.header))
    }
  }

  func write<Sink: ReadableSink & ~Copyable>(
    to sink: consuming Sink, file path: String
  ) throws -> Sink {
    try sink.write(ContiguousArray(text.utf8).span)
    return sink
  }

  func compare(with bytes: InputFile, file path: String) throws(CoefsError) {
    var isSame = bytes.count == text.utf8.count
    if isSame {
      do throws(FileError) {
        isSame = try bytes.read(at: 0, count: bytes.count).elementsEqual(text.utf8)
      } catch {
        throw CoefsError(path, error)
      }
    }
    guard isSame else { throw CoefsError(path, ModelError.notAsWritten("the text differs")) }
  }
}

extension CodeProgram {
  /// Rows for the self-test that the network takes: known categories, and numbers that scalers turn into −3 to 3.
  ///
  /// - Returns: So many rows; fewer where a hundred times as many attempts give no more.
  func madeRows<T: CodeScalar>(_ count: Int) -> [[T]] {
    var categories: [Int: [Double]] = [:]
    var (shift, factor) = (
      [Double](repeating: 0, count: inputs), [Double](repeating: 1, count: inputs)
    )
    func look(_ stages: [Stage], _ columns: [Int?]) {
      var columns = columns
      for stage in stages {
        switch stage {
        case .encode(let encodings, _):
          for (place, encoding) in encodings.enumerated() {
            let known = encoding.categories.filter { !$0.isNaN }
            if let column = columns[place], !known.isEmpty { categories[column] = known }
          }
          return
        case .select(let chosen): columns = chosen.map { columns[$0] }
        case .branches(let branches):
          for branch in branches { look(branch, columns) }
          return
        case .arithmetic(.subtract, let values):
          for (place, value) in values.enumerated() {
            if let column = columns[place], factor[column] == 1 { shift[column] = value }
          }
        case .arithmetic(.divide, let values):
          for (place, value) in values.enumerated() {
            if let column = columns[place] { factor[column] = value }
          }
        case .fill, .isMissing, .demandValues: break
        default: return
        }
      }
    }
    look(stages, Array(0..<inputs))
    var random = CodeRandom()
    var rows: [[T]] = []
    for attempt in 0..<100 * count where rows.count < count {
      let row = (0..<inputs).map { column in
        if let known = categories[column] { return T(known[(attempt + column) % known.count]) }
        let value = shift[column] + factor[column] * random.next()
        // Some functions take positive numbers only.
        return T(attempt % 2 == 0 ? value : abs(value))
      }
      if results(row) != nil { rows.append(row) }
    }
    return rows
  }
}

/// The same numbers from −3 to 3 on every run.
private struct CodeRandom {
  private var state: UInt32 = 1

  mutating func next() -> Double {
    state = state &* 1_664_525 &+ 1_013_904_223
    return Double(state >> 8) / Double(1 << 24) * 6 - 3
  }
}
