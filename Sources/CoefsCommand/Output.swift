import Files
import MLP
import Coefs

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import Platform

/// Writes a result to standard output, whole.
func printResult(_ text: String) throws(CoefsError) {
  try writeText(text + "\n", to: .standardStream, replacing: false)
}

/// Writes a message to standard error; there is nobody to tell if that fails.
func printMessage(_ text: String) {
  var output = DescriptorSink(descriptor: STDERR_FILENO)
  try? output.write(ContiguousArray((text + "\n").utf8).span)
}

/// Writes the one line that says why a command failed.
func printError(_ text: String) { printMessage("coefs: \(text)".escapedForTerminal) }

/// A line on the terminal that says how far the work is, where it takes longer than half a second.
struct ProgressLine {
  private let start = ContinuousClock.now
  private var shown: ContinuousClock.Instant?
  private let isTerminal: Bool

  /// A line that is not shown yet.
  ///
  /// - Parameter isBesideResult: Whether the result goes to standard output meanwhile, so that on a terminal both would
  ///   be in one place.
  init(isBesideResult: Bool = false) {
    isTerminal =
      isatty(STDERR_FILENO) == 1 && !(isBesideResult && isatty(STDOUT_FILENO) == 1)
  }

  /// Shows a text, at most ten times a second; nothing where it is empty.
  mutating func show(_ text: () -> String) {
    guard isTerminal else { return }
    let now = ContinuousClock.now
    guard now - start > .milliseconds(500), shown.map({ now - $0 > .milliseconds(100) }) ?? true
    else { return }
    let text = text()
    guard !text.isEmpty else { return }
    shown = now
    Self.print("\r\u{1B}[K\(text)")
  }

  /// Takes the text away.
  mutating func clear() {
    if shown != nil { Self.print("\r\u{1B}[K") }
    shown = nil
  }

  private static func print(_ text: String) {
    var output = DescriptorSink(descriptor: STDERR_FILENO)
    try? output.write(ContiguousArray(text.utf8).span)
  }
}

/// A result as one JSON object, the same on every run.
func json(_ answer: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  encoder.nonConformingFloatEncodingStrategy = .convertToString(
    positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
  return String(decoding: try encoder.encode(answer), as: UTF8.self)
}

extension AnswerOptions {
  /// Whether pictures may be drawn: on a terminal, unless an option or the environment forbids it.
  var drawsPictures: Bool {
    guard !noColor, isatty(STDOUT_FILENO) == 1 else { return false }
    return (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
  }
}

extension ModelSummary {
  /// The network in two lines.
  var text: String {
    var text = "\(layers.map(String.init).joined(separator: "-")) \(task.rawValue), "
    text += "\(parameters) parameters, \(dtype), named \(naming), \(layout.rawValue) layout\n"
    text += "hidden activation \(activation.name) (\(activation.from.rawValue)), "
    text += "output activation \(outActivation.name) (\(outActivation.from.rawValue))"
    if let classes {
      let shown = classes.prefix(12).map { $0.description.escapedForTerminal }
      text += "\nclasses \(shown.joined(separator: ", "))\(classes.count > 12 ? ", …" : "")"
    }
    if let inputTransform {
      let scalers = inputTransform.map { scaler in
        "\(scaler.name) (\(scaler.operations.joined(separator: ", ")))"
      }
      text += "\ninputs go through \(scalers.joined(separator: ", then "))"
    }
    if let ensemble {
      text +=
        "\n\(ensemble.name) of \(ensemble.networks) network\(ensemble.networks == 1 ? "" : "s"); the first is above"
    }
    if let selfCheck {
      text +=
        "\nself-check of \(selfCheck.rows) row\(selfCheck.rows == 1 ? "" : "s") in \(selfCheck.precision)"
    }
    if let columns {
      text += "\ncolumns:"
      for (index, column) in columns.enumerated() {
        text +=
          "\n  \((column.name ?? "column \(index)").escapedForTerminal)  \(column.isText ? "text" : "number")"
        if column.allowsGaps { text += ", may be missing" }
        if let categories = column.categories {
          let shown = categories.prefix(12).map { $0.description.escapedForTerminal }
          text += ", knows \(shown.joined(separator: ", "))\(categories.count > 12 ? ", …" : "")"
        }
      }
    }
    return text
  }
}
