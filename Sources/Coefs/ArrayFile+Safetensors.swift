import Safetensors

extension ArrayFile {
  /// What of a safetensors file is an array to those who look for a network: its tensors, and of its
  /// metadata the activations and the classes.
  static func safetensors(
    _ bytes: FileBytes, file: String, limits: ReadLimits
  ) throws(CoefsError) -> (entries: [Entry], notes: [String]) {
    let header = try safetensorsHeader(bytes, file: file, limits: limits)
    var notes: [String] = []
    var entries: [Entry] = []
    for tensor in header.tensors {
      var arrayHeader: Result<NPYHeader, NPYError>
      do throws(SafetensorsError) { arrayHeader = .success(try tensor.header) } catch {
        arrayHeader = .failure(
          .unsupportedDType(descr: tensor.type.rawValue, reason: tensor.whyUnreadable(error)))
      }
      var entry = Entry(name: tensor.name, header: arrayHeader) { () throws(CoefsError) in
        try array(tensor, in: bytes, file: file)
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
        entries.append(
          Entry(name: note.key, header: .success(array.header)) { () throws(CoefsError) in array })
      } else {
        notes.append("metadata '\(note.key)': \(note.text)")
      }
    }
    return (entries, notes)
  }

  /// The header of a safetensors file.
  static func safetensorsHeader(
    _ bytes: FileBytes, file: String, limits: ReadLimits
  ) throws(CoefsError) -> SafetensorsHeader {
    try SafetensorsHeader(
      size: bytes.count, limits: limits, failure: { CoefsError(file, .safetensors($0)) }
    ) { range throws(CoefsError) in try read(range, of: bytes, file: file) }
  }

  /// A tensor of it.
  static func array(
    _ tensor: SafetensorsHeader.Tensor, in bytes: FileBytes, file: String
  ) throws(CoefsError) -> NDArray {
    let data = try read(tensor.bytes, of: bytes, file: file)
    do { return try tensor.array(data) } catch { throw CoefsError(file, .safetensors(error)) }
  }

  private static func read(
    _ range: Range<Int>, of bytes: FileBytes, file: String
  ) throws(CoefsError) -> ContiguousArray<UInt8> {
    do { return try bytes.read(at: range.lowerBound, count: range.count) } catch {
      throw CoefsError(file, .zip(error))
    }
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
      throw CoefsError(file, .sklearn(error))
    }
  }
}
