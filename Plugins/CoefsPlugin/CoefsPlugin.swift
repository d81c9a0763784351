import Foundation
import PackagePlugin

/// Makes Swift code of the networks in a target's folder: of `digits.joblib` a type `Digits`.
@main
struct CoefsPlugin: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    guard let target = target.sourceModule else { return [] }
    let tool = try context.tool(named: "CoefsCommand").url
    let config = try Config(in: target.directoryURL)
    let models = try config.models(in: target.directoryURL)
    var sources: [String: URL] = [:]
    return try models.map { model in
      let name = model.file.deletingPathExtension().lastPathComponent
      let source = context.pluginWorkDirectoryURL.appending(path: "\(name).swift")
      // Two files of one name would make one type.
      if let other = sources.updateValue(model.file, forKey: name.lowercased()) {
        throw PluginError(
          text: "\(model.file.path()): makes the same type as \(other.lastPathComponent)")
      }
      return .buildCommand(
        displayName: "Making \(name).swift of \(model.file.lastPathComponent)", executable: tool,
        arguments: ["convert", model.file.path(), source.path(), "--force"] + model.options,
        inputFiles: [model.file] + (config.file.map { [$0] } ?? []), outputFiles: [source])
    }
  }
}
