/// Finds the orders in which matrices are the layers of a network: each takes what the one before it gives.
struct ChainSearch {
  /// An order of all the matrices, with the biases that go with it.
  struct Reading<Biases> {
    let order: [Int]
    let layout: WeightLayout
    let biases: Biases
  }

  private let shapes: [[Int]]
  /// For each matrix those that must come before it, because their names count them.
  private let before: [[Int]]
  /// The steps that are left: a file can be made so that a search has no end.
  private var steps = 20_000

  /// - Parameters:
  ///   - shapes: The shapes of the matrices.
  ///   - groups: For each its template and its number in it; those of one template keep their order, and those of the
  ///     empty one are free.
  init(_ shapes: [[Int]], groups: [(template: [String], numbers: [Int])]) {
    self.shapes = shapes
    before =
      shapes.count > Self.mostMatrices
      ? []
      : groups.indices.map { index in
        groups.indices.filter { other in
          !groups[index].template.isEmpty && groups[other].template == groups[index].template
            && groups[other].numbers.lexicographicallyPrecedes(groups[index].numbers)
        }
      }
  }

  /// More than anyone names without counting.
  private static let mostMatrices = 64

  /// More readings than these make no difference: there must be one.
  private static let mostReadings = 8

  /// All readings, up to some.
  ///
  /// - Parameters:
  ///   - given: The layout, where it is known.
  ///   - biases: The biases of an order, `nil` where they do not fit.
  mutating func readings<Biases>(
    given: WeightLayout?,
    biases: ([Int], WeightLayout) throws(SklearnError) -> Biases?
  ) throws(SklearnError) -> [Reading<Biases>] {
    guard shapes.count <= Self.mostMatrices else { return [] }
    var readings: [Reading<Biases>] = []
    for layout in given.map({ [$0] }) ?? WeightLayout.allCases {
      let sizes = shapes.map(layout.sizes)
      // Orders that have been begun, the next one last.
      var pending: [[Int]] = [[]]
      while let order = pending.popLast(), steps > 0, readings.count < Self.mostReadings {
        steps -= 1
        guard order.count < shapes.count else {
          if let biases = try biases(order, layout) {
            readings.append(Reading(order: order, layout: layout, biases: biases))
          }
          continue
        }
        for next in shapes.indices.reversed()
        where !order.contains(next)
          && order.last.map({ sizes[$0].outputs == sizes[next].inputs }) ?? true
          && before[next].allSatisfy(order.contains)
        {
          pending.append(order + [next])
        }
      }
    }
    // What could not be looked at to the end is not known to be the only one.
    return steps > 0 ? readings : []
  }
}
