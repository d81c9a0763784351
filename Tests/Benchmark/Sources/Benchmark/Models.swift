import Coefs

/// `load-model FILE CALLS`: reads a network, ready to compute with in doubles.
func loadModel(_ arguments: inout Arguments) throws {
  let file = try arguments.next()
  try serve(calls: arguments.next(Int.self)) {
    try Model(contentsOf: file).weights.mlp()
  } answer: {
    "\($0.parameterCount)"
  }
}

/// `convert INPUT OUTPUT`: reads a network and writes it in the MLP layout, stored; with all that
/// `coefs convert` does, which is to read it back and to compare it, except for waiting for the disk,
/// which no peer does.
func convert(_ arguments: inout Arguments) throws {
  let input = try arguments.next()
  let output = try arguments.next()
  var options = Model.WriteOptions()
  options.isFlushed = false
  try serve {
    try Model.convert(input, to: output, options: options)
  } answer: { _ in
    output
  }
}

/// `load-weights FILE`: reads a network with all its arrays, as they are stored.
func loadWeights(_ arguments: inout Arguments) throws {
  let file = try arguments.next()
  try serve {
    try Model(contentsOf: file).weights
  } answer: { weights in
    weights.layers.flatMap { [$0.weights, $0.biases] }
      .map { "\(fingerprint($0.bytes.span))" }.joined(separator: " ")
  }
}
