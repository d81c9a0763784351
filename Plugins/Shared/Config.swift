import Foundation

/// A network's file, and the options of `coefs convert` and `coefs verify` for it.
struct Model {
  let file: URL
  let options: [String]
  let verify: [String]
}

/// What `coefs-plugin-config.json` says, next to the models: which files are networks, and their options.
///
///     {"models": [{"file": "digits.joblib", "options": ["--dtype", "float32"],
///                  "verify": ["--min-accuracy", "0.96"]}]}
struct Config: Decodable {
  struct Entry: Decodable {
    let file: String
    let options: [String]?
    let verify: [String]?
  }

  private let entries: [Entry]?
  /// The file; `nil` where there is none.
  private(set) var file: URL?

  private enum CodingKeys: String, CodingKey { case entries = "models" }

  private static let name = "coefs-plugin-config.json"
  /// Files that are networks without being named. Other JSON files, say, are often something else.
  private static let endings: Set<String> = [
    "joblib", "pkl", "pickle", "npz", "skops", "safetensors", "onnx", "pt", "pth", "ckpt",
  ]

  init(from decoder: any Decoder) throws {
    entries = try decoder.container(keyedBy: CodingKeys.self).decode([Entry].self, forKey: .entries)
  }

  init(in folder: URL) throws {
    let file = folder.appending(path: Self.name)
    guard FileManager.default.fileExists(atPath: file.path()) else {
      entries = nil
      return
    }
    do {
      self = try JSONDecoder().decode(Config.self, from: Data(contentsOf: file))
    } catch {
      throw PluginError(text: "\(file.path()): is not {\"models\": [{\"file\": …}]}: \(error)")
    }
    self.file = file
  }

  /// The networks of a folder: those that the configuration names, else all files with a network's ending.
  func models(in folder: URL) throws -> [Model] {
    if let entries {
      return try entries.map { entry in
        let file = folder.appending(path: entry.file)
        guard FileManager.default.fileExists(atPath: file.path()) else {
          throw PluginError(text: "\(file.path()): is named in \(Self.name) and does not exist")
        }
        return Model(file: file, options: entry.options ?? [], verify: entry.verify ?? [])
      }
    }
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    var found: [URL] = []
    for case let file as URL in files ?? .init() where Self.endings.contains(file.pathExtension) {
      found.append(file)
    }
    return found.sorted { $0.path() < $1.path() }.map { Model(file: $0, options: [], verify: []) }
  }
}

/// Stops the build with one line.
struct PluginError: Error, CustomStringConvertible {
  let text: String
  var description: String { "coefs: \(text)" }
}
