import Coefs
import Interface

/// A view of one prediction: the names of an interface and of the library, side by side.
struct Digit: View {
  let text: Text
  let layout: any Layout = Grid()
  let layer = Layer()
  /// The one name that both have is told apart by its module, as always in Swift.
  let images: Coefs.Dataset? = nil

  init(_ prediction: Prediction<Float>) {
    text = Text(prediction.label?.description ?? "?")
  }
}
