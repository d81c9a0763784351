import Files
import NPY
import Safetensors
import Sklearn

extension FileFormat {
  /// Arrays with a header of JSON before them.
  public static let safetensors = FileFormat(
    "safetensors", endings: ["safetensors"], "safetensors", [.names, .metadata],
    content: FormatContent(
      steps: .nothing, activations: .eachOutsideSklearn, labels: .finite, values: .tensorTypes),
    begins: { input in SafetensorsHeader.isClaimed(by: input.start) },
    reader: .arrays { input throws(CoefsError) in
      try ArrayList(safetensors: input.contents(), file: input.file, limits: input.limits)
    },
    output: { network, options, path throws(CoefsError) in
      let weights = try network.weights(fitting: options)
      let arrays = weights.layerArrays(
        in: options.layout, named: options.naming, precision: options.precision)
      do {
        let metadata = try weights.outline.metadata().map {
          SafetensorsHeader.Note(key: $0.key, text: $0.text)
        }
        return SafetensorsOutput(
          layout: options.layout, file: try SafetensorsFile(arrays, metadata: metadata),
          written: arrays.map { ($0.name, $0.array.header) })
      } catch let error as any CategorizedError {
        throw CoefsError(path, error)
      } catch {
        preconditionFailure("no other error is thrown: \(error)")
      }
    })
}

extension ArrayList {
  /// The arrays of a safetensors file in which a network may be: its tensors, and of its
  /// metadata the activations, the classes and the names of the inputs.
  fileprivate init(
    safetensors bytes: InputFile, file: String, limits: ReadLimits
  ) throws(CoefsError) {
    let header: SafetensorsHeader
    do { header = try SafetensorsHeader(bytes, limits: limits) } catch {
      throw CoefsError(file, error)
    }
    var notes: [String] = []
    var entries: [Entry] = []
    for tensor in header.tensors {
      var arrayHeader: Result<NPYHeader, NPYError>
      do throws(SafetensorsError) { arrayHeader = .success(try tensor.header) } catch {
        arrayHeader = .failure(
          .unsupportedDType(descr: tensor.type.rawValue, reason: tensor.whyUnreadable(error)))
      }
      var entry = Entry(name: tensor.name, header: arrayHeader) { () throws(CoefsError) in
        do throws(SafetensorsError) { return try tensor.array(in: bytes) } catch {
          throw CoefsError(file, error)
        }
      }
      if tensor.type.dtype.flatMap(TensorType.init) != tensor.type {
        entry.stored = (tensor.type.rawValue, tensor.shape)
      }
      if tensor.type == .bf16 {
        notes.append("'\(tensor.name)' is bfloat16 in the file, and is read as float32, exactly")
      }
      entries.append(entry)
    }
    for note in header.metadata {
      if let array = try note.array(in: file) {
        entries.append(Entry(note.key, array))
      } else {
        notes.append("metadata '\(note.key)': \(note.text)")
      }
    }
    self.init(file: file, entries: entries, notes: notes)
  }
}

extension SafetensorsHeader.Tensor {
  /// The reason without the name, which the reader of the array adds.
  fileprivate func whyUnreadable(_ error: SafetensorsError) -> String {
    if case .badShape(_, _, _, let problem) = error { return problem }
    return "NumPy has no equivalent; save it as F32"
  }
}

extension SafetensorsHeader.Note {
  /// The array that a text about a network stands for; `nil` for any other text.
  fileprivate func array(in file: String) throws(CoefsError) -> NDArray? {
    do { return try SklearnWeights.array(of: text, under: key) } catch {
      throw CoefsError(file, error)
    }
  }
}

/// A safetensors file that is to be written.
private struct SafetensorsOutput: CheckedOutput {
  let layout: WeightLayout
  let file: SafetensorsFile
  let written: [(name: String, header: NPYHeader)]

  func write<Sink: ReadableSink & ~Copyable>(
    to sink: consuming Sink, file path: String
  ) throws -> Sink {
    try sink.write(file.header.span)
    for item in file.arrays { try sink.write(item.array.bytes.span) }
    return sink
  }

  func compare(with bytes: InputFile, file path: String) throws(CoefsError) {
    let source: SafetensorsHeader
    do { source = try SafetensorsHeader(bytes, limits: .ownFiles) } catch {
      throw CoefsError(path, error)
    }
    guard source.metadata == file.metadata, source.tensors.map(\.name) == file.arrays.map(\.name)
    else {
      throw CoefsError(path, ModelError.notAsWritten("the names or the metadata differ"))
    }
    for (tensor, item) in zip(source.tensors, file.arrays) {
      let array: NDArray
      do { array = try tensor.array(in: bytes) } catch { throw CoefsError(path, error) }
      guard array == item.array else {
        throw CoefsError(path, ModelError.notAsWritten("array '\(item.name)' differs"))
      }
    }
  }
}
