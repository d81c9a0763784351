import Coefs

/// `fit DATA.npz SIZES ACTIVATION RATE EPOCHS PATIENCE`: trains a network; the answer is the epochs and
/// the last loss.
func fit(_ arguments: inout Arguments) throws {
  let data = try Dataset(contentsOf: arguments.next())
  var parameters = Parameters()
  parameters.hiddenLayerSizes = try arguments.next().split(separator: ",").compactMap { Int($0) }
  let activation = try arguments.next()
  guard let activation = Activation(rawValue: activation) else {
    throw UsageError(argument: activation)
  }
  parameters.activation = activation
  parameters.learningRateInit = try arguments.next(Double.self)
  parameters.maxIter = try arguments.next(Int.self)
  parameters.nIterNoChange = try arguments.next(Int.self)
  parameters.randomState = 1
  try serve {
    try Model.train(on: data, parameters)
  } answer: {
    "\($0.losses.count) \($0.losses.last ?? .nan)"
  }
}
