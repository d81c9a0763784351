import CNetwork
import TestSupport
import Testing

/// A network whose numbers are drawn, as the kernels take it.
@safe private final class Network<Scalar: Number> {
  let sizes: [Int]
  let weights: [[Scalar]]
  let biases: [[Scalar]]
  private let packed: [UnsafeMutableRawPointer]
  private let layers: UnsafeMutableBufferPointer<cnetwork_layer>
  private var network: cnetwork_network

  /// The hidden layers have one activation and the last another.
  init(_ sizes: [Int], hidden: Int32, output: Int32, set: Int32, seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    self.sizes = sizes
    let count = sizes.count - 1
    let weights: [[Scalar]] = (0..<count).map {
      randomValues(sizes[$0] * sizes[$0 + 1], within: 1, using: &generator)
    }
    let biases: [[Scalar]] = (0..<count).map {
      randomValues(sizes[$0 + 1], within: 1, using: &generator)
    }
    self.weights = weights
    self.biases = biases
    var packed: [UnsafeMutableRawPointer] = unsafe []
    unsafe layers = .allocate(capacity: count)
    for index in 0..<count {
      let (inputs, outputs) = (sizes[index], sizes[index + 1])
      let size = cnetwork_packed_size(Scalar.kernelType, inputs, outputs)
      let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
      unsafe weights[index].withUnsafeBytes { weights in
        unsafe biases[index].withUnsafeBytes { biases in
          unsafe cnetwork_pack(
            Scalar.kernelType, inputs, outputs, weights.baseAddress, biases.baseAddress, memory)
        }
      }
      unsafe packed.append(memory)
      unsafe layers.initializeElement(
        at: index,
        to: cnetwork_layer(
          inputs: inputs, outputs: outputs, activation: index == count - 1 ? output : hidden,
          packed: memory))
    }
    unsafe self.packed = packed
    unsafe network = cnetwork_network(
      layers: layers.baseAddress, count: count, type: Scalar.kernelType, set: set,
      runner: cnetwork_pool, widest: 0, work: 0)
    unsafe cnetwork_measure(&network)
  }

  deinit {
    for index in unsafe packed.indices { unsafe packed[index].deallocate() }
    unsafe layers.deallocate()
  }

  func threads(rows: Int, most: Int = .max) -> Int {
    unsafe cnetwork_forward_threads(&network, rows, most)
  }

  /// The outputs for some rows; scratch memory is not what it was, and nothing is written behind either.
  func evaluate(_ rows: [[Scalar]], threads: Int = 1) -> [[Scalar]] {
    let outputs = sizes[sizes.count - 1]
    let input = Array(rows.joined())
    var output = [Scalar](repeating: 77, count: rows.count * outputs + 1)
    let size = unsafe cnetwork_forward_scratch(&network, rows.count, threads)
    var scratch = [UInt8](repeating: 0xff, count: size + 64)
    unsafe output.withUnsafeMutableBytes { output in
      unsafe input.withUnsafeBytes { input in
        unsafe cnetwork_forward(
          &network, rows.count, input.baseAddress, output.baseAddress, &scratch, threads)
      }
    }
    precondition(output.last == 77, "written behind the output")
    precondition(scratch.suffix(64).allSatisfy { $0 == 0xff }, "written behind the scratch memory")
    return (0..<rows.count).map { Array(output[$0 * outputs..<($0 + 1) * outputs]) }
  }

  /// One layer's sums by the plainest loop, in the wider type.
  func sums(_ row: [Scalar], layer: Int = 0) -> [Scalar.Wide] {
    (0..<sizes[layer + 1]).map { output in
      var sum = Scalar.Wide(biases[layer][output])
      for (input, x) in row.enumerated() {
        sum += Scalar.Wide(x) * Scalar.Wide(weights[layer][output * row.count + input])
      }
      return sum
    }
  }
}

@Suite struct ForwardTests {
  /// Rows, inputs and outputs around those of vectors, tiles and panels, and some drawn.
  static let shapes: [[Int]] = {
    var generator = SeededGenerator(seed: 9)
    var shapes = [
      [1, 1, 1], [2, 1, 130], [70, 130, 1], [12, 16, 16], [13, 31, 17], [25, 32, 33], [6, 33, 64],
      [5, 64, 10], [70, 64, 65], [24, 65, 31], [47, 128, 129], [33, 3, 15], [3, 130, 130],
      [4, 127, 97], [9, 63, 48], [36, 2, 7], [11, 129, 8],
    ]
    for _ in 0..<12 {
      shapes.append([
        .random(in: 1...70, using: &generator), .random(in: 1...130, using: &generator),
        .random(in: 1...130, using: &generator),
      ])
    }
    return shapes
  }()

  @Test(arguments: sets, shapes)
  func `a row's bits do not depend on the rows around it`(set: Int32, shape: [Int]) {
    expectIndependent(Double.self, set: set, shape: shape)
    expectIndependent(Float.self, set: set, shape: shape)
  }

  private func expectIndependent<Scalar: Number>(
    _ type: Scalar.Type, set: Int32, shape: [Int]
  ) {
    let (rows, inputs, outputs) = (shape[0], shape[1], shape[2])
    let activation = activations[(rows + inputs + outputs) % activations.count]
    let network = Network<Scalar>(
      [inputs, outputs], hidden: 0, output: activation, set: set, seed: UInt64(rows))
    var generator = SeededGenerator(seed: 7)
    let batch: [[Scalar]] = (0..<rows).map { _ in
      randomValues(inputs, within: 1, using: &generator)
    }
    let alone = batch.map { network.evaluate([$0])[0] }
    let whole = network.evaluate(batch)
    #expect(whole.map { bits($0) } == alone.map { bits($0) })
    #expect(
      network.evaluate(batch.reversed()).map { bits($0) } == alone.reversed().map { bits($0) })
    for count in [2, 3, 5] where count < rows {
      #expect(
        network.evaluate(Array(batch.suffix(count))).map { bits($0) }
          == alone.suffix(count).map { bits($0) })
    }
    for threads in 2...3 {
      #expect(network.evaluate(batch, threads: threads).map { bits($0) } == alone.map { bits($0) })
    }
  }

  @Test(arguments: sets)
  func `whole networks, of all activations`(set: Int32) {
    for hidden in activations where hidden != CNETWORK_SOFTMAX {
      for output in activations {
        expectIndependent(Double.self, [64, 16, 10], hidden, output, set: set)
        expectIndependent(Float.self, [64, 16, 10], hidden, output, set: set)
      }
    }
    expectIndependent(Double.self, [3, 2, 17, 1, 6], 1, 5, set: set)
    expectIndependent(Float.self, [5, 40, 33, 2], 1, 5, set: set)
    // Rows as long as a page of the cache, which are moved apart.
    expectIndependent(Double.self, [128, 128, 3], 1, 5, set: set)
    expectIndependent(Float.self, [256, 256, 3], 3, 0, set: set)
    // Layers large enough that few rows share their outputs among threads, with odd ends.
    expectIndependent(Double.self, [90, 1300, 400, 9], 1, 5, set: set)
    expectIndependent(Float.self, [90, 2333, 400, 9], 2, 5, set: set)
  }

  private func expectIndependent<Scalar: Number>(
    _ type: Scalar.Type, _ sizes: [Int], _ hidden: Int32, _ output: Int32, set: Int32
  ) {
    let network = Network<Scalar>(sizes, hidden: hidden, output: output, set: set, seed: 5)
    var generator = SeededGenerator(seed: 6)
    let batch: [[Scalar]] = (0..<37).map { _ in
      randomValues(sizes[0], within: 0.1, using: &generator)
    }
    let alone = batch.map { bits(network.evaluate([$0])[0]) }
    #expect(network.evaluate(batch).map { bits($0) } == alone)
    #expect(network.evaluate(batch, threads: 2).map { bits($0) } == alone)
    #expect(network.evaluate(Array(batch[3..<10])).map { bits($0) } == Array(alone[3..<10]))
    for (rows, threads) in [(1, 2), (1, 3), (3, 2), (4, 64)] {
      #expect(
        network.evaluate(Array(batch[..<rows]), threads: threads).map { bits($0) }
          == Array(alone[..<rows]))
    }
  }

  @Test(arguments: sets)
  func `more rows than a block, on any number of threads`(set: Int32) {
    let network = Network<Float>([7, 5], hidden: 0, output: 2, set: set, seed: 1)
    var generator = SeededGenerator(seed: 2)
    let batch: [[Float]] = (0..<1003).map { _ in randomValues(7, within: 1, using: &generator) }
    let alone = batch.map { bits(network.evaluate([$0])[0]) }
    for threads in [1, 2, 5, 64] {
      #expect(network.evaluate(batch, threads: threads).map { bits($0) } == alone)
    }
    #expect(network.evaluate([]).isEmpty)
    #expect(network.evaluate([], threads: 3).isEmpty)
  }

  @Test(arguments: sets, shapes)
  func `sums are those of plain loops`(set: Int32, shape: [Int]) {
    expectSums(Double.self, shape, set: set)
    expectSums(Float.self, shape, set: set)
  }

  private func expectSums<Scalar: Number>(_ type: Scalar.Type, _ shape: [Int], set: Int32) {
    let (inputs, outputs) = (shape[1], shape[2])
    let network = Network<Scalar>(
      [inputs, outputs], hidden: 0, output: Int32(CNETWORK_IDENTITY), set: set, seed: 8)
    var generator = SeededGenerator(seed: 9)
    let batch: [[Scalar]] = (0..<3).map { _ in randomValues(inputs, within: 1, using: &generator) }
    // Half a unit in the last place for each sum on the way, all of them at most inputs + 1.
    let bound = Double(inputs + 1) * Double(inputs + 1) * Double(Scalar.ulpOfOne)
    for (row, found) in zip(batch, network.evaluate(batch)) {
      for (value, sum) in zip(found, network.sums(row)) {
        #expect(Double(abs(Scalar.Wide(value) - sum)) <= bound)
      }
    }
  }

  @Test func `little work is for one thread, and no more threads come than are wanted`() {
    let network = Network<Double>([64, 16, 10], hidden: 1, output: 5, set: sets[0], seed: 1)
    for rows in [0, 1, 2, 10] { #expect(network.threads(rows: rows) == 1) }
    #expect(network.threads(rows: 10_000_000, most: 1) == 1)
    #expect(network.threads(rows: 10_000_000, most: 2) <= 2)
  }
}
