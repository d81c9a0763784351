import Coefs
import NPZ

/// `evaluate MODEL INPUT.npz OUTPUT.npy float|double CALLS [PERIOD]`: evaluates the rows of the input's one
/// array; the output is written after each line. With a period, in milliseconds, the processor time is told
/// and not the time.
func evaluate(_ arguments: inout Arguments) throws {
  let model = try Model(contentsOf: arguments.next())
  var limits = ReadLimits()
  limits.maxTotalBytes = .max
  let reader = try NPZReader(path: arguments.next(), limits: limits)
  let input = try reader.array(reader.entries[0])
  let output = try arguments.next()
  let scalar = try arguments.next()
  let calls = try arguments.next(Int.self)
  let period = arguments.isEmpty ? nil : Duration.milliseconds(try arguments.next(Int.self))
  if scalar == "float" {
    try evaluate(model.weights.mlp(as: Float.self), input, output, calls: calls, every: period)
  } else {
    try evaluate(model.weights.mlp(as: Double.self), input, output, calls: calls, every: period)
  }
}

/// Into memory of our own, as one does who evaluates again and again.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func evaluate<Scalar: MLPScalar & NPYScalar>(
  _ network: MLP<Scalar>, _ input: NDArray, _ output: String, calls: Int, every period: Duration?
) throws {
  let values = try ContiguousArray(input.reals(as: Scalar.self))
  let rows = input.shape[0]
  var results = ContiguousArray<Scalar>(repeating: 0, count: rows * network.outputs)
  var workspace = MLPWorkspace()
  let work = {
    var span = results.mutableSpan
    try network.evaluate(values.span, into: &span, using: &workspace)
  }
  let answer = {
    try NPYFile.write(
      NDArray(results, shape: [rows, network.outputs]), to: output, replacing: true,
      isFlushed: false)
    return output
  }
  if let period {
    try serve(calls: calls, every: period, work, answer: answer)
  } else {
    try serve(calls: calls, work, answer: answer)
  }
}
