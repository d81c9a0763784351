import CNetwork

/// Layers as the kernels take them: where their numbers are, and what to do with those.
///
/// One row's result is bit for bit the same alone, anywhere in any batch, with any number of threads
/// and layer by layer, because every path leads through `cnetwork_forward`, which promises just that.
@safe struct ForwardPass: @unchecked Sendable {
  // Addresses into the layers' packed numbers, which the network keeps alive and nobody changes.
  private let steps: ContiguousArray<cnetwork_layer>
  private let network: cnetwork_network

  /// Prepares layers that fit together; at least one.
  init<Scalar: MLPScalar>(_ layers: [DenseLayer<Scalar>]) {
    unsafe steps = ContiguousArray(
      layers.map { layer in
        unsafe cnetwork_layer(
          inputs: layer.inputs, outputs: layer.outputs, activation: layer.activation.kernel,
          packed: layer.packed.address)
      })
    var network = unsafe cnetwork_network(
      layers: nil, count: layers.count, type: kernelType(of: Scalar.self),
      set: cnetwork_instruction_set(), runner: nil, widest: 0, work: 0)
    unsafe steps.withUnsafeBufferPointer {
      unsafe network.layers = $0.baseAddress
      unsafe cnetwork_measure(&network)
    }
    unsafe self.network = network
  }

  /// How many threads are worth while for so many rows: one where there is little work.
  func threads(rows: Int, most: Int) -> Int {
    unsafe withUnsafePointer(to: network) { unsafe cnetwork_forward_threads($0, rows, most) }
  }

  /// The bytes of scratch memory that so many rows and threads need.
  func scratchBytes(rows: Int, threads: Int) -> Int {
    unsafe withUnsafePointer(to: network) {
      unsafe cnetwork_forward_scratch($0, rows, threads)
    }
  }

  /// Evaluates rows.
  ///
  /// - Parameters:
  ///   - only: The one layer to go through; `nil` for all.
  ///   - rows: The number of rows.
  ///   - input: The first layer's inputs for each row.
  ///   - output: Room for the last layer's outputs for each row.
  ///   - scratch: At least ``scratchBytes(rows:threads:)``.
  ///   - threads: What ``threads(rows:most:)`` gave, or any other number from 1.
  @unsafe func run(
    only layer: Int? = nil, rows: Int, from input: UnsafeRawPointer?,
    to output: UnsafeMutableRawPointer?, scratch: UnsafeMutableRawPointer?, threads: Int
  ) {
    unsafe steps.withUnsafeBufferPointer { steps in
      var network = unsafe network
      unsafe network.runner = ThreadPool.runner
      if let layer {
        unsafe network.layers = steps.baseAddress.map { unsafe $0 + layer }
        unsafe network.count = 1
      } else {
        unsafe network.layers = steps.baseAddress
      }
      unsafe cnetwork_forward(&network, rows, input, output, scratch, threads)
    }
  }
}

extension Activation {
  /// The kernels' name.
  var kernel: Int32 {
    let kernel =
      switch self {
      case .identity: CNETWORK_IDENTITY
      case .logistic: CNETWORK_LOGISTIC
      case .tanh: CNETWORK_TANH
      case .relu: CNETWORK_RELU
      case .exp: CNETWORK_EXP
      case .softmax: CNETWORK_SOFTMAX
      }
    return Int32(kernel)
  }

  /// Returns the activations of each row of weighted sums.
  package func callAsFunction<Scalar: MLPScalar>(_ sums: Matrix<Scalar>) -> Matrix<Scalar> {
    var values = sums.values
    apply(to: &values, rows: sums.rows, columns: sums.columns)
    return Matrix(checkedRows: sums.rows, columns: sums.columns, values: values)
  }

  /// Replaces the weighted sums of each row of a matrix, row-major, by their activations.
  func apply<Scalar: MLPScalar>(
    to sums: inout ContiguousArray<Scalar>, rows: Int, columns: Int
  ) {
    precondition(rows >= 0 && columns >= 0 && sums.count == rows * columns)
    unsafe sums.withUnsafeMutableBytes {
      unsafe cnetwork_activate(
        cnetwork_instruction_set(), kernelType(of: Scalar.self), kernel, rows, columns,
        $0.baseAddress)
    }
  }
}
