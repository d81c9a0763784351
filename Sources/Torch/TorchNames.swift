package import Pickle

extension PickleNames {
  /// These names, and those of the files of `torch.save`. Others are nodes as inert as these: a checkpoint holds objects
  /// of any class next to its tensors.
  package func andThoseOfTorch() -> PickleNames {
    adding(TorchNames.all, others: .accepted).ofTorch()
  }
}

/// The names that the files of `torch.save` may hold, and what each class of modules does to a row.
enum TorchNames {
  static let all: Set<PickleGlobal> = {
    var names: Set<PickleGlobal> = []
    for (modules, words) in entries {
      for module in modules {
        for word in words { names.insert(PickleGlobal(module, word)) }
      }
    }
    for type in TorchType.all {
      names.insert(PickleGlobal("torch", type.name))
      guard let storage = type.storage else { continue }
      names.insert(PickleGlobal("torch", storage))
      names.insert(PickleGlobal("torch.cuda", storage))
    }
    return names.union(modules.keys).union(containers)
  }()

  /// The functions that make a tensor of a storage, by the place of the parts in their arguments.
  static let tensors = PickleGlobal("torch._utils", "_rebuild_tensor")
  static let tensors2 = PickleGlobal("torch._utils", "_rebuild_tensor_v2")
  static let tensors3 = PickleGlobal("torch._utils", "_rebuild_tensor_v3")
  /// The functions whose first argument is a tensor.
  static let parameters: Set = [
    PickleGlobal("torch._utils", "_rebuild_parameter"),
    PickleGlobal("torch._utils", "_rebuild_parameter_with_state"),
  ]
  /// The function of a function, a class, and the arguments of the function.
  static let fromType = PickleGlobal("torch._tensor", "_rebuild_from_type_v2")

  private static let entries: [(modules: [String], names: [String])] = [
    (
      ["torch._utils"],
      [
        "_rebuild_tensor", "_rebuild_tensor_v2", "_rebuild_tensor_v3", "_rebuild_parameter",
        "_rebuild_parameter_with_state", "_rebuild_sparse_tensor", "_rebuild_sparse_csr_tensor",
        "_rebuild_nested_tensor", "_rebuild_qtensor", "_rebuild_meta_tensor_no_storage",
        "_rebuild_device_tensor_from_numpy", "_rebuild_device_tensor_from_cpu_tensor",
        "_rebuild_wrapper_subclass",
      ]
    ),
    (["torch._tensor"], ["_rebuild_from_type_v2"]),
    (
      ["torch"],
      [
        "Size", "device", "Tensor", "FloatTensor", "DoubleTensor", "strided", "contiguous_format",
        "per_tensor_affine", "UntypedStorage", "_UntypedStorage",
      ]
    ),
    (["torch.serialization"], ["_get_layout"]),
    (["torch.storage"], ["UntypedStorage", "_UntypedStorage", "TypedStorage", "_TypedStorage"]),
    (["torch.nn.parameter"], ["Parameter", "Buffer"]),
    (["torch.utils.hooks"], ["RemovableHandle"]),
    // Values next to the tensors of a checkpoint. Calling these makes a value and does nothing else.
    (["argparse"], ["Namespace"]),
    (["collections"], ["OrderedDict", "defaultdict", "Counter", "deque"]),
    (["datetime"], ["date", "datetime", "time", "timedelta", "timezone"]),
    (["decimal"], ["Decimal"]),
    (["fractions"], ["Fraction"]),
    (["uuid"], ["UUID"]),
    (
      ["pathlib", "pathlib._local"],
      ["Path", "PosixPath", "PurePath", "PurePosixPath", "PureWindowsPath", "WindowsPath"]
    ),
    (["types"], ["SimpleNamespace"]),
  ]

  /// What a class of modules does to a row.
  enum Layer: Hashable {
    case linear
    /// An activation, under the name that texts next to weights have for it.
    case activation(String)
    /// Nothing, when the network predicts.
    case nothing
  }

  /// The classes of modules that can be a part of a network.
  static let modules: [PickleGlobal: Layer] = {
    var modules: [PickleGlobal: Layer] = [:]
    for (module, name, layer) in layers {
      modules[PickleGlobal("torch.nn.modules.\(module)", name)] = layer
    }
    return modules
  }()

  private static let layers: [(module: String, name: String, layer: Layer)] = [
    ("linear", "Linear", .linear),
    ("linear", "NonDynamicallyQuantizableLinear", .linear),
    ("linear", "Identity", .nothing),
    ("activation", "ReLU", .activation("relu")),
    ("activation", "Tanh", .activation("tanh")),
    ("activation", "Sigmoid", .activation("logistic")),
    ("activation", "Softmax", .activation("softmax")),
    ("dropout", "Dropout", .nothing),
    ("dropout", "AlphaDropout", .nothing),
    ("dropout", "FeatureAlphaDropout", .nothing),
    ("flatten", "Flatten", .nothing),
  ]

  /// The classes of modules that pass a row through the modules in them, one after another.
  static let containers: Set = [
    PickleGlobal("torch.nn.modules.container", "Sequential"),
    PickleGlobal("torch.nn.parallel.data_parallel", "DataParallel"),
    PickleGlobal("torch.nn.parallel.distributed", "DistributedDataParallel"),
    PickleGlobal("torch._dynamo.eval_frame", "OptimizedModule"),
  ]

  /// Whether modules of a class take no part in a prediction: a loss, a metric.
  static func isBesideNetwork(_ name: PickleGlobal) -> Bool {
    name.module == "torch.nn.modules.loss" || name.module.hasPrefix("torchmetrics.")
  }
}
