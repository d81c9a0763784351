/// Finds the orders in which matrices are the layers of a network: each takes what the one before it gives.
struct ChainSearch {
  private let shapes: [[Int]]
  /// For each matrix those that must come before it.
  private let before: [[Int]]
  /// The steps that are left: a file can be made so that a search has no end.
  private var steps = 5_000

  /// - Parameters:
  ///   - shapes: The shapes of the matrices.
  ///   - isBefore: Whether one matrix must come before another.
  init(_ shapes: [[Int]], isBefore: (Int, Int) -> Bool) {
    self.shapes = shapes
    before =
      shapes.count > Self.mostMatrices
      ? [] : shapes.indices.map { next in shapes.indices.filter { isBefore($0, next) } }
  }

  /// More than anyone names without counting.
  private static let mostMatrices = 64

  /// More orders than these make no difference: there must be one.
  private static let mostOrders = 8

  /// The orders in which the matrices chain in a layout, up to some.
  mutating func orders(in layout: WeightLayout) -> [[Int]] {
    guard shapes.count <= Self.mostMatrices else { return [] }
    let sizes = shapes.map(layout.sizes)
    var orders: [[Int]] = []
    // Orders that have been begun, the next one last.
    var pending: [[Int]] = [[]]
    while let order = pending.popLast(), orders.count < Self.mostOrders {
      guard order.count < shapes.count else {
        orders.append(order)
        continue
      }
      steps -= 1
      // What could not be looked at to the end is not known to be the only one.
      guard steps > 0 else { return [] }
      for next in shapes.indices.reversed()
      where !order.contains(next)
        && order.last.map({ sizes[$0].outputs == sizes[next].inputs }) ?? true
        && before[next].allSatisfy(order.contains)
      {
        pending.append(order + [next])
      }
    }
    return orders
  }
}
