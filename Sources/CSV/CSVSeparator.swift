/// What stands between the cells of a row.
public enum CSVSeparator: Hashable, Sendable {
  /// One byte: a comma, a semicolon, a tab, a `|`.
  case byte(UInt8)
  /// Any number of spaces and tabs, as `numpy.savetxt` writes a space by default.
  case blanks

  /// A comma.
  public static let comma = CSVSeparator.byte(UInt8(ascii: ","))
  /// A semicolon.
  public static let semicolon = CSVSeparator.byte(UInt8(ascii: ";"))
  /// A tab.
  public static let tab = CSVSeparator.byte(UInt8(ascii: "\t"))

  /// Those that are looked for, the usual ones first.
  package static let usual: [CSVSeparator] = [
    .comma, .semicolon, .tab, .byte(UInt8(ascii: "|")), .blanks,
  ]
}

extension CSVSeparator: CustomStringConvertible {
  /// The name, for a sentence: `commas`.
  public var description: String {
    switch self {
    case .comma: "commas"
    case .semicolon: "semicolons"
    case .tab: "tabs"
    case .blanks: "spaces"
    case .byte(let byte): "'\(Character(Unicode.Scalar(byte)))'"
    }
  }
}
