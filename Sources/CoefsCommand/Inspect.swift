import NPY
import ArgumentParser
import Coefs

struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", _superCommandName: "coefs",
    abstract: "Show the arrays of a file, and the network that they make.")

  @OptionGroup var model: ModelOptions
  @OptionGroup var answer: AnswerOptions

  func run() throws {
    let inspection = try Inspection(
      model.file, intercepts: model.interceptsFile, options: model.options(),
      limits: model.limits)
    try printResult(answer.json ? json(inspection) : inspection.text)
  }
}

extension Inspection {
  fileprivate var text: String {
    var lines = ["\(file.escapedForTerminal): \(format)"]
    for array in arrays {
      var line =
        "  \((array.name ?? "(one array)").escapedForTerminal)  \(array.dtype.escapedForTerminal)"
      if let shape = array.shape { line += "  \(pythonTuple(shape))" }
      if array.fortranOrder { line += "  Fortran order" }
      if let min = array.min, let max = array.max, let mean = array.mean {
        line += "  \(min) … \(max), mean \(mean)"
      }
      if let nonFinite = array.nonFinite, nonFinite > 0 { line += "  \(nonFinite) not finite" }
      lines.append(line)
    }
    for global in globals ?? [] {
      lines.append("names \(global.name.escapedForTerminal)\(global.known ? "" : " (unknown)")")
    }
    if let model { lines.append(model.text) }
    lines += notes.map { "note: \($0.escapedForTerminal)" }
    return lines.joined(separator: "\n")
  }
}
