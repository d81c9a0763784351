extension SklearnWeights {
  /// How the arrays that are written are named: a name for an option, and the conventions that it means, which
  /// reading knows too.
  public struct Naming: Hashable, Sendable {
    /// The name of the naming: `own`, `torch`.
    public let name: String
    /// The names, for a sentence.
    package let title: String
    private let sklearn: Convention
    private let mlp: Convention

    /// `weights_0`, `biases_0`, …; or in scikit-learn's layout `coefs_0`, `intercepts_0`, ….
    public static let own = Naming("own", "the package's own names", sklearn: .coefs, mlp: .weights)

    /// `0.weight`, `0.bias`, `2.weight`, …: PyTorch's, for a `torch.nn.Sequential` of linear layers with
    /// an activation after each. PyTorch keeps outputs × inputs.
    public static let torch = Naming(
      "torch", "PyTorch's names", sklearn: .sequential, mlp: .sequential)

    /// Every naming.
    public static let all = [own, torch]

    private init(_ name: String, _ title: String, sklearn: Convention, mlp: Convention) {
      self.name = name
      self.title = title
      self.sklearn = sklearn
      self.mlp = mlp
    }

    /// The naming with a name; `nil` for an unknown name.
    public init?(_ name: String) {
      guard let naming = Self.all.first(where: { $0.name == name }) else { return nil }
      self = naming
    }

    /// The one layout that the names promise to every reader; `nil` where both are possible.
    package var layout: WeightLayout? { sklearn == mlp ? mlp.layout : nil }

    /// The convention for a layout.
    func convention(in layout: WeightLayout) -> Convention { layout == .sklearn ? sklearn : mlp }

    /// The names of the arrays of a layer.
    package func names(layer: Int, in layout: WeightLayout) -> (weights: String, biases: String) {
      convention(in: layout).names(layer: layer)
    }
  }
}
