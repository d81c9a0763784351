extension Model {
  /// The formats that a network can be written to.
  public enum Format: String, CaseIterable, Sendable {
    /// NumPy's archive of arrays.
    case npz
    /// Arrays with a header of JSON before them.
    case safetensors
    /// A whole estimator of scikit-learn, without its training.
    case skops

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

    /// NPZ by name, MLP layout, every bit kept, not compressed, nothing replaced.
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
    guard let format = options.format ?? Format(fileName: file) else {
      throw CoefsError(file, .unknownFormat)
    }
    // PyTorch's names mean outputs × inputs to every reader.
    guard options.naming != .torch || options.layout == .mlp else {
      throw CoefsError(file, .unfitOption("PyTorch's names go with the layout mlp"))
    }
    // A skops archive has room for the scalers.
    let (weights, folding) =
      format == .skops && !options.foldsInputTransform
      ? (self.weights, nil) : try weightsAlone(folding: options.foldsInputTransform)
    let arrays: [NamedArray]
    let byteCount: Int
    switch format {
    case .npz:
      arrays = weights.arrays(
        in: options.layout, named: options.naming, precision: options.precision)
      try checkRange(of: arrays, options.precision)
      byteCount = try arrays.writeNPZ(
        to: file, isCompressed: options.isCompressed, replacing: options.replacing)
    case .safetensors:
      guard !options.isCompressed else {
        throw CoefsError(file, .unfitOption("safetensors has no compression"))
      }
      arrays = weights.layerArrays(
        in: options.layout, named: options.naming, precision: options.precision)
      try checkRange(of: arrays, options.precision)
      byteCount = try weights.writeSafetensors(arrays, to: file, replacing: options.replacing)
    case .skops:
      // The names are those of the estimator's attributes, and its layout is scikit-learn's.
      guard options.naming == .own else {
        throw CoefsError(file, .unfitOption("PyTorch's names are none of an estimator's"))
      }
      do { arrays = try weights.computableArrays(precision: options.precision) } catch {
        throw CoefsError(self.file, .sklearn(error))
      }
      try checkRange(of: arrays, options.precision)
      byteCount = try weights.writeSkops(
        arrays, to: file, precision: options.precision, isCompressed: options.isCompressed,
        replacing: options.replacing)
    }
    return Conversion(
      input: self.file, output: file, layout: format == .skops ? .sklearn : options.layout,
      byteCount: byteCount,
      arrays: arrays.map {
        .init(name: $0.name, dtype: $0.array.dtype.description, shape: $0.array.shape)
      },
      model: ModelSummary(self.weights), inputByteCount: isFromPickle ? self.byteCount : nil,
      folding: folding, notes: notes.isEmpty ? nil : notes)
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

  /// What was finite may not be so any more when it is rounded to a narrower type.
  private func checkRange(
    of arrays: [NamedArray], _ precision: SklearnWeights.Precision?
  ) throws(CoefsError) {
    guard let precision else { return }
    for item in arrays.prefix(2 * weights.layers.count) {
      let values: ContiguousArray<Double>
      do { values = try item.array.reals(as: Double.self) } catch {
        throw CoefsError(file, .npy(error))
      }
      guard values.allSatisfy(\.isFinite) else {
        throw CoefsError(file, .outOfRange(item.name, precision))
      }
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

extension [NamedArray] {
  /// Writes an archive of these arrays, reads it back, and compares.
  func writeNPZ(
    to file: String, isCompressed: Bool, replacing: Bool
  ) throws(CoefsError) -> Int {
    do {
      guard file == "-" else {
        var output = try AtomicFile(path: file, replacing: replacing)
        output = try write(to: output, isCompressed: isCompressed)
        let bytes = try output.readBack()
        try compare(with: NPZReader(bytes, limits: .ownFiles), file: file)
        try output.commit()
        return bytes.count
      }
      let bytes = try write(to: MemorySink(), isCompressed: isCompressed).bytes
      try compare(with: NPZReader(bytes: bytes, limits: .ownFiles), file: file)
      var output = DescriptorSink.standardOutput
      try output.write(bytes.span)
      return bytes.count
    } catch let error as CoefsError {
      throw error
    } catch let error as NPZError {
      throw CoefsError(file, .npz(error))
    } catch let error as ZipError {
      throw CoefsError(file, .zip(error))
    } catch {
      preconditionFailure("no other error is thrown: \(error)")
    }
  }

  private func write<Sink: ByteSink & ~Copyable>(
    to sink: consuming Sink, isCompressed: Bool
  ) throws(NPZError) -> Sink {
    var writer = NPZWriter(to: sink, isCompressed: isCompressed)
    for item in self { try writer.add(item.name, item.array) }
    return try writer.finish()
  }

  /// Reads an archive that was just written.
  private func compare(with archive: borrowing NPZReader, file: String) throws {
    guard archive.entries.map(\.name) == map(\.name) else {
      throw CoefsError(file, .notAsWritten("the names differ"))
    }
    for (entry, item) in zip(archive.entries, self) {
      guard try archive.array(entry) == item.array else {
        throw CoefsError(file, .notAsWritten("array '\(item.name)' differs"))
      }
    }
  }
}
