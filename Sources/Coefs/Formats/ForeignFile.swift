/// Files that people take for a network's and that are not read: what each is, and the way out.
struct ForeignFile {
  /// What the file is: `an ONNX graph`.
  let summary: String
  /// What to do: `in Python, …`.
  let advice: String

  /// A file by its first bytes; `nil` for one that begins like none of them.
  init?(beginning start: ContiguousArray<UInt8>) {
    guard let row = Self.beginnings.first(where: { $0.begins(start) }) else { return nil }
    self = row.file
  }

  /// A folder by the names of its files.
  init?(folderOf names: [String]) {
    guard let row = Self.contents.first(where: { row in names.contains(where: row.holds) }) else {
      return nil
    }
    self = row.file
  }

  /// An archive without arrays by the names of its members.
  init?(archiveOf names: [String]) {
    if let folder = ForeignFile(folderOf: names) {
      self = folder
    } else if names.contains(where: { FileFormat(fileName: $0) != nil || $0.hasSuffix(".sav") }) {
      self.init("an archive of files", "unpack it and name the file of the network")
    } else {
      return nil
    }
  }

  private init(_ summary: String, _ advice: String) {
    self.summary = summary
    self.advice = advice
  }

  // MARK: The tables

  private static let keras = "in Python, write it with np.savez(file, *model.get_weights())"

  private static let beginnings:
    [(begins: @Sendable (ContiguousArray<UInt8>) -> Bool, file: ForeignFile)] = [
      (
        { $0.starts(with: [0x89] + "HDF\r\n\u{1a}\n".utf8) },
        ForeignFile("an HDF5 file, as Keras writes it", keras)
      ),
      (
        { $0.starts(with: "MATLAB".utf8) },
        ForeignFile(
          "a MATLAB file", "in Python, read it with scipy.io.loadmat and write it with np.savez")
      ),
      (
        { start in
          ["sys_info", "pickle", "storages", "tensors"].contains { name in
            start.starts(with: (name + "\u{0}\u{0}\u{0}\u{0}").utf8)
          }
        },
        ForeignFile(
          "a tar archive, as torch wrote it until 2016",
          "in Python, load it with torch.load and write it again with torch.save")
      ),
      (
        { start in ["RDX", "RDA", "RDS", "X\n\u{0}\u{0}"].contains { start.starts(with: $0.utf8) }
        },
        ForeignFile(
          "a file of R", "write each matrix with write.csv, and from Python with np.savez")
      ),
      (
        {
          $0.starts(with: "PAR1".utf8) || $0.starts(with: "ARROW1".utf8)
            || $0.starts(with: "FEA1".utf8)
        },
        ForeignFile(
          "a table of Parquet or Arrow",
          "it holds rows and no network; in pandas, write it with to_csv")
      ),
      (
        { $0.starts(with: "SQLite format 3".utf8) },
        ForeignFile("an SQLite database", "write the weights with np.savez")
      ),
      (
        { $0.dropFirst(4).starts(with: "TFL3".utf8) },
        ForeignFile(
          "a TensorFlow Lite model", "convert the Keras model that it was made of: \(keras)")
      ),
      (
        { $0.starts(with: "GGUF".utf8) },
        ForeignFile(
          "a GGUF file of a language model", "what is read is an MLPClassifier or MLPRegressor")
      ),
      (
        { $0.starts(with: "<?xml".utf8) || $0.starts(with: "<PMML".utf8) },
        ForeignFile(
          "an XML text", "convert the estimator that it was made of: a pickle, joblib or skops file"
        )
      ),
      (
        { start in
          !start.isEmpty
            && start.allSatisfy { (0x20...0x7E).contains($0) || [9, 10, 13].contains($0) }
        },
        ForeignFile("a text", "rows to predict are no model; weights are saved with np.savez")
      ),
    ]

  private static let contents: [(holds: @Sendable (String) -> Bool, file: ForeignFile)] = [
    (
      { $0 == "MLmodel" || $0.hasSuffix("/MLmodel") },
      ForeignFile("a model of MLflow", "name the pickle in it: model.pkl")
    ),
    (
      { $0.hasSuffix("model.weights.h5") },
      ForeignFile("a Keras model", keras)
    ),
    (
      { $0 == "saved_model.pb" || $0.hasSuffix("/saved_model.pb") },
      ForeignFile("a TensorFlow SavedModel", keras)
    ),
    (
      { $0 == "[Content_Types].xml" },
      ForeignFile("an Office document", "save the sheet as CSV; it holds rows and no network")
    ),
  ]
}
