import NPY

/// An array that may be a layer's weights or biases: one of the file's arrays, or a part of one that
/// holds several layers.
struct ArrayPart: Sendable {
  /// The array's name; of a part, the name and the number of the layer: `coefs[0]`.
  let name: String
  /// What is known of it before it is read.
  let header: Result<NPYHeader, NPYError>
  /// Which of the file's arrays it is or belongs to.
  let entry: Int
  /// What is cut out of the array.
  private let cut: Cut

  private enum Cut: Sendable {
    case nothing
    /// Elements, counted in C order.
    case elements(Range<Int>)
    /// Rows of a matrix.
    case rows(Range<Int>)
    /// Columns of a matrix.
    case columns(Range<Int>)
  }

  /// Whether it is less than its array.
  var isCut: Bool { if case .nothing = cut { false } else { true } }

  /// The part, cut out of its array.
  func array(from whole: NDArray) -> NDArray {
    guard case .success(let header) = header else { return whole }
    func rows(_ rows: Range<Int>, of matrix: NDArray) -> NDArray {
      let columns = matrix.shape[1]
      return matrix.slice(
        rows.lowerBound * columns..<rows.upperBound * columns, shape: [rows.count, columns])
    }
    switch cut {
    case .nothing: return whole
    case .elements(let elements): return whole.slice(elements, shape: header.shape)
    case .rows(let range): return rows(range, of: whole)
    case .columns(let range): return rows(range, of: whole.transposed()).transposed()
    }
  }

  /// The weights and the biases of a matrix that holds both; `nil` for an array without two axes.
  func split(_ place: SklearnWeights.BiasPlace) -> (weights: ArrayPart, biases: ArrayPart)? {
    guard !isCut, case .success(let whole) = header, whole.shape.count == 2 else { return nil }
    let isRow = place == .firstRow || place == .lastRow
    let isFirst = place == .firstRow || place == .firstColumn
    let length = whole.shape[isRow ? 0 : 1]
    guard length > 1 else { return nil }
    func part(_ range: Range<Int>, _ name: String) -> ArrayPart {
      ArrayPart(
        name: name, dtype: whole.dtype,
        shape: isRow ? [range.count, whole.shape[1]] : [whole.shape[0], range.count], entry: entry,
        cut: isRow ? .rows(range) : .columns(range))
    }
    return (
      part(isFirst ? 1..<length : 0..<length - 1, name),
      part(isFirst ? 0..<1 : length - 1..<length, "\(name) (\(place.rawValue))")
    )
  }

  /// One array of a file, and its place in it.
  typealias Entry = (place: Int, name: String, header: Result<NPYHeader, NPYError>)

  /// The arrays of a file, with stacks cut into layers: `coefs` or `weights` of three axes with
  /// `intercepts` or `biases` of two, the first axis counting the layers.
  static func parts(of entries: [Entry]) -> [ArrayPart] {
    var layers = 0
    return entries.flatMap { entry in
      if let axes = stackAxes[entry.name.split(separator: "/").last.map(String.init) ?? ""],
        case .success(let header) = entry.header, header.shape.count == axes,
        header.count > 0, header.shape[0] <= maxLayers - layers
      {
        layers += header.shape[0]
        let rest = Array(header.shape.dropFirst())
        let size = header.count / header.shape[0]
        return (0..<header.shape[0]).map { layer in
          ArrayPart(
            name: "\(entry.name)[\(layer)]", dtype: header.dtype, shape: rest, entry: entry.place,
            cut: .elements(layer * size..<(layer + 1) * size))
        }
      }
      return [ArrayPart(whole: entry)]
    }
  }

  /// A vector of all the numbers of a network, cut into its layers: all weights, inputs × outputs in
  /// C order, and then all biases, as scikit-learn's `_pack` puts them.
  ///
  /// - Parameters:
  ///   - entries: Every array of the file; all but the vector must be attributes.
  ///   - sizes: The number of inputs, then of each layer's outputs.
  ///   - layout: The layout of the weights within the vector.
  static func parts(
    of entries: [Entry], layerSizes sizes: [Int], layout: WeightLayout
  ) throws(SklearnError) -> [ArrayPart] {
    let vectors = entries.indices.filter { Attribute(name: entries[$0].name) == nil }
    guard vectors.count == 1, let index = vectors.first else {
      throw .noVector(found: vectors.map { entries[$0].name })
    }
    let header: NPYHeader
    do { header = try entries[index].header.get().withoutObjects() } catch {
      throw .unreadable(entries[index].name, error)
    }
    var shapes: [(name: String, shape: [Int])] = []
    for (layer, (inputs, outputs)) in zip(sizes, sizes.dropFirst()).enumerated() {
      shapes.append(
        ("coefs[\(layer)]", layout == .sklearn ? [inputs, outputs] : [outputs, inputs]))
    }
    for (layer, outputs) in sizes.dropFirst().enumerated() {
      shapes.append(("intercepts[\(layer)]", [outputs]))
    }
    var total = 0
    var tooMany = false
    for (_, shape) in shapes {
      let (product, overflow) = shape.reduce((1, false)) { product, length in
        let (next, overflow) = product.0.multipliedReportingOverflow(by: length)
        return (next, product.1 || overflow)
      }
      let (sum, carry) = total.addingReportingOverflow(product)
      total = sum
      tooMany = tooMany || overflow || carry
    }
    guard !tooMany, header.shape.count == 1, header.count == total, sizes.count > 1,
      sizes.allSatisfy({ $0 > 0 })
    else {
      throw .wrongVector(
        entries[index].name, shape: header.shape, sizes: sizes, expected: tooMany ? nil : total)
    }
    var start = 0
    return shapes.map { name, shape in
      let end = start + shape.reduce(1, *)
      defer { start = end }
      return ArrayPart(
        name: name, dtype: header.dtype, shape: shape, entry: entries[index].place,
        cut: .elements(start..<end))
    } + entries.indices.filter { $0 != index }.map { ArrayPart(whole: entries[$0]) }
  }

  private init(whole entry: Entry) {
    name = entry.name
    header = entry.header
    self.entry = entry.place
    cut = .nothing
  }

  /// A part of an array that is known to be sound and to hold it.
  private init(name: String, dtype: DType, shape: [Int], entry: Int, cut: Cut) {
    self.name = name
    do throws(NPYError) {
      header = .success(try NPYHeader(dtype: dtype, shape: shape))
    } catch {
      header = .failure(error)
    }
    self.entry = entry
    self.cut = cut
  }

  /// The names of arrays that hold a matrix or a vector a layer, and the axes that they have then.
  private static let stackAxes = ["coefs": 3, "intercepts": 2, "weights": 3, "biases": 2]

  /// Beyond this many layers stacks are no networks; it bounds what all their headers together can
  /// ask for.
  private static let maxLayers = 10_000
}
