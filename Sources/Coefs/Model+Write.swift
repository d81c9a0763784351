extension Model {
  /// The formats that a network can be written to.
  public enum Format: String, CaseIterable, Sendable {
    /// NumPy's archive of arrays.
    case npz

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
    /// What to round every number to; `nil` keeps them bit for bit.
    public var precision: SklearnWeights.Precision?
    /// Whether the arrays are deflated.
    public var isCompressed = false
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
    guard options.format != nil || Format(fileName: file) != nil else {
      throw CoefsError(file, .unknownFormat)
    }
    return try weights.outline.write(from: self.file, to: file, options: options) {
      Array(weights.layers[$0])
    }
  }

  /// Converts a file: what ``init(contentsOf:intercepts:options:limits:)`` reads,
  /// ``write(to:options:)`` writes, with the same result and the same errors.
  ///
  /// One layer at a time is in memory, so that a network may be much larger than it.
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
    guard options.format != nil || Format(fileName: output) != nil else {
      throw CoefsError(output, .unknownFormat)
    }
    let network = try NetworkFile(file, intercepts: intercepts, options: reading, limits: limits)
    return try network.outline.write(from: file, to: output, options: options) {
      indices throws(CoefsError) in try network.layers(indices)
    }
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

extension SklearnOutline {
  /// Writes the network to a file, layer by layer.
  ///
  /// - Parameters:
  ///   - file: What the network was read from.
  ///   - output: The path; `-` is standard output.
  ///   - options: Layout and so on.
  ///   - layers: Some of the layers.
  fileprivate func write(
    from file: String, to output: String, options: Model.WriteOptions,
    layers: (Range<Int>) throws(CoefsError) -> [SklearnWeights.Layer]
  ) throws(CoefsError) -> Conversion {
    let runs = runs
    let written = try ArchiveOutput(
      file: output, isCompressed: options.isCompressed, replacing: options.replacing,
      isFlushed: options.isFlushed
    ).write(runs: runs.count + 1) { index throws(CoefsError) in
      guard index < runs.count else {
        return attributeArrays.map { ($0.name, BlockwiseArray(of: $0.array)) }
      }
      var arrays: [(name: String, array: BlockwiseArray)] = []
      for (index, layer) in zip(runs[index], try layers(runs[index])) {
        let made = self.arrays(
          of: layer, at: index, in: options.layout, precision: options.precision)
        if options.precision == .float32 {
          for (source, item) in zip([layer.weights, layer.biases], made) {
            try checkRange(of: source, name: item.name, file: file)
          }
        }
        arrays += made
      }
      return arrays
    }
    return Conversion(
      input: file, output: output, layout: options.layout, byteCount: written.byteCount,
      arrays: written.arrays.map {
        .init(name: $0.name, dtype: $0.header.dtype.description, shape: $0.header.shape)
      },
      model: ModelSummary(self))
  }

  /// What was finite may not be so any more when it is rounded to a narrower type.
  private func checkRange(
    of array: NDArray, name: String, file: String
  ) throws(CoefsError) {
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
}
