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
    /// The parts of the model to leave out of the file. What changes predictions and the format cannot hold is an
    /// error unless it is one of them.
    public var dropped: Set<Omission.Part> = []
    /// Whether the preprocessing before the network is left out: `dropped` contains it.
    public var dropsInputTransform: Bool {
      get { dropped.contains(.preprocessing) }
      set { if newValue { dropped.insert(.preprocessing) } else { dropped.remove(.preprocessing) } }
    }
    /// The rows of the self-check that the file carries; `nil` for a file without one.
    public var selfCheck: Model.SelfCheckRows?
    /// The weights of 8 bits of source code; `nil` for those of single or double precision.
    public var quantization: Model.Quantization?
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
      dropsInputTransform: Bool = false, dropped: Set<Omission.Part> = [],
      selfCheck: Model.SelfCheckRows? = nil, quantization: Model.Quantization? = nil,
      replacing: Bool = false, isFlushed: Bool = true
    ) {
      self.format = format
      self.layout = layout
      self.naming = naming
      self.precision = precision
      self.isCompressed = isCompressed
      self.foldsInputTransform = foldsInputTransform
      self.dropped = dropped
      if dropsInputTransform { self.dropped.insert(.preprocessing) }
      self.selfCheck = selfCheck
      self.quantization = quantization
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
  ///
  /// - Parameter telling: Is told what the file is without, before anything is written or refused.
  package static func convert(
    _ file: FileReference, intercepts: FileReference?, reading: SklearnWeights.Options,
    limits: ReadLimits, to output: FileReference, options: WriteOptions,
    telling: ([Omission]) -> Void = { _ in }
  ) throws(CoefsError) -> Conversion {
    _ = try options.format(of: output.name)
    let source = try ModelSource(
      file, limits: limits, allowsUnknownNames: reading.allowsUnknownNames)
    let network = try NetworkFile(
      source, intercepts: NetworkFile.openIntercepts(intercepts, limits: limits), options: reading)
    return try network.write(to: output, options: options, telling: telling)
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
      quantization == nil || format.capabilities.contains(.quantization),
      "\(format.name) has no weights of 8 bits; C and Swift have")
    try demand(
      quantization == nil || precision != .float64, "a network of 8 bits computes in float32")
    if let own = format.content?.precision, let precision {
      try demand(precision == own, "\(format.name) has values of \(own.rawValue) alone")
    }
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
    to output: FileReference, options: Model.WriteOptions, telling: ([Omission]) -> Void = { _ in }
  ) throws(CoefsError) -> Conversion {
    var omissions: [Omission] = []
    var (file, folding, rounding) = try laidOut(as: output.name, options: options) {
      omissions = $0
      telling($0)
    }
    let dropped =
      omissions.contains { $0.part == .preprocessing }
      ? outline.inputTransform?.steps.map(\.name) : nil
    let byteCount = try file.write(
      to: output, replacing: options.replacing, isFlushed: options.isFlushed)
    var companion: String?
    if case .path(let path) = output, let ending = file.companion?.ending {
      companion = type(of: file).name(ofCompanion: ending, of: path)
    }
    return Conversion(
      input: self.file, output: output.name, companion: companion, layout: file.layout,
      byteCount: byteCount,
      arrays: file.written.map {
        .init(name: $0.name, dtype: $0.header.dtype.description, shape: $0.header.shape)
      },
      model: ModelSummary(outline), inputByteCount: isProgram ? self.byteCount : nil,
      folding: folding, rounding: rounding, quantization: file.quantizationLoss, dropped: dropped,
      omissions: omissions.isEmpty ? nil : omissions,
      notes: notes.isEmpty ? nil : notes)
  }

  /// The bytes of a file of the network.
  fileprivate func bytes(
    options: Model.WriteOptions
  ) throws(CoefsError) -> ContiguousArray<UInt8> {
    var file = try laidOut(as: file, options: options).file
    return try file.bytes(named: self.file)
  }

  /// The network laid out for a file, with the results of folding its preprocessing and of rounding its values.
  ///
  /// - Parameter telling: Is told what the file is without, before an error of it is thrown.
  private func laidOut(
    as output: String, options: Model.WriteOptions, telling: ([Omission]) -> Void = { _ in }
  ) throws(CoefsError) -> (
    file: any CheckedOutput, folding: Model.Folding?, rounding: Model.Rounding?
  ) {
    let format = try options.format(of: output)
    guard let layOut = format.output else { throw CoefsError(output, ModelError.unknownFormat) }
    let unheld = format.unheld(in: outline, of: file, options, output: output)
    // Long doubles may not even be read.
    let isWide = unheld.contains { $0.omission.part == .precision }
    if isWide { _ = try Model(self) }
    telling(unheld.map(\.omission))
    if let error = unheld.lazy.compactMap(\.error).first { throw error }
    var options = options
    if options.quantization != nil { options.precision = .float32 }
    if isWide { options.precision = .float64 }
    let own = format.content?.precision
    if let own { options.precision = own }
    let network = try without(options.dropped)
    // A file that is made anew carries the self-check that is asked for, and no other.
    let layOutChecked = { (network: NetworkFile) throws(CoefsError) -> any CheckedOutput in
      var network = network
      network.outline.selfCheck = try options.selfCheck.map { rows throws(CoefsError) in
        try Model(network).selfCheck(
          rows, network.outline.computedPrecision(options.precision))
      }
      return try layOut(network, options, output)
    }
    guard options.foldsInputTransform,
      network.outline.inputTransform != nil || network.outline.ensemble != nil
    else {
      let laidOut = try layOutChecked(network)
      let rounding = try own.map { own throws(CoefsError) in
        try Model(network).rounding(to: own, options.selfCheck)
      }
      return (laidOut, nil, rounding)
    }
    let alone = try Model(network).weightsAlone(folding: true)
    let folded = NetworkFile(file, alone.weights)
    let laidOut = try layOutChecked(folded)
    let rounding = try own.map { own throws(CoefsError) in
      try Model(folded).rounding(to: own, options.selfCheck)
    }
    return (laidOut, alone.folding, rounding)
  }

  /// The same network without some parts.
  ///
  /// - Throws: ``CoefsError`` for preprocessing of an ensemble, and for an ensemble, which cannot be left out.
  private func without(_ parts: Set<Omission.Part>) throws(CoefsError) -> NetworkFile {
    var network = self
    if let ensemble = outline.ensemble,
      parts.contains(.ensemble) || parts.contains(.preprocessing)
    {
      throw CoefsError(file, ModelError.ensemble(ensemble.name, networks: ensemble.networkCount))
    }
    if parts.contains(.preprocessing), outline.inputTransform != nil {
      network = NetworkFile(file, try Model(self).weights.droppingInputTransform())
    }
    if parts.contains(.classes) { network.outline.dropClasses() }
    if parts.contains(.activation) { network.outline.dropActivation() }
    if parts.contains(.featureNames) { network.outline.dropFeatureNames() }
    return network
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
  /// A file that was written with it, such as the header of a C source; `nil` for most formats.
  public let companion: String?
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
  /// The result of rounding values, where the format has a type of its own for all of them; else `nil`.
  public let rounding: Model.Rounding?
  /// What weights of 8 bits have lost; `nil` without them.
  public let quantization: Model.QuantizationLoss?
  /// The preprocessing that was left out; `nil` where nothing was.
  public let dropped: [String]?
  /// What the written file is without; `nil` where it has all of the model.
  public let omissions: [Omission]?
  /// Warnings; `nil` without warnings.
  public let notes: [String]?
}
