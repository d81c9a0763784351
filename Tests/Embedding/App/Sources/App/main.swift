import Coefs
import Foundation

// App OUTPUT FILE…: predicts image 1000 with the network of each file, and writes the first one to OUTPUT, an NPZ.
let pixels = Array(Digits.vector(at: 1_000, dividedBy: Float(15)))
let files = CommandLine.arguments.dropFirst(2).map { URL(filePath: $0) }
for file in files {
  let (label, probabilities) = try answer(pixels, modelAt: file)
  let sum = probabilities.reduce(0, +)
  print(file.lastPathComponent, label, abs(sum - 1) < 1e-5 ? "of 1" : "of \(sum)")
}

// From bytes, as a download gives them; and back, with scikit-learn's names and layout.
let model = try Model(Data(contentsOf: files[0]))
let view = Digit(try model.predictor(as: Float.self).predict(pixels))
let options = Model.WriteOptions(layout: .sklearn)
try model.data(as: .npz, options: options).write(to: URL(filePath: CommandLine.arguments[1]))

// From memory: a network of one layer that tells whether the first number is the larger one.
let layer = try DenseLayer(
  inputs: 2, outputs: 1, weights: [4.0, -4.0], biases: [0], activation: .logistic)
let larger = try Model(layers: [layer], classes: ["no", "yes"])
let rows = try Dataset(inputs: [[2, 1], [1, 2]], labels: ["yes", "no"])
print("rows in memory:", try larger.verify(on: rows).accuracy ?? .nan)
