import Files
import NPY
import Pickle
import Sklearn
import Torch
import Zip

extension FileFormat {
  /// What `torch.save` writes: a dictionary of tensors, a checkpoint, a module.
  public static let torch = FileFormat(
    "torch", endings: ["pt", "pth", "ckpt"], "a file of torch.save", [.program],
    begins: { input in InputFile.isArchive(input.start) || TorchFile.isStream(input.start) },
    reader: .arrays { input throws(CoefsError) in
      let archive = InputFile.isArchive(input.start) ? try input.directory() : nil
      let path = archive.flatMap(TorchFile.picklePath)
      // An archive of another format costs nothing more: the names alone take a quarter of what NPZ does.
      if archive != nil, path == nil { return nil }
      let names = PickleNames.networks.andThoseOfTorch()
      let bytes = try input.contents()
      let file: TorchFile
      do throws(TorchError) {
        if let archive, let path {
          file = try TorchFile(
            archive, picklePath: path, of: bytes, limits: input.limits, names: names)
        } else {
          file = try TorchFile(stream: bytes, limits: input.limits, names: names)
        }
      } catch {
        throw CoefsError(input.file, error)
      }
      return try ArrayList(file, of: input)
    })
}

extension ArrayList {
  /// The arrays of a file of `torch.save` in which a network may be, and what is said next to them.
  fileprivate init(_ file: TorchFile, of input: FormatInput) throws(CoefsError) {
    let path = input.file
    let contents: TorchContents
    do throws(TorchError) {
      contents = try TorchContents(file.pickle)
      try file.check(contents.tensors, limits: input.limits)
    } catch {
      throw CoefsError(path, error)
    }
    let tensors = contents.tensors
    let source = ArraySource { index throws(CoefsError) in
      do throws(TorchError) { return try file.array(tensors[index]) } catch {
        throw CoefsError(path, error)
      }
    }
    // What is next to the dictionaries of networks is a part of one only if its name says so.
    let networks = Set(contents.entries.filter(\.isWeights).map(\.place))
    var entries: [Entry] = []
    var omitted: [String] = []
    var notes: [String] = []
    var index = 0
    for entry in contents.entries {
      let place = index
      if case .tensor = entry.value { index += 1 }
      if !networks.isEmpty, !networks.contains(entry.place) {
        guard ArrayMeaning(of: entry.name).isFact else {
          if entry.isArray { omitted.append("'\(entry.name)'") }
          continue
        }
      }
      switch entry.value {
      case .tensor(let tensor):
        let header = Result { () throws(NPYError) in try file.header(of: tensor) }
        let isSame = (try? header.get().dtype.name) == tensor.type.name
        entries.append(
          Entry(
            name: entry.name.isEmpty ? nil : entry.name, header: header, in: source, at: place,
            stored: isSame ? nil : (tensor.type.name, tensor.shape)))
        if tensor.type.isBFloat16 {
          notes.append("'\(entry.name)' is bfloat16 in the file, and is read as float32, exactly")
        }
      case .unread(let error):
        entries.append(
          Entry(
            name: entry.name,
            header: .failure(.unsupportedDType(descr: "?", reason: error.problem))
          ) { () throws(CoefsError) in throw CoefsError(path, error) })
      case .array(let array): entries.append(Entry(entry.name, array))
      case .text(let text): entries.append(Entry(entry.name, NDArray(string: text)))
      case .texts(let texts):
        if let array = try? NDArray(strings: texts) { entries.append(Entry(entry.name, array)) }
      case .integers(let integers):
        if let array = try? NDArray(integers) { entries.append(Entry(entry.name, array)) }
      }
    }
    if file.lacksChecksums {
      notes.append("the archive was written without checksums, so that damage to it cannot be seen")
    }
    var refusals: [(name: String?, error: any CategorizedError)] = []
    for module in contents.modules {
      let activations = module.activations
      notes += activations.notes
      entries += Self.entries(of: activations, for: module)
      if let (place, kind) = module.unsupported {
        refusals.append(
          (
            place,
            SklearnError.unknownStep(
              place.isEmpty ? "the module" : place, kind: kind,
              problem:
                "linear layers are read, each with ReLU, Tanh, Sigmoid, Softmax or no activation after it"
            )
          ))
      }
    }
    omitted +=
      contents.optimizers.map { "'\($0)'" } + contents.objects.map { "'\($0.place)' (\($0.kind))" }
    if !omitted.isEmpty {
      notes.append(
        "left out, not part of the network: \(omitted.prefix(6).joined(separator: ", "))"
          + (omitted.count > 6 ? ", …" : ""))
    }
    if !input.allowsUnknownNames, let error = file.pickle.unknownCall {
      refusals.insert(
        (
          nil,
          networks.isEmpty
            ? error
            : ModelError.unknownName(
              "\(error)", network: networks.sorted()[0].isEmpty ? path : networks.sorted()[0])
        ), at: 0)
    }
    self.init(file: path, entries: entries, notes: notes)
    self.refusals = refusals
    isOrdered = true
    names = file.pickle.mentions.map {
      StoredName(name: $0.global, offset: $0.offset, isKnown: $0.isKnown)
    }
  }

  /// What the modules say of their activations, named as the arrays next to them.
  private static func entries(
    of activations: TorchModule.Activations, for module: TorchModule
  ) -> [Entry] {
    guard let first = module.parameters.first(where: { ArrayMeaning(of: $0.name) == .weights })
    else { return [] }
    let prefix = ArrayMeaning.prefix(of: first.name)
    var entries: [Entry] = []
    if let hidden = activations.hidden, let one = hidden.first {
      let isOne = hidden.allSatisfy { $0 == one }
      if let texts = isOne ? NDArray(string: one) : try? NDArray(strings: hidden) {
        entries.append(Entry("\(prefix)activation", texts))
      }
    }
    if let output = activations.output {
      entries.append(Entry("\(prefix)out_activation", NDArray(string: output)))
    }
    return entries
  }
}

extension TorchContents {
  /// The tensors, in the order of the file.
  fileprivate var tensors: [TorchTensor] {
    entries.compactMap { if case .tensor(let tensor) = $0.value { tensor } else { nil } }
  }
}

extension TorchContents.Entry {
  /// The dictionary in which it is: `model/` of `model/fc1.weight`.
  fileprivate var place: String {
    name.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(name[...$0]) } ?? ""
  }

  /// Whether it is the weights of a layer, by its name and its axes.
  fileprivate var isWeights: Bool {
    switch value {
    case .tensor(let tensor): tensor.shape.count > 1 && ArrayMeaning(of: name) == .weights
    case .array(let array): array.shape.count > 1 && ArrayMeaning(of: name) == .weights
    default: false
    }
  }

  /// Whether it holds numbers, other than one alone.
  fileprivate var isArray: Bool {
    switch value {
    case .tensor(let tensor): !tensor.shape.isEmpty
    case .array(let array): !array.shape.isEmpty
    case .unread: true
    case .text, .texts, .integers: false
    }
  }
}

extension TorchError {
  /// What is wrong with a tensor that is named already.
  fileprivate var problem: String {
    if case .badTensor(_, let problem) = self { "the tensor \(problem)" } else { "\(self)" }
  }
}

extension ArrayMeaning {
  /// Whether it is a fact about a network.
  fileprivate var isFact: Bool { self == .fact || self == .activation }
}

extension Pickle {
  /// The error for the first call of a function that is not known; `nil` for a pickle without one.
  ///
  /// Objects of any class are accepted: they are values next to the tensors. A function is not a value.
  fileprivate var unknownCall: PickleError? {
    let known = Set(mentions.lazy.filter(\.isKnown).map(\.global))
    // A function that is known calls another.
    for (function, offset) in calls + TorchTensor.functions(in: self) {
      guard let function else {
        return .badOperation(
          offset: offset, operation: "REDUCE", problem: "it calls what a call gives")
      }
      if !known.contains(function) { return .unknownName(offset: offset, function) }
    }
    return nil
  }
}
