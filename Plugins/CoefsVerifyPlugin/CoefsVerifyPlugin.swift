import Foundation
import PackagePlugin

/// Verifies the networks that `CoefsPlugin` compiles into a package: `coefs verify` for each, with the options that its
/// configuration and the command line name.
@main
struct CoefsVerifyPlugin: CommandPlugin {
  func performCommand(context: PluginContext, arguments: [String]) throws {
    var extractor = ArgumentExtractor(arguments)
    let names = extractor.extractOption(named: "target")
    let targets =
      try names.isEmpty ? context.package.targets : context.package.targets(named: names)
    let models = try targets.compactMap(\.sourceModule).flatMap { target in
      let config = try Config(in: target.directoryURL)
      return try config.models(in: target.directoryURL).map { (target.directoryURL, $0) }
    }
    if models.isEmpty { throw PluginError(text: "no target has a network") }

    let tool = try coefs()
    var failed = 0
    for (folder, model) in models {
      print("\(model.file.lastPathComponent):")
      let process = Process()
      process.executableURL = tool
      process.arguments =
        ["verify", model.file.path()] + model.verify + extractor.remainingArguments
      // The configuration names files of its own folder.
      process.currentDirectoryURL = folder
      try process.run()
      process.waitUntilExit()
      if process.terminationStatus != 0 { failed += 1 }
    }
    if failed > 0 { throw PluginError(text: "\(failed) of \(models.count) networks did not pass") }
  }

  /// Builds the command: a plugin of another package finds no tool by the name of its product.
  private func coefs() throws -> URL {
    let built = try packageManager.build(.product("coefs"), parameters: .init())
    guard built.succeeded, let tool = built.builtArtifacts.first(where: { $0.kind == .executable })
    else { throw PluginError(text: "the command was not built:\n\(built.logText)") }
    return tool.url
  }
}
