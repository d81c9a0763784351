extension MLP {
  /// Returns the activations of every layer for one input, the input itself first: as the first layer
  /// sees it, so after ``MLP/inputTransform``.
  ///
  /// - Parameter input: A row of ``inputs`` values.
  /// - Returns: `layers.count + 1` rows, of the lengths in ``layerSizes``.
  /// - Throws: ``MLPError/inputWidth(expected:found:)`` when the row is shorter or longer, or what
  ///   ``InputTransform/apply(to:)`` throws.
  public func feedforward(_ input: [Scalar]) throws(MLPError) -> [[Scalar]] {
    try checkWidth(input.count)
    var result = [try transformed(input)]
    for (index, layer) in layers.enumerated() {
      result.append(
        unsafe output(of: layer.outputs, from: result[index], only: index))
    }
    return result
  }

  /// Returns the last layer's activations for one input.
  ///
  /// - Parameter input: A row of ``inputs`` values.
  /// - Returns: A row of ``outputs`` values.
  /// - Throws: ``MLPError/inputWidth(expected:found:)`` when the row is shorter or longer, or what
  ///   ``InputTransform/apply(to:)`` throws.
  public func evaluate(_ input: [Scalar]) throws(MLPError) -> [Scalar] {
    try checkWidth(input.count)
    return unsafe output(of: outputs, from: try transformed(input))
  }

  /// Returns the last layer's activations for each row of a batch.
  ///
  /// A row's result does not depend on the batch it is in: it has the same bits as when the row
  /// is evaluated alone. Batches with enough work are spread over the processors; see
  /// ``MLPWorkspace/maxThreads``.
  ///
  /// - Parameter batch: Rows of ``inputs`` values.
  /// - Returns: As many rows of ``outputs`` values, in the same order.
  /// - Throws: ``MLPError/inputWidth(expected:found:)`` when the rows are shorter or longer, or what
  ///   ``InputTransform/apply(to:)`` throws.
  public func evaluate(_ batch: Matrix<Scalar>) throws(MLPError) -> Matrix<Scalar> {
    try checkWidth(batch.columns)
    let input = try transformed(batch.values)
    var workspace = MLPWorkspace()
    let count = batch.rows * outputs
    let values = unsafe ContiguousArray<Scalar>(unsafeUninitializedCapacity: count) {
      unsafe run(
        rows: batch.rows, from: input.span, to: $0.baseAddress, using: &workspace)
      $1 = count
    }
    return Matrix(checkedRows: batch.rows, columns: outputs, values: values)
  }

  /// Computes the last layer's activations for one row or for many, into the caller's memory.
  ///
  ///     var workspace = MLPWorkspace()
  ///     var probabilities = ContiguousArray(repeating: 0.0, count: network.outputs)
  ///     for image in images {
  ///       var output = probabilities.mutableSpan
  ///       try network.evaluate(image.span, into: &output, using: &workspace)
  ///     }
  ///
  /// Once the workspace has grown to what network and batch need, and the threads that share large
  /// batches have been started, nothing is allocated, unless an ``MLP/inputTransform`` makes a copy of
  /// the rows.
  ///
  /// - Parameters:
  ///   - input: Rows of ``inputs`` values, one after the other.
  ///   - output: Room for ``outputs`` values for each row; it is filled.
  ///   - workspace: Memory for the activations between layers.
  /// - Throws: ``MLPError/inputWidth(expected:found:)`` when the input is not made of whole rows, or
  ///   ``MLPError/outputCount(expected:found:)`` when the output has more or less room than its rows
  ///   need. Nothing has been written then.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func evaluate(
    _ input: Span<Scalar>, into output: inout MutableSpan<Scalar>,
    using workspace: inout MLPWorkspace
  ) throws(MLPError) {
    let (rows, rest) = input.count.quotientAndRemainder(dividingBy: inputs)
    guard rest == 0 else { throw .inputWidth(expected: inputs, found: input.count) }
    let (count, overflow) = rows.multipliedReportingOverflow(by: outputs)
    guard !overflow, output.count == count else {
      throw .outputCount(expected: overflow ? .max : count, found: output.count)
    }
    guard inputTransform != nil else {
      unsafe output.withUnsafeMutableBufferPointer {
        unsafe run(rows: rows, from: input, to: $0.baseAddress, using: &workspace)
      }
      return
    }
    var copy = ContiguousArray<Scalar>()
    copy.reserveCapacity(input.count)
    for index in 0..<input.count { copy.append(input[index]) }
    copy = try transformed(copy)
    unsafe output.withUnsafeMutableBufferPointer {
      unsafe run(rows: rows, from: copy.span, to: $0.baseAddress, using: &workspace)
    }
  }

  /// Rows as the first layer sees them.
  private func transformed(
    _ rows: ContiguousArray<Scalar>
  ) throws(MLPError) -> ContiguousArray<Scalar> {
    guard let inputTransform else { return rows }
    var rows = rows
    try inputTransform.apply(to: &rows)
    return rows
  }

  private func transformed(_ row: [Scalar]) throws(MLPError) -> [Scalar] {
    inputTransform == nil ? row : Array(try transformed(ContiguousArray(row)))
  }

  private func checkWidth(_ found: Int) throws(MLPError) {
    guard found == inputs else { throw .inputWidth(expected: inputs, found: found) }
  }

  /// Evaluates rows in memory, into room for as many.
  @unsafe private func run(
    rows: Int, from input: Span<Scalar>, to output: UnsafeMutablePointer<Scalar>?,
    using workspace: inout MLPWorkspace
  ) {
    let threads = forward.threads(rows: rows, most: workspace.maxThreads)
    unsafe input.withUnsafeBufferPointer { input in
      unsafe workspace.withBytes(forward.scratchBytes(rows: rows, threads: threads)) {
        unsafe forward.run(
          rows: rows, from: input.baseAddress, to: output, scratch: $0, threads: threads)
      }
    }
  }

  /// Evaluates one row, of as many values as the network or its one layer has inputs.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  @unsafe private func output(
    of count: Int, from input: [Scalar], only layer: Int? = nil
  ) -> [Scalar] {
    unsafe [Scalar](unsafeUninitializedCapacity: count) { output, initialized in
      unsafe withUnsafeTemporaryAllocation(
        byteCount: forward.scratchBytes(rows: 1, threads: 1), alignment: 64
      ) { scratch in
        unsafe input.withUnsafeBufferPointer {
          unsafe forward.run(
            only: layer, rows: 1, from: $0.baseAddress, to: output.baseAddress,
            scratch: scratch.baseAddress, threads: 1)
        }
      }
      initialized = count
    }
  }
}
