import Coefs

// Embedding fixtures/chapter-coefs.npz embedded.npz
let model = try Model(contentsOf: CommandLine.arguments[1])

// One image: 64 pixels divided by 15, as the network was trained on.
let network = model.weights.mlp(as: Float.self)
let image = Array(Digits.vector(at: 1_000, dividedBy: Float(15)))
let output = try network.evaluate(image)
print("image 1000 is", model.label(of: output)?.description ?? "no class")

// The 500 images that it has never seen.
let verification = try model.verify(on: .digits(.heldOut), minAccuracy: 0.96)
print("accuracy", verification.accuracy ?? .nan, verification.passed ? "passed" : "missed")

// Back into scikit-learn's layout, every bit as it was.
var options = Model.WriteOptions()
options.layout = .sklearn
options.replacing = true
try model.write(to: CommandLine.arguments[2], options: options)
