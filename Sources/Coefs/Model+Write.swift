extension Model {
  /// The formats that a network can be written to.
  public enum Format: String, CaseIterable, Sendable {
    /// NumPy's archive of arrays.
    case npz
    /// Arrays with a header of JSON before them.
    case safetensors
    /// A whole estimator of scikit-learn, without its training.
    case skops

    /// The endings of their names, for a sentence: `.npz, .safetensors or .skops`.
    package static var endings: String {
      let endings = allCases.map { ".\($0.rawValue)" }
      return endings.dropLast().joined(separator: ", ") + " or " + (endings.last ?? "")
    }

    /// The format that a file's name says.
    public init?(fileName: String) {
      guard let dot = fileName.utf8.lastIndex(of: UInt8(ascii: ".")) else { return nil }
      self.init(rawValue: String(fileName[fileName.index(after: dot)...]).lowercased())
    }
  }

  /// How a network is written.
  public struct WriteOptions: Hashable, Sendable {
    /// The format; `nil` for the one that the file's name says.
    public var format: Format?
    /// The layout of the weights.
    public var layout = Layout.mlp
    /// How the arrays are named.
    public var naming = SklearnWeights.Naming.own
    /// What to round every number to; `nil` keeps them bit for bit.
    public var precision: SklearnWeights.Precision?
    /// Whether the arrays are deflated.
    public var isCompressed = false
    /// Whether scalers in front of the network are folded into its first layer; without this, such a
    /// network is only written to a skops archive, because a file of weights cannot say what they do.
    public var foldsInputTransform = false
    /// Whether a file that is there already may be replaced.
    public var replacing = false
    /// Whether to wait until the file is on the disk before it takes its name. Without that a power cut
    /// may leave an empty file; the end of the process never does.
    public var isFlushed = true

    /// NPZ by name, MLP layout, every bit kept, not compressed, nothing replaced, flushed.
    public init() {}
  }

  /// Writes the network to a file, reads it back, and compares it bit for bit with what was meant.
  ///
  /// The file appears whole or not at all.
  ///
  /// - Parameters:
  ///   - file: The path; `-` is standard output.
  ///   - options: Format, layout and so on.
  /// - Returns: What was written.
  /// - Throws: ``CoefsError``.
  @discardableResult
  public func write(
    to file: String, options: WriteOptions = WriteOptions()
  ) throws(CoefsError) -> Conversion {
    var network = NetworkFile(self.file, weights)
    network.notes = notes
    network.byteCount = byteCount
    network.isFromPickle = isFromPickle
    return try network.write(to: file, options: options)
  }

  /// Converts a file: what ``init(contentsOf:intercepts:options:limits:)`` reads,
  /// ``write(to:options:)`` writes, with the same result and the same errors.
  ///
  /// From arrays to an NPZ one layer at a time is in memory, so that a network may be much larger than
  /// it.
  ///
  /// - Parameters:
  ///   - file: The path of what to read; `-` is standard input.
  ///   - intercepts: The path of the biases, where `file` holds the weights alone.
  ///   - reading: What the caller says about the file.
  ///   - limits: Bounds on what a file may ask for.
  ///   - output: The path to write to; `-` is standard output.
  ///   - options: Format, layout and so on.
  /// - Returns: What was written.
  /// - Throws: ``CoefsError``.
  @discardableResult
  public static func convert(
    _ file: String, intercepts: String? = nil,
    reading: SklearnWeights.Options = SklearnWeights.Options(), limits: ReadLimits = ReadLimits(),
    to output: String, options: WriteOptions = WriteOptions()
  ) throws(CoefsError) -> Conversion {
    _ = try options.format(of: output)
    let source = try ModelFile(
      file, limits: limits, allowsUnknownNames: reading.allowsUnknownNames)
    let network = try NetworkFile(
      source, intercepts: NetworkFile.openIntercepts(intercepts, limits: limits), options: reading)
    return try network.write(to: output, options: options)
  }

  /// Whether an output could be created now; for those who have much to do before they write it.
  ///
  /// - Parameters:
  ///   - file: The path.
  ///   - replacing: Whether a file that is there already may be replaced.
  /// - Throws: ``CoefsError``.
  public static func checkOutput(_ file: String, replacing: Bool) throws(CoefsError) {
    // It makes and removes a file beside the output, which is what writing begins with.
    do { _ = try AtomicFile(path: file, replacing: replacing) } catch {
      throw CoefsError(file, .zip(error))
    }
  }
}

extension Model.WriteOptions {
  /// The format to write.
  ///
  /// - Throws: ``CoefsError``, where neither these options nor the name of the file say it, or where the
  ///   options do not go with each other.
  fileprivate func format(of file: String) throws(CoefsError) -> Model.Format {
    guard let format = format ?? Model.Format(fileName: file) else {
      throw CoefsError(file, .unknownFormat)
    }
    // PyTorch's names mean outputs × inputs to every reader.
    guard naming != .torch || layout == .mlp else {
      throw CoefsError(file, .unfitOption("PyTorch's names go with the layout mlp"))
    }
    switch format {
    case .npz: break
    case .safetensors:
      guard !isCompressed else {
        throw CoefsError(file, .unfitOption("safetensors has no compression"))
      }
    case .skops:
      // The names are those of the estimator's attributes, and its layout is scikit-learn's.
      guard naming == .own else {
        throw CoefsError(file, .unfitOption("PyTorch's names are none of an estimator's"))
      }
    }
    return format
  }
}

extension NetworkFile {
  private typealias Written = (byteCount: Int, arrays: [(name: String, header: NPYHeader)])

  /// Writes the network to a file.
  ///
  /// - Parameters:
  ///   - output: The path; `-` is standard output.
  ///   - options: Format, layout and so on.
  fileprivate func write(
    to output: String, options: Model.WriteOptions
  ) throws(CoefsError) -> Conversion {
    let format = try options.format(of: output)
    var network = self
    var folding: Model.Folding?
    // A skops archive has room for the scalers.
    if outline.inputTransform != nil, format != .skops || options.foldsInputTransform {
      let alone = try Model(self).weightsAlone(folding: options.foldsInputTransform)
      network = NetworkFile(file, alone.weights)
      folding = alone.folding
    }
    let written: Written
    switch format {
    case .npz: written = try network.writeNPZ(to: output, options: options)
    case .safetensors: written = try network.writeSafetensors(to: output, options: options)
    case .skops: written = try network.writeSkops(to: output, options: options)
    }
    return Conversion(
      input: file, output: output, layout: format == .skops ? .sklearn : options.layout,
      byteCount: written.byteCount,
      arrays: written.arrays.map {
        .init(name: $0.name, dtype: $0.header.dtype.description, shape: $0.header.shape)
      },
      model: ModelSummary(outline), inputByteCount: isFromPickle ? byteCount : nil,
      folding: folding, notes: notes.isEmpty ? nil : notes)
  }

  /// Layer by layer, of which few are in memory at a time.
  private func writeNPZ(
    to output: String, options: Model.WriteOptions
  ) throws(CoefsError) -> Written {
    let runs = outline.runs
    var archive = ArchiveOutput(
      file: output, isCompressed: options.isCompressed, runs: runs.count + 1
    ) { index throws(CoefsError) in
      guard index < runs.count else {
        return outline.attributeArrays.map { ($0.name, BlockwiseArray(of: $0.array)) }
      }
      var arrays: [(name: String, array: BlockwiseArray)] = []
      for (index, layer) in zip(runs[index], try layers(runs[index])) {
        try checkRange(of: layer, at: index, options)
        arrays += outline.arrays(
          of: layer, at: index, in: options.layout, named: options.naming,
          precision: options.precision)
      }
      return arrays
    }
    let byteCount = try archive.write(
      to: output, replacing: options.replacing, isFlushed: options.isFlushed)
    return (byteCount, archive.arrays)
  }

  private func writeSafetensors(
    to output: String, options: Model.WriteOptions
  ) throws(CoefsError) -> Written {
    let weights = try weights(fitting: options)
    let arrays = weights.layerArrays(
      in: options.layout, named: options.naming, precision: options.precision)
    let byteCount = try weights.writeSafetensors(
      arrays, to: output, replacing: options.replacing, isFlushed: options.isFlushed)
    return (byteCount, arrays.map { ($0.name, $0.array.header) })
  }

  private func writeSkops(
    to output: String, options: Model.WriteOptions
  ) throws(CoefsError) -> Written {
    var options = options
    options.layout = .sklearn
    let weights = try weights(fitting: options)
    let arrays: [NamedArray]
    do { arrays = try weights.computableArrays(precision: options.precision) } catch {
      throw CoefsError(file, .sklearn(error))
    }
    let byteCount = try weights.writeSkops(
      arrays, to: output, precision: options.precision, isCompressed: options.isCompressed,
      replacing: options.replacing, isFlushed: options.isFlushed)
    return (byteCount, arrays.map { ($0.name, $0.array.header) })
  }

  /// All of the layers, whose numbers can be written as asked.
  private func weights(fitting options: Model.WriteOptions) throws(CoefsError) -> SklearnWeights {
    let weights = try Model(self).weights
    for (index, layer) in weights.layers.enumerated() {
      try checkRange(of: layer, at: index, options)
    }
    return weights
  }

  /// What was finite may not be so any more when it is rounded to a narrower type.
  private func checkRange(
    of layer: SklearnWeights.Layer, at index: Int, _ options: Model.WriteOptions
  ) throws(CoefsError) {
    guard options.precision == .float32 else { return }
    let names = options.naming.names(layer: index, in: options.layout)
    for (name, array) in [(names.weights, layer.weights), (names.biases, layer.biases)] {
      var isFinite = true
      do throws(NPYError) {
        try array.forEachBlock(ofReals: Float.self) {
          isFinite = isFinite && $0.allSatisfy(\.isFinite)
        }
      } catch {
        throw CoefsError(file, .npy(error))
      }
      guard isFinite else { throw CoefsError(file, .outOfRange(name, .float32)) }
    }
  }
}

/// What was written, and from what.
public struct Conversion: Encodable, Sendable {
  /// An array that was written.
  public struct Entry: Encodable, Sendable {
    /// Its name.
    public let name: String
    /// Its element type as NumPy writes it.
    public let dtype: String
    /// The length of each axis.
    public let shape: [Int]
  }

  /// The file that was read.
  public let input: String
  /// The file that was written.
  public let output: String
  /// The layout of the weights that were written.
  public let layout: Layout
  /// The bytes that were written.
  public let byteCount: Int
  /// The arrays, in the order in which they were written.
  public let arrays: [Entry]
  /// The network as it was read.
  public let model: ModelSummary
  /// The bytes of the pickle that was read; `nil` where it was another kind of file.
  public let inputByteCount: Int?
  /// What folding the scalers into the first layer changed; `nil` where there were none.
  public let folding: Model.Folding?
  /// What else there is to know; `nil` where there is nothing.
  public let notes: [String]?
}
