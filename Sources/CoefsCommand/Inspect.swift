import NPY
import ArgumentParser
import Coefs

struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", _superCommandName: "coefs",
    abstract: "Show the arrays of a file, and the network that they make.")

  @OptionGroup var model: ModelOptions

  @Flag(help: "Show all digits of the numbers, and all names that a pickle or a skops archive has.")
  var full = false

  @OptionGroup var answer: AnswerOptions

  func run() throws {
    let inspection = try Inspection(
      model.file, intercepts: model.interceptsFile, options: model.options(),
      limits: model.limits)
    try answer.print(inspection, text: inspection.text(isFull: full))
  }
}

extension Inspection {
  /// The network first, then the arrays.
  ///
  /// - Parameter isFull: Whether numbers have all of their digits, and known names are listed too.
  fileprivate func text(isFull: Bool) -> String {
    var lines = ["\(file.escapedForTerminal): \(format)"]
    if let model {
      lines.append(model.text)
      lines += [""] + model.layerTable + [""]
    }
    lines += arrayTable(isFull: isFull)
    for global in globals ?? [] where isFull || !global.known {
      lines.append("names \(global.name.escapedForTerminal)\(global.known ? "" : " (unknown)")")
    }
    lines += notes.map { "note: \($0.escapedForTerminal)" }
    return lines.joined(separator: "\n")
  }

  private func arrayTable(isFull: Bool) -> [String] {
    guard !arrays.isEmpty else { return [] }
    func number(_ value: Double?) -> String {
      value.map { isFull ? "\($0)" : fourDigits($0) } ?? ""
    }
    let rows = arrays.map { array in
      var remarks: [String] = []
      if array.fortranOrder { remarks.append("Fortran order") }
      if let nonFinite = array.nonFinite, nonFinite > 0 {
        remarks.append("\(nonFinite) not finite")
      }
      return [
        (array.name ?? "(one array)").escapedForTerminal, array.dtype.escapedForTerminal,
        array.shape.map(pythonTuple) ?? "", number(array.min), number(array.max),
        number(array.mean), remarks.joined(separator: ", "),
      ]
    }
    return textTable(
      ["array", "dtype", "shape", "min", "max", "mean", ""], rows, isCut: !isFull)
  }
}

extension ModelSummary {
  /// A row for each layer, and a row for all; of an ensemble the layers of its first network.
  fileprivate var layerTable: [String] {
    let count = layers.count - 1
    var rows: [[String]] = []
    for layer in 0..<count {
      let (inputs, outputs) = (layers[layer], layers[layer + 1])
      rows.append([
        layer == count - 1 ? "output" : "hidden", "\(inputs) × \(outputs)", activations[layer],
        "\((inputs + 1) * outputs)",
      ])
    }
    if count > 1 { rows.append(["all", "", "", "\(parameters)"]) }
    return textTable(["layer", "inputs × outputs", "activation", "parameters"], rows)
  }
}
