import MLP
import Sklearn

/// The outputs of a network for rows, computed once for all measures.
package struct Evaluation: Sendable {
  /// The rows.
  package let data: Dataset
  /// The network, packed once, without the activation of its last layer.
  let network: MLP<Double>
  /// The sums of the last layer, a row each, before its activation.
  let sums: Matrix<Double>
  /// The outputs of an ensemble; `nil` for one network.
  var combined: EnsembleNetwork.Outputs?
}

extension Model {
  /// Evaluates rows.
  ///
  /// - Parameter data: The rows.
  /// - Throws: ``CoefsError``, where the rows do not fit the network.
  package func evaluate(_ data: Dataset) throws(CoefsError) -> Evaluation {
    if let ensemble {
      let outputs = try outputs(EnsembleNetwork(ensemble), data)
      return Evaluation(
        data: data, network: weights.mlp(), sums: outputs.scores, combined: outputs)
    }
    let network = weights.mlp().replacing(output: .identity)
    return Evaluation(data: data, network: network, sums: try evaluate(network, data))
  }

  /// The outputs of a network for every row.
  func evaluate(_ network: MLP<Double>, _ data: Dataset) throws(CoefsError) -> Matrix<Double> {
    guard data.inputs.columns == network.inputs else {
      throw CoefsError(
        data.name, DataError.wrongWidth(expected: network.inputs, found: data.inputs.columns))
    }
    do { return try network.evaluate(data.inputs) } catch { throw problem(error, data) }
  }
}
