import MLP
import Testing

@Suite struct MLPErrorTests {
  @Test(
    arguments: [
      (
        .noLayers,
        "A network needs at least one layer, so at least two layer sizes; there are fewer."
      ),
      (
        .emptyLayer(inputs: 64, outputs: 0),
        "A layer needs at least one input and one output; this one has 64 and 0."
      ),
      (
        .layerTooLarge(inputs: 9, outputs: 8),
        "A layer of 9 inputs and 8 outputs has more weights than can be counted."
      ),
      (
        .weightCount(inputs: 64, outputs: 16, found: 1000),
        "A layer of 64 inputs and 16 outputs needs 16 × 64 weights; there are 1000."
      ),
      (
        .biasCount(outputs: 16, found: 10),
        "A layer of 16 outputs needs as many biases; there are 10."
      ),
      (
        .unchainedLayer(index: 1, expected: 16, found: 64),
        """
        Layer 1 takes 64 inputs, but layer 0 before it has 16 outputs; the two must be equal.
        """
      ),
      (
        .hiddenSoftmax(layer: 0),
        """
        Layer 0 is a hidden layer with the softmax activation, which only the last layer may have.
        """
      ),
      (
        .inputWidth(expected: 64, found: 63),
        "The network takes rows of 64 numbers; this input has 63."
      ),
      (
        .outputCount(expected: 20, found: 10),
        "The outputs of these rows are 20 numbers; there is room for 10."
      ),
      (
        .matrixShape(rows: 2, columns: 3, found: 5),
        "A matrix cannot have 2 rows and 3 columns of 5 numbers in all."
      ),
    ] as [(MLPError, String)])
  func `says what is wrong in a sentence`(error: MLPError, sentence: String) {
    #expect(error.description == sentence)
  }
}
