import MLP
import ONNX
import Sklearn

// Steps and curves: what looks a value up among others that rise.

extension ONNXBuilder {
  /// The maximum number of steps of all columns together.
  static let mostSteps = 1 << 24

  /// The number of values of a rising list that are not above each value, with a list for each column.
  mutating func count(_ lists: [[Double]], notAbove x: String) throws(ModelError) -> String {
    let width = max(1, lists.map(\.count).max() ?? 1)
    // As many as the longest list for each column.
    guard width * lists.count <= Self.mostSteps else {
      throw .notInFormat(
        "a curve of \(width) steps for \(lists.count) columns", format: "ONNX",
        problem: "at most \(Self.mostSteps) are written")
    }
    // What fills a short list up is above each value.
    let filled = lists.flatMap { $0 + repeatElement(.infinity, count: width - $0.count) }
    let table = try numbers(filled, [1, lists.count, width])
    let axis = integers([2], [1])
    let isAbove = node("Less", [node("Unsqueeze", [x, axis]), table])
    return node(
      "ReduceSum", [mask(node("Not", [isAbove])), axis], [.init("keepdims", .integer(0))])
  }

  /// The values of curves through points, straight between them and level before the first and after the last; as
  /// `numpy.interp`.
  ///
  /// - Parameters:
  ///   - curves: For each column the points, from left to right.
  ///   - x: The values, a tensor of N × the number of curves.
  mutating func interpolate(
    _ curves: [(x: [Double], y: [Double])], at x: String
  ) throws(ModelError) -> String {
    let first = try numbers(curves.map { $0.x[0] }, [1, curves.count])
    let last = try numbers(curves.map { $0.x[$0.x.count - 1] }, [1, curves.count])
    let inside = node("Min", [node("Max", [x, first]), last])
    let after = try count(curves.map(\.x), notAbove: inside)
    // All curves lie in one table, one after another.
    var starts: [Int] = []
    var (xs, ys, slopes): ([Double], [Double], [Double]) = ([], [], [])
    for curve in curves {
      starts.append(xs.count - 1)
      xs += curve.x
      ys += curve.y
      for (index, next) in curve.x.indices.dropFirst().enumerated() {
        let step = curve.x[next] - curve.x[index]
        slopes.append(step == 0 ? 0 : (curve.y[next] - curve.y[index]) / step)
      }
      slopes.append(0)
    }
    let integer = ONNXFile.Setting("to", .integer(Int64(ONNXElementType.int64.rawValue)))
    let places = node(
      "Add", [node("Cast", [after], [integer]), integers(starts, [1, curves.count])])
    let slope = node("Gather", [try numbers(slopes, [slopes.count]), places])
    let left = node("Gather", [try numbers(xs, [xs.count]), places])
    let low = node("Gather", [try numbers(ys, [ys.count]), places])
    return node("Add", [node("Mul", [slope, node("Sub", [inside, left])]), low])
  }

  /// The shares of quantiles, or the quantiles of shares.
  mutating func apply(
    _ quantiles: InputTransform.Quantiles, to x: Columns
  ) throws(ModelError) -> String {
    let shares = quantiles.shares
    let curves = quantiles.columns.map {
      quantiles.isInverse ? (x: shares, y: $0) : (x: $0, y: shares)
    }
    var value = try interpolate(curves, at: x.name)
    if !quantiles.isInverse {
      // Equal quantiles have the middle of their shares: half from the left, half from the right.
      let mirrored = curves.map { curve in
        (x: curve.x.reversed().map { -$0 }, y: curve.y.reversed().map { -$0 })
      }
      let other = try interpolate(mirrored, at: node("Neg", [x.name]))
      value = node("Mul", [node("Sub", [value, other]), try number(0.5)])
    }
    let width = [1, curves.count]
    let last = { (values: [Double]) in values[values.count - 1] }
    for (shift, isBeyond, end) in [
      (quantiles.margin, "Greater", last), (-quantiles.margin, "Less", { $0[0] }),
    ] {
      let bound = try numbers(curves.map { end($0.x) }, width)
      let moved = node("Add", [x.name, try number(shift)])
      // Without a margin the end itself counts as beyond.
      let beyond =
        shift == 0
        ? node("Not", [node(isBeyond == "Less" ? "Greater" : "Less", [moved, bound])])
        : node(isBeyond, [moved, bound])
      value = try select(mask(beyond), try numbers(curves.map { end($0.y) }, width), value)
    }
    // NaN stays NaN.
    return node("Add", [value, node("Sub", [x.name, x.name])])
  }
}
