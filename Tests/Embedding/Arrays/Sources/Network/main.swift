import MLP

// Two inputs, "exclusive or" of them: a network that is written down.
let hidden = try DenseLayer(
  inputs: 2, outputs: 2, weights: [1.0, 1, 1, 1], biases: [0, -1], activation: .relu)
let output = try DenseLayer(
  inputs: 2, outputs: 1, weights: [1.0, -2], biases: [0], activation: .identity)
let network = try MLP(layers: [hidden, output])
for row in [[0.0, 0], [0, 1], [1, 0], [1, 1]] { print(row, try network.evaluate(row)) }
