import Coefs

/// `evaluate MODEL INPUT.npz OUTPUT.npy float|double CALLS`: evaluates the rows of the input's one
/// array; the output is written after each line.
func evaluate(_ arguments: inout Arguments) throws {
  let model = try Model(contentsOf: arguments.next())
  let reader = try NPZReader(path: arguments.next())
  let input = try reader.array(reader.entries[0])
  let output = try arguments.next()
  if try arguments.next() == "float" {
    try evaluate(model.weights.mlp(as: Float.self), input, output, calls: arguments.next(Int.self))
  } else {
    try evaluate(model.weights.mlp(as: Double.self), input, output, calls: arguments.next(Int.self))
  }
}

/// One row as a vector, several as a matrix.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func evaluate<Scalar: MLPScalar & NPYScalar>(
  _ network: MLP<Scalar>, _ input: NDArray, _ output: String, calls: Int
) throws {
  let values = try input.reals(as: Scalar.self)
  let rows = input.shape[0]
  if rows == 1 {
    let row = Array(values)
    try serve(calls: calls) {
      try network.evaluate(row)
    } answer: {
      try write(NDArray($0, shape: [1, network.outputs]), to: output)
      return output
    }
  } else {
    let batch = try Matrix(rows: rows, columns: network.inputs, values: values)
    try serve(calls: calls) {
      try network.evaluate(batch)
    } answer: {
      try write(NDArray($0.values, shape: [rows, network.outputs]), to: output)
      return output
    }
  }
}
