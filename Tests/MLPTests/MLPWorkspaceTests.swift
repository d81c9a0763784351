import AllocationCount
import MLP
import TestSupport
import Testing

@Suite struct MLPWorkspaceTests {
  private func network<Scalar: MLPScalar>(
    _ layerSizes: [Int] = [64, 16, 10], as type: Scalar.Type = Double.self
  ) throws -> MLP<Scalar> {
    var generator = SeededGenerator(seed: 21)
    return try randomNetwork(
      layerSizes: layerSizes, hidden: .logistic, output: .softmax, using: &generator)
  }

  private func values<Scalar: MLPScalar>(
    _ count: Int, as type: Scalar.Type = Double.self
  ) -> ContiguousArray<Scalar> {
    var generator = SeededGenerator(seed: 22)
    return ContiguousArray<Scalar>(randomValues(count, within: 1, using: &generator))
  }

  @Test func `one workspace serves networks and batches of all sizes and types`() throws {
    var workspace = MLPWorkspace()
    for layerSizes in [[3, 2], [64, 16, 10], [100, 300, 20, 4], [1, 1]] {
      for rows in [1, 50, 2, 300] {
        let doubles = try network(layerSizes)
        let input = values(rows * layerSizes[0])
        let batch = try Matrix(rows: rows, columns: layerSizes[0], values: input)
        let output = try evaluateInto(doubles, input, using: &workspace)
        #expect(try bits(Array(output)) == bits(Array(doubles.evaluate(batch).values)))

        let floats = try network(layerSizes, as: Float.self)
        let small = values(rows * layerSizes[0], as: Float.self)
        let smallBatch = try Matrix(rows: rows, columns: layerSizes[0], values: small)
        let smallOutput = try evaluateInto(floats, small, using: &workspace)
        #expect(try bits(Array(smallOutput)) == bits(Array(floats.evaluate(smallBatch).values)))
      }
    }
  }

  @Test func `no rows give no outputs`() throws {
    var workspace = MLPWorkspace()
    #expect(try evaluateInto(network(), [], using: &workspace).isEmpty)
  }

  @Test(arguments: [1, 63, 65, 127])
  func `refuses what is not whole rows`(found: Int) throws {
    var workspace = MLPWorkspace()
    var outputs = ContiguousArray(repeating: 0.0, count: 10)
    let (network, input) = try (network(), values(found))
    var output = outputs.mutableSpan
    do {
      try network.evaluate(input.span, into: &output, using: &workspace)
      Issue.record("nothing was thrown")
    } catch {
      #expect(error == .inputWidth(expected: 64, found: found))
    }
  }

  @Test(arguments: [0, 10, 19, 21, 30])
  func `refuses more or less room than the outputs need`(found: Int) throws {
    var workspace = MLPWorkspace()
    var outputs = ContiguousArray(repeating: 7.0, count: found)
    let (network, input) = try (network(), values(128))
    var output = outputs.mutableSpan
    do {
      try network.evaluate(input.span, into: &output, using: &workspace)
      Issue.record("nothing was thrown")
    } catch {
      #expect(error == .outputCount(expected: 20, found: found))
    }
    #expect(outputs.allSatisfy { $0 == 7 })
  }

  @Test func `has at least one thread`() {
    #expect(MLPWorkspace(maxThreads: 0).maxThreads == 1)
    #expect(MLPWorkspace(maxThreads: 3).maxThreads == 3)
  }

  #if os(Linux)
    // In a process of its own, where no other test allocates meanwhile.
    @Test(.enabled(if: counts_allocations()))
    func `a warm workspace allocates nothing`() async {
      await #expect(processExitsWith: .success) {
        // Enough for two threads, which start then, for good: Dispatch allocates for those of its own.
        ThreadPool.isEnabled = true
        let threaded = try allocations(Double.self, [64, 100, 10], rows: 20_000, repeats: 3)
        #expect(threaded == 0)
        for layerSizes in [[64, 16, 10], [30, 200, 300, 5]] {
          for rows in [1, 7, 100] {
            let doubles = try allocations(Double.self, layerSizes, rows: rows)
            let floats = try allocations(Float.self, layerSizes, rows: rows)
            #expect(doubles == 0 && floats == 0)
          }
        }
      }
    }

    @Test(.enabled(if: counts_allocations()))
    func `an allocation is seen`() async {
      await #expect(processExitsWith: .success) {
        let network = try MLP<Double>(layerSizes: [64, 16, 10])
        let row = Array(repeating: 0.5, count: 64)
        let before = allocation_count()
        for _ in 0..<10 { _ = try network.evaluate(row) }
        #expect(allocation_count() - before >= 10)
      }
    }
  #endif
}

/// Returns the outputs that a network writes into memory of the caller's.
func evaluateInto<Scalar: MLPScalar>(
  _ network: MLP<Scalar>, _ input: ContiguousArray<Scalar>, using workspace: inout MLPWorkspace
) throws -> ContiguousArray<Scalar> {
  let count = input.count / network.inputs * network.outputs
  var result = ContiguousArray<Scalar>(repeating: .nan, count: count)
  var output = result.mutableSpan
  try network.evaluate(input.span, into: &output, using: &workspace)
  return result
}

/// Returns how often memory was asked for, after a first evaluation, in some more.
private func allocations<Scalar: MLPScalar>(
  _ type: Scalar.Type, _ layerSizes: [Int], rows: Int, repeats: Int = 20
) throws -> Int {
  let network = try MLP<Scalar>(layerSizes: layerSizes)
  let input = ContiguousArray<Scalar>(repeating: 0.5, count: rows * network.inputs)
  var result = ContiguousArray<Scalar>(repeating: 0, count: rows * network.outputs)
  var workspace = MLPWorkspace(maxThreads: 2)
  var output = result.mutableSpan
  try network.evaluate(input.span, into: &output, using: &workspace)
  let before = allocation_count()
  for _ in 0..<repeats { try network.evaluate(input.span, into: &output, using: &workspace) }
  return allocation_count() - before
}
