import CSV
import MLP
import Sklearn

/// What each input of a network is in a table: a number, or a text that its preprocessing knows.
struct InputColumns: Sendable {
  /// What each input is.
  let columns: [CSVColumn]
  /// Whether each may have any value, or gaps next to finite ones: looked up for every value of a table.
  private let takesAny: [Bool]
  private let takesGaps: [Bool]
  /// Whether all of them are numbers without gaps.
  let areNumbers: Bool

  /// The columns of a network.
  init(_ network: NetworkInputs) {
    let demands = network.demands
    areNumbers = demands.areNumbers
    takesAny = (0..<network.count).map { !demands.used.contains($0) }
    takesGaps = (0..<network.count).map { !demands.needsValues.contains($0) }
    columns = (0..<network.count).map { column in
      guard demands.used.contains(column) else { return .unused }
      let allowsGaps = !demands.needsValues.contains(column)
      guard let texts = demands.texts[column] else { return .number(allowsGaps: allowsGaps) }
      return .text(
        CSVTexts(texts), allowsGaps: allowsGaps,
        allowsUnknown: !demands.refusesUnknown.contains(column))
    }
  }

  /// Whether an input takes texts.
  func isText(_ input: Int) -> Bool {
    if case .text = columns[input] { true } else { false }
  }

  /// Whether a value that is not finite is as it should be: a gap where one may be, or what nobody looks at.
  func allows(_ value: Double, at input: Int) -> Bool {
    value.isFinite || takesAny[input] || takesGaps[input] && value.isNaN
  }

  /// The value of a text.
  ///
  /// - Parameters:
  ///   - text: The text; `nil` for a gap.
  ///   - input: The input that it is for.
  /// - Returns: Its place among those that are known, −1 for another one, NaN for a gap; `nil` where the input does not
  ///   take it.
  func value(of text: String?, at input: Int) -> Double? {
    switch columns[input] {
    case .unused: return .nan
    case .number(let allowsGaps): return text == nil && allowsGaps ? .nan : nil
    case .text(let texts, let allowsGaps, let allowsUnknown):
      guard let text else { return allowsGaps ? .nan : nil }
      if let place = texts.place(of: text) { return Double(place) }
      return allowsUnknown ? -1 : nil
    }
  }
}
