import Coefs

// Conversion fixtures/chapter-coefs.npz copy.npz
let model = try Model(contentsOf: CommandLine.arguments[1])

// The 500 images that it has never seen.
let verification = try model.verify(on: .digits(.heldOut), minAccuracy: 0.96)
print("accuracy", verification.accuracy ?? .nan, verification.passed == true ? "passed" : "missed")

// Back into scikit-learn's layout, every bit as it was.
try model.write(to: CommandLine.arguments[2], options: .init(layout: .sklearn, replacing: true))
