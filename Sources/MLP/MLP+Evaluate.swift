// One row's result is bit for bit the same alone, anywhere in any batch, and layer by layer:
// everything here goes through `Layer.activate`, which sees one row and nothing else.

extension MLP {
  /// Returns the activations of every layer for one input, the input itself first: as the first layer
  /// sees it, so behind ``MLP/inputTransform``.
  ///
  /// - Parameter input: A row of ``inputs`` numbers.
  /// - Returns: `layers.count + 1` rows, of the lengths that ``layerSizes`` tells.
  /// - Throws: ``MLPError/inputWidth(expected:found:)`` when the row is shorter or longer.
  public func feedforward(_ input: [Scalar]) throws(MLPError) -> [[Scalar]] {
    try checkWidth(input.count)
    return activations(of: transformed(ContiguousArray(input)))
  }

  /// Returns the last layer's activations for one input.
  ///
  /// - Parameter input: A row of ``inputs`` numbers.
  /// - Returns: A row of ``outputs`` numbers.
  /// - Throws: ``MLPError/inputWidth(expected:found:)`` when the row is shorter or longer.
  public func evaluate(_ input: [Scalar]) throws(MLPError) -> [Scalar] {
    try checkWidth(input.count)
    return Array(lastActivations(of: transformed(ContiguousArray(input)), rows: 1))
  }

  /// Returns the last layer's activations for each row of a batch.
  ///
  /// A row's result does not depend on the batch it is in: it has the same bits as when the row
  /// is evaluated alone.
  ///
  /// - Parameter batch: Rows of ``inputs`` numbers.
  /// - Returns: As many rows of ``outputs`` numbers, in the same order.
  /// - Throws: ``MLPError/inputWidth(expected:found:)`` when the rows are shorter or longer.
  public func evaluate(_ batch: Matrix<Scalar>) throws(MLPError) -> Matrix<Scalar> {
    try checkWidth(batch.columns)
    return Matrix(
      checkedRows: batch.rows, columns: outputs,
      values: lastActivations(of: transformed(batch.values), rows: batch.rows))
  }

  /// Rows as the first layer sees them.
  private func transformed(_ rows: ContiguousArray<Scalar>) -> ContiguousArray<Scalar> {
    guard let inputTransform else { return rows }
    var rows = rows
    inputTransform.apply(to: &rows)
    return rows
  }

  private func checkWidth(_ found: Int) throws(MLPError) {
    guard found == inputs else { throw .inputWidth(expected: inputs, found: found) }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func activations(of input: ContiguousArray<Scalar>) -> [[Scalar]] {
    var result = [Array(input)]
    var current = input
    var next: ContiguousArray<Scalar> = []
    for layer in layers {
      layer.activate(current.span, into: &next)
      result.append(Array(next))
      swap(&current, &next)
    }
    return result
  }

  /// Row by row rather than layer by layer, so that what passes between layers stays in cache and
  /// a batch needs no more scratch memory than one row.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func lastActivations(
    of input: ContiguousArray<Scalar>, rows: Int
  ) -> ContiguousArray<Scalar> {
    var result: ContiguousArray<Scalar> = []
    result.reserveCapacity(rows * outputs)
    var current: ContiguousArray<Scalar> = []
    var next: ContiguousArray<Scalar> = []
    for row in 0..<rows {
      let start = row * inputs
      layers[0].activate(input.span.extracting(start..<start + inputs), into: &current)
      for layer in layers.dropFirst() {
        layer.activate(current.span, into: &next)
        swap(&current, &next)
      }
      result.append(contentsOf: current)
    }
    return result
  }
}
