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

/// Whether a stream is a terminal that may show colours and pictures: no option and no environment forbids it.
private func allowsColor(_ descriptor: Int32, noColor: Bool) -> Bool {
  guard !noColor, isatty(descriptor) == 1 else { return false }
  let environment = ProcessInfo.processInfo.environment
  return (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
}

/// The terminal's colours.
private enum Color: String {
  case red = "31"
  case green = "32"
  case yellow = "33"

  /// The colour of a line that is a verdict or a note; `nil` for any other.
  init?(line: some StringProtocol) {
    if line.hasPrefix("passed") || line.hasPrefix("identical:") {
      self = .green
    } else if line.hasPrefix("missed") {
      self = .red
    } else if line.hasPrefix("note:") {
      self = .yellow
    } else {
      return nil
    }
  }

  func paint(_ text: some StringProtocol) -> String { "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" }
}

extension String {
  /// The text with its verdicts and notes in colour, where standard output may show that.
  func coloredForOutput(noColor: Bool) -> String {
    guard allowsColor(STDOUT_FILENO, noColor: noColor) else { return self }
    return split(separator: "\n", omittingEmptySubsequences: false).map { line in
      Color(line: line)?.paint(line) ?? String(line)
    }.joined(separator: "\n")
  }
}

/// Writes a message to standard error; there is nobody to tell if that fails.
func printMessage(_ text: String) {
  var output = DescriptorSink(descriptor: STDERR_FILENO)
  try? output.write(ContiguousArray((text + "\n").utf8).span)
}

/// Writes the one line that says why a command failed, or what it assumes.
func printError(_ text: String) {
  // An error may come before the options are known.
  let isPlain = !allowsColor(
    STDERR_FILENO, noColor: CommandLine.arguments.contains("--no-color"))
  printMessage((isPlain ? "coefs:" : Color.yellow.paint("coefs:")) + " \(text)".escapedForTerminal)
}

/// A line on the terminal that says how far the work is, where it takes longer than half a second.
package struct ProgressLine {
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

  /// Shows how far the work is, at most ten times a second: a text, the rate, and the time that is left.
  ///
  /// - Parameters:
  ///   - count: What is done.
  ///   - unit: What is counted: `rows`.
  ///   - fraction: Which part of the work that is; `nil` where nobody knows.
  ///   - text: What else there is to say.
  mutating func show(_ count: Int, _ unit: String, fraction: Double?, _ text: () -> String) {
    guard isTerminal else { return }
    let now = ContinuousClock.now
    guard now - start > .milliseconds(500), shown.map({ now - $0 > .milliseconds(100) }) ?? true
    else { return }
    shown = now
    Self.print("\r\u{1B}[K" + text() + Self.pace(count, unit, fraction: fraction, in: now - start))
  }

  /// The rate, and the time that is left: `, 12000 rows/s, 1 min 5 s left`.
  package static func pace(
    _ count: Int, _ unit: String, fraction: Double?, in time: Duration
  ) -> String {
    let seconds = time / .seconds(1)
    guard seconds > 0, count > 0 else { return "" }
    let rate = Double(count) / seconds
    var text =
      ", \(rate < 10 ? "\((rate * 10).rounded() / 10)" : "\(Int(rate.rounded()))") \(unit)/s"
    if let fraction, fraction > 0, fraction <= 1 {
      let left = Int((seconds / fraction * (1 - fraction)).rounded(.up))
      text += left < 60 ? ", \(left) s left" : ", \(left / 60) min \(left % 60) s left"
    }
    return text
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
func jsonText(_ answer: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  encoder.nonConformingFloatEncodingStrategy = .convertToString(
    positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
  return String(decoding: try encoder.encode(answer), as: UTF8.self)
}

extension AnswerOptions {
  /// Whether pictures may be drawn: on a terminal, unless an option or the environment forbids it.
  var drawsPictures: Bool { allowsColor(STDOUT_FILENO, noColor: noColor) }

  /// Prints a result as one JSON object, or as text.
  func print(_ result: some Encodable, text: @autoclosure () -> String) throws {
    try printResult(
      json ? jsonText(result) : text().coloredForOutput(noColor: noColor))
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
