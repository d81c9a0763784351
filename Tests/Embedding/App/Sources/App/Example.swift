import Coefs
import Foundation

func answer(_ pixels: [Float], modelAt url: URL) throws -> (label: String, probabilities: [Float]) {
  let model = try Model(contentsOf: url)
  let predictor = try model.predictor(as: Float.self)
  let prediction = try predictor.predict(pixels)
  return (prediction.label?.description ?? "", prediction.probabilities)
}
