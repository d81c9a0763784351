import Coefs
import Foundation

// Server fixtures/chapter-coefs.npz: predicts the images 1000 to 1499, each in a task of its own.
let store = try ModelStore(contentsOf: URL(filePath: CommandLine.arguments[1]))

let right = try await withThrowingTaskGroup(of: Bool.self) { group in
  for index in 1_000..<1_500 {
    group.addTask {
      let pixels = Array(Digits.vector(at: index, dividedBy: Float(15)))
      let prediction = try await store.predictor.predict(pixels)
      return prediction.label?.description == "\(Digits.labels[index])"
    }
  }
  try await store.reload(from: URL(filePath: CommandLine.arguments[1]))
  var count = 0
  for try await isRight in group where isRight { count += 1 }
  return count
}
print("\(right) of 500 right")
