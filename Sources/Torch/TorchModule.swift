import Pickle

/// A module of `torch.save(model)`: its parameters, named as its `state_dict()` names them, and what its classes tell of
/// the network. The code of `forward` is not in the file.
package struct TorchModule: Sendable {
  /// Its place in the file.
  package let place: String
  /// The class.
  package let kind: String
  /// The tensors, in the order in which they were registered.
  package private(set) var parameters: [(name: String, value: TorchContents.Value)] = []
  /// The modules that take a row one after another, innermost first.
  private var leaves: [(name: String, kind: PickleGlobal)] = []
  /// The first module, from the outside, whose own code decides about the order.
  private var unknownOrder: String?

  /// The module that a node stands for; `nil` for any other node.
  ///
  /// - Throws: ``TorchError``, where it is nested without an end.
  init?(
    _ node: PickleNode, place: String, entering contents: inout TorchContents
  ) throws(TorchError) {
    guard let object = node.object, object.isInstance, let kind = object.className else {
      return nil
    }
    try contents.spend(Self.attributeCount(of: node), at: place)
    guard Self.parts(of: node) != nil else { return nil }
    self.place = place
    self.kind = kind.description
    var pending = [(node: node, path: "", depth: 0)]
    while let (node, path, depth) = pending.popLast() {
      let prefix = place.isEmpty || path.isEmpty ? place + path : "\(place)/\(path)"
      try contents.enter(prefix, depth: depth)
      try contents.spend(Self.attributeCount(of: node), at: place)
      guard let parts = Self.parts(of: node), let name = node.object?.className else { continue }
      for (key, value) in parts.own {
        if case .none = value.value { continue }
        let name = "\(prefix)\(prefix.isEmpty ? "" : path.isEmpty ? "/" : ".")\(key)"
        try contents.enter(name, depth: depth)
        do throws(TorchError) {
          guard let tensor = try TorchTensor(value, named: name) else { continue }
          parameters.append((name, .tensor(tensor)))
        } catch {
          parameters.append((name, .unread(error)))
        }
      }
      if parts.children.isEmpty || TorchNames.modules[name] != nil {
        if !TorchNames.isBesideNetwork(name) { leaves.append((path, Self.kind(of: node, name))) }
        continue
      }
      if !TorchNames.containers.contains(name) { unknownOrder = unknownOrder ?? name.description }
      for (key, child) in parts.children.reversed() {
        if case .none = child.value { continue }
        pending.append((child, path.isEmpty ? key : "\(path).\(key)", depth + 1))
      }
    }
  }

  /// The class of a module; of a softmax along another axis than that of the classes no class that is known.
  private static func kind(of node: PickleNode, _ name: PickleGlobal) -> PickleGlobal {
    guard name.name == "Softmax", let attributes = try? node.attributes(),
      case .integer(let axis)? = attributes["dim"]?.value, axis != 1, axis != -1
    else { return name }
    return PickleGlobal(name.module, "\(name.name)(dim=\(axis))")
  }

  private static func attributeCount(of node: PickleNode) -> Int {
    guard case .dict(let pairs)? = node.object?.state?.value else { return 0 }
    return pairs.count
  }

  /// The parameters and buffers of a module, and the modules in it; `nil` for an object that is no module.
  private static func parts(
    of node: PickleNode
  ) -> (own: [(String, PickleNode)], children: [(String, PickleNode)])? {
    guard let attributes = try? node.attributes(), let modules = attributes["_modules"],
      let parameters = attributes["_parameters"], let children = entries(modules),
      var own = entries(parameters)
    else { return nil }
    if let buffers = attributes["_buffers"].flatMap(entries) { own += buffers }
    return (own, children)
  }

  private static func entries(_ node: PickleNode) -> [(String, PickleNode)]? {
    let pairs: [(key: PickleNode, value: PickleNode)]
    if case .dict(let own) = node.value, own.count <= 10_000 {
      pairs = Array(own)
    } else if let own = node.entries(atMost: 10_000) {
      pairs = own
    } else {
      return nil
    }
    var entries: [(String, PickleNode)] = []
    for (key, value) in pairs {
      guard let name = key.shortString else { return nil }
      entries.append((name, value))
    }
    return entries
  }

  /// What the classes of the modules tell of the activations.
  package struct Activations: Sendable {
    /// The activation after each layer but the last; `nil` where it is not known.
    package var hidden: [String]?
    /// That of the last layer; `nil` where it is not known.
    package var output: String?
    /// What is to be said about it.
    package var notes: [String] = []
  }

  /// The module that no network here can have; `nil` where all of them can be read.
  package var unsupported: (path: String, kind: String)? {
    for leaf in leaves where TorchNames.modules[leaf.kind] == nil {
      // A module without a class of torch's may hold parameters of its own, which are read by their names.
      let isOfTorch = leaf.kind.module.hasPrefix("torch.")
      let hasOwn = parameters.contains { name, _ in
        name.hasPrefix(path(leaf.name) + ".") || leaf.name.isEmpty
      }
      if isOfTorch || !hasOwn { return (path(leaf.name), leaf.kind.description) }
    }
    return nil
  }

  private func path(_ leaf: String) -> String {
    place.isEmpty || leaf.isEmpty ? place + leaf : "\(place)/\(leaf)"
  }

  /// The activations, as the order of the modules tells them.
  package var activations: Activations {
    var result = Activations()
    if let own = leaves.first(where: { TorchNames.modules[$0.kind] == nil }) {
      result.notes.append(
        "the code of \(own.kind) is not in the file: its weights are taken for those of linear layers"
      )
      return result
    }
    // The activations before the first linear layer, after it, and so on.
    var steps: [[String]] = [[]]
    for leaf in leaves {
      switch TorchNames.modules[leaf.kind] {
      case .linear: steps.append([])
      case .activation(let name): steps[steps.count - 1].append(name)
      case .nothing, nil: break
      }
    }
    let layers = steps.count - 1
    guard layers > 0 else { return result }
    let shown = place.isEmpty ? "the module" : "'\(place)'"
    guard steps[0].isEmpty, steps.allSatisfy({ $0.count <= 1 }) else {
      result.notes.append("\(shown) has activations that do not follow a linear layer each")
      return result
    }
    let hidden = steps[1..<layers].map(\.first)
    let last = steps[layers].first
    guard let code = unknownOrder else {
      result.hidden = hidden.map { $0 ?? "identity" }
      result.output = last ?? "identity"
      if last == nil {
        result.notes.append(
          "\(shown) ends with a linear layer, so that its outputs are sums; if the loss had the softmax in it, "
            + "softmax is its output activation")
      }
      return result
    }
    if hidden.allSatisfy({ $0 != nil }), layers > 1 || last != nil {
      result.hidden = hidden.compactMap(\.self)
      result.output = last
      result.notes.append(
        "the code of \(code) is not in the file: its modules are taken in the order in which it has them"
      )
    } else if steps.contains(where: { !$0.isEmpty }) {
      result.notes.append(
        "the code of \(code) is not in the file, and the order of its modules does not tell its activations"
      )
    }
    return result
  }
}
