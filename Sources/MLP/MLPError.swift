/// An error in the parts of a network, or in its input.
@nonexhaustive
public enum MLPError: Error, Equatable, Sendable {
  /// Thrown when a network is made of no layers, or of fewer than two layer sizes.
  case noLayers

  /// Thrown when a layer has no inputs or no outputs.
  case emptyLayer(inputs: Int, outputs: Int)

  /// Thrown when a layer to be filled with random numbers has more weights than an `Int` counts.
  case layerTooLarge(inputs: Int, outputs: Int)

  /// Thrown when a layer is given more or fewer weights than outputs × inputs.
  case weightCount(inputs: Int, outputs: Int, found: Int)

  /// Thrown when a layer is given more or fewer biases than it has outputs.
  case biasCount(outputs: Int, found: Int)

  /// Thrown when a layer's inputs are not as many as the previous layer's outputs. The index
  /// counts layers from 0.
  case unchainedLayer(index: Int, expected: Int, found: Int)

  /// Thrown when a layer other than the last has the softmax activation. The layer is counted
  /// from 0.
  case hiddenSoftmax(layer: Int)

  /// Thrown when a scaler has no sound number for each input.
  case badTransform(step: String, problem: String)

  /// Thrown when an input row is not as long as the network's first layer has inputs.
  case inputWidth(expected: Int, found: Int)

  /// Thrown when a row has a value that is not one of the categories that its column was fitted with. Rows and columns
  /// count from 0; a text that is not known has the value −1.
  case unknownCategory(row: Int, column: Int, value: Double)

  /// Thrown when a value is missing where the preprocessing does not fill gaps.
  case missingValue(row: Int, column: Int)

  /// Thrown when the preprocessing makes a value of a row that is not finite, such as the logarithm of 0
  /// or a Box–Cox transform of a value that is not positive.
  case notFinite(row: Int, step: String)

  /// Thrown when the memory for the outputs of a batch has room for fewer or more numbers.
  case outputCount(expected: Int, found: Int)

  /// Thrown when a matrix has a negative size, or more or fewer numbers than rows × columns.
  case matrixShape(rows: Int, columns: Int, found: Int)
}

extension MLPError: CustomStringConvertible {
  /// The error as a sentence.
  public var description: String {
    switch self {
    case .noLayers:
      "A network needs at least one layer, so at least two layer sizes; there are fewer."
    case .emptyLayer(let inputs, let outputs):
      "A layer needs at least one input and one output; this one has \(inputs) and \(outputs)."
    case .layerTooLarge(let inputs, let outputs):
      "A layer of \(inputs) inputs and \(outputs) outputs has more weights than can be counted."
    case .weightCount(let inputs, let outputs, let found):
      """
      A layer of \(inputs) inputs and \(outputs) outputs needs \(outputs) × \(inputs) weights; \
      there are \(found).
      """
    case .biasCount(let outputs, let found):
      "A layer of \(outputs) outputs needs as many biases; there are \(found)."
    case .unchainedLayer(let index, let expected, let found):
      """
      Layer \(index) takes \(found) inputs, but layer \(index - 1) before it has \(expected) \
      outputs; the two must be equal.
      """
    case .hiddenSoftmax(let layer):
      """
      Layer \(layer) is a hidden layer with the softmax activation, which only the last layer may \
      have.
      """
    case .badTransform(let step, let problem):
      "\(step) \(problem)."
    case .inputWidth(let expected, let found):
      "The network takes rows of \(expected) numbers; this input has \(found)."
    case .unknownCategory(let row, let column, let value):
      "Row \(row), column \(column): \(value) is not one of the categories that the column was fitted with."
    case .missingValue(let row, let column):
      "Row \(row), column \(column): the value is missing, and nothing fills the gap."
    case .notFinite(let row, let step):
      "Row \(row): \(step) gives a value that is not finite."
    case .outputCount(let expected, let found):
      "The outputs of these rows are \(expected) numbers; there is room for \(found)."
    case .matrixShape(let rows, let columns, let found):
      "A matrix cannot have \(rows) rows and \(columns) columns of \(found) numbers in all."
    }
  }
}
