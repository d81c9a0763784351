import Files
import MLP
import NPY
import Sklearn

extension Model {
  /// The options for writing a network.
  public struct WriteOptions: Hashable, Sendable {
    /// The format; `nil` for that of the file's ending.
    public var format: FileFormat?
    /// The layout of the weights.
    public var layout = WeightLayout.mlp
    /// The names of the arrays.
    public var naming = SklearnWeights.Naming.own
    /// The type to round every value to; `nil` keeps every bit.
    public var precision: SklearnWeights.Precision?
    /// Whether the arrays are deflated.
    public var isCompressed = false
    /// Whether the scalers before the network are folded into its first layer; without this, such a
    /// network is only written to a skops archive, because a file of weights cannot store them.
    public var foldsInputTransform = false
    /// Whether the preprocessing before the network is left out.
    public var dropsInputTransform = false
    /// The rows of the self-check that the file carries; `nil` for a file without one.
    public var selfCheck: Model.SelfCheckRows?
    /// Whether an existing file may be replaced.
    public var replacing = false
    /// Whether to wait until the file is on the disk before it takes its name. Without that a power cut
    /// may leave an empty file; the end of the process never does.
    public var isFlushed = true

    /// Creates options; without arguments: the MLP layout, every bit kept, not compressed, a new file of the
    /// format of its ending, flushed to the disk.
    public init(
      format: FileFormat? = nil, layout: WeightLayout = .mlp,
      naming: SklearnWeights.Naming = .own, precision: SklearnWeights.Precision? = nil,
      isCompressed: Bool = false, foldsInputTransform: Bool = false,
      dropsInputTransform: Bool = false, selfCheck: Model.SelfCheckRows? = nil,
      replacing: Bool = false, isFlushed: Bool = true
    ) {
      self.format = format
      self.layout = layout
      self.naming = naming
      self.precision = precision
      self.isCompressed = isCompressed
      self.foldsInputTransform = foldsInputTransform
      self.dropsInputTransform = dropsInputTransform
      self.selfCheck = selfCheck
      self.replacing = replacing
      self.isFlushed = isFlushed
    }
  }

  /// Writes the network to a file, reads it back, and compares it bit for bit with what was meant.
  ///
  /// The file appears whole or not at all.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - options: Format, layout and so on.
  /// - Returns: The written file, its arrays and its network.
  /// - Throws: ``CoefsError``.
  @discardableResult
  public func write(
    to path: String, options: WriteOptions = WriteOptions()
  ) throws(CoefsError) -> Conversion {
    try network.write(to: .path(path), options: options)
  }

  /// The bytes of the file that `write(to:options:)` would write, read back and compared.
  ///
  /// - Parameters:
  ///   - format: The format.
  ///   - options: Layout and so on.
  /// - Returns: The whole file.
  /// - Throws: ``CoefsError``.
  public func bytes(
    as format: FileFormat, options: WriteOptions = WriteOptions()
  ) throws(CoefsError) -> ContiguousArray<UInt8> {
    var options = options
    options.format = format
    return try network.bytes(options: options)
  }

  private var network: NetworkFile {
    var network = NetworkFile(file, weights)
    network.notes = notes
    network.byteCount = byteCount
    network.isProgram = isProgram
    return network
  }

  /// Converts a file: what ``init(contentsOf:intercepts:options:limits:)`` reads,
  /// `write(to:options:)` writes, with the same result and the same errors.
  ///
  /// From arrays to an NPZ, one layer at a time is in memory: the network may be much larger than the
  /// memory.
  ///
  /// - Parameters:
  ///   - path: The file to read.
  ///   - intercepts: The path of the biases, where the file holds the weights alone.
  ///   - reading: Options such as the layout and the activations.
  ///   - limits: Bounds on what a file may ask for.
  ///   - output: The file to write.
  ///   - options: Format, layout and so on.
  /// - Returns: The written file, its arrays and its network.
  /// - Throws: ``CoefsError``.
  @discardableResult
  public static func convert(
    _ path: String, intercepts: String? = nil,
    reading: SklearnWeights.Options = SklearnWeights.Options(), limits: ReadLimits = ReadLimits(),
    to output: String, options: WriteOptions = WriteOptions()
  ) throws(CoefsError) -> Conversion {
    try convert(
      .path(path), intercepts: intercepts.map { .path($0) }, reading: reading, limits: limits,
      to: .path(output), options: options)
  }

  /// Converts a file or a standard stream.
  package static func convert(
    _ file: FileReference, intercepts: FileReference?, reading: SklearnWeights.Options,
    limits: ReadLimits, to output: FileReference, options: WriteOptions
  ) throws(CoefsError) -> Conversion {
    _ = try options.format(of: output.name)
    let source = try ModelSource(
      file, limits: limits, allowsUnknownNames: reading.allowsUnknownNames)
    let network = try NetworkFile(
      source, intercepts: NetworkFile.openIntercepts(intercepts, limits: limits), options: reading)
    return try network.write(to: output, options: options)
  }

  /// Checks that an output can be created now, before work that takes long.
  ///
  /// - Parameters:
  ///   - file: The path.
  ///   - replacing: Whether an existing file may be replaced.
  /// - Throws: ``CoefsError``.
  public static func checkOutput(_ file: String, replacing: Bool) throws(CoefsError) {
    // It makes and removes a file beside the output, which is what writing begins with.
    do { _ = try AtomicFile(path: file, replacing: replacing) } catch {
      throw CoefsError(file, error)
    }
  }
}

extension Model.WriteOptions {
  /// The format to write.
  ///
  /// - Throws: ``CoefsError``, where neither these options nor the file's ending select a format, or where the
  ///   options do not fit each other or the format.
  fileprivate func format(of file: String) throws(CoefsError) -> FileFormat {
    guard let format = format ?? FileFormat(fileName: file), format.isWritable else {
      throw CoefsError(file, ModelError.unknownFormat)
    }
    func demand(_ holds: Bool, _ why: String) throws(CoefsError) {
      guard holds else { throw CoefsError(file, ModelError.unfitOption(why)) }
    }
    try demand(
      naming.layout == nil || naming.layout == layout,
      "\(naming.title) go with the layout \(naming.layout?.rawValue ?? "")")
    try demand(
      !isCompressed || format.capabilities.contains(.compression),
      "\(format.name) has no compression")
    try demand(
      selfCheck == nil || format.capabilities.contains(.metadata) && format != .skops,
      "\(format.name) carries no self-check")
    try demand(
      naming == .own || format.capabilities.contains(.names),
      "the names of \(format.summary) are its own")
    return format
  }

  /// Checks that all values of a layer are finite when they are rounded as asked.
  func checkRange(
    of layer: SklearnWeights.Layer, at index: Int, in file: String
  ) throws(CoefsError) {
    guard precision == .float32 else { return }
    let names = naming.names(layer: index, in: layout)
    for (name, array) in [(names.weights, layer.weights), (names.biases, layer.biases)] {
      var isFinite = true
      do throws(NPYError) {
        try array.forEachBlock(ofReals: Float.self) {
          isFinite = isFinite && $0.allSatisfy(\.isFinite)
        }
      } catch {
        throw CoefsError(file, error)
      }
      guard isFinite else { throw CoefsError(file, ModelError.outOfRange(name, .float32)) }
    }
  }
}

extension NetworkFile {
  /// Writes the network to a file.
  fileprivate func write(
    to output: FileReference, options: Model.WriteOptions
  ) throws(CoefsError) -> Conversion {
    var (file, folding, dropped) = try laidOut(as: output.name, options: options)
    var notes = notes
    if outline.selfCheck != nil, options.selfCheck == nil {
      notes.append("the self-check of the file is left out; the output has none")
    }
    let byteCount = try file.write(
      to: output, replacing: options.replacing, isFlushed: options.isFlushed)
    return Conversion(
      input: self.file, output: output.name, layout: file.layout, byteCount: byteCount,
      arrays: file.written.map {
        .init(name: $0.name, dtype: $0.header.dtype.description, shape: $0.header.shape)
      },
      model: ModelSummary(outline), inputByteCount: isProgram ? self.byteCount : nil,
      folding: folding, dropped: dropped, notes: notes.isEmpty ? nil : notes)
  }

  /// The bytes of a file of the network.
  fileprivate func bytes(
    options: Model.WriteOptions
  ) throws(CoefsError) -> ContiguousArray<UInt8> {
    var (file, _, _) = try laidOut(as: file, options: options)
    return try file.bytes(named: self.file)
  }

  /// The network laid out for a file, with the result of folding its preprocessing.
  private func laidOut(
    as output: String, options: Model.WriteOptions
  ) throws(CoefsError) -> (file: any CheckedOutput, folding: Model.Folding?, dropped: [String]?) {
    let format = try options.format(of: output)
    guard let layOut = format.output else { throw CoefsError(output, ModelError.unknownFormat) }
    // A file that is made anew carries the self-check that is asked for, and no other.
    let layOutChecked = { (network: NetworkFile) throws(CoefsError) -> any CheckedOutput in
      var network = network
      network.outline.selfCheck = try options.selfCheck.map { rows throws(CoefsError) in
        try Model(network).selfCheck(
          rows, network.outline.computedPrecision(options.precision))
      }
      return try layOut(network, options, output)
    }
    if let ensemble = outline.ensemble {
      guard
        !format.capabilities.contains(.ensembles) || options.foldsInputTransform
          || options.dropsInputTransform
      else { return (try layOutChecked(self), nil, nil) }
      throw CoefsError(file, ModelError.ensemble(ensemble.name, networks: ensemble.networkCount))
    }
    if outline.hasSeveralActivations, options.layout == .sklearn {
      throw CoefsError(
        file, SklearnError.severalActivations(outline.hiddenActivations.map(\.rawValue)))
    }
    guard let transform = outline.inputTransform else {
      return (try layOutChecked(self), nil, nil)
    }
    if options.dropsInputTransform {
      let bare = NetworkFile(file, try Model(self).weights.droppingInputTransform())
      return (try layOutChecked(bare), nil, transform.steps.map(\.name))
    }
    guard !format.capabilities.contains(.scalers) || options.foldsInputTransform else {
      return (try layOutChecked(self), nil, nil)
    }
    let alone = try Model(self).weightsAlone(folding: options.foldsInputTransform)
    return (try layOutChecked(NetworkFile(file, alone.weights)), alone.folding, nil)
  }

  /// All of the layers, whose values can be written as asked.
  func weights(fitting options: Model.WriteOptions) throws(CoefsError) -> SklearnWeights {
    let weights = try Model(self).weights
    for (index, layer) in weights.layers.enumerated() {
      try options.checkRange(of: layer, at: index, in: file)
    }
    return weights
  }
}

/// The result of a conversion: what was read, and what was written.
public struct Conversion: Codable, Sendable {
  /// An array that was written.
  public struct Entry: Codable, Sendable {
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
  public let layout: WeightLayout
  /// The number of bytes that were written.
  public let byteCount: Int
  /// The arrays, in the order in which they were written.
  public let arrays: [Entry]
  /// The network that was read.
  public let model: ModelSummary
  /// The number of bytes of the pickle that was read; `nil` for another format.
  public let inputByteCount: Int?
  /// The result of folding the scalers into the first layer; `nil` where nothing was folded.
  public let folding: Model.Folding?
  /// The preprocessing that was left out; `nil` where nothing was.
  public let dropped: [String]?
  /// Warnings; `nil` without warnings.
  public let notes: [String]?
}
