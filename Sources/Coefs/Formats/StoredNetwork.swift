import Sklearn

/// The content of a file that says itself which network its arrays make.
struct StoredNetwork: Sendable {
  /// Makes the network.
  let weights: @Sendable (SklearnWeights.Options) throws(CoefsError) -> SklearnWeights

  /// The arrays of the file, whether they are part of the network or not.
  let arrays: @Sendable (SklearnWeights.Options) -> ArrayList
}
