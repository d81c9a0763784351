import CSV
import Files
public import ArgumentParser
public import Coefs

/// The data, the rows of it, and the dialect of a table: the same for every command that reads rows.
struct DataOptions: ParsableArguments {
  @Option(
    help: """
      The rows: digits, which are built in, or a file: CSV (also .gz), NPY or NPZ ('X', 'y'); - is stdin.
      """,
    completion: .file())
  var data = DataOptions.digits

  /// The name of the rows that are built in.
  static let digits = "digits"

  @Option(help: "held-out (1000:1500), train (0:1000), all, or START:STOP.")
  var rows: Dataset.Rows?

  @Option(help: "What to divide the values by. (default: 15 for digits, else 1)")
  var scale: Double?

  @Option(
    help: """
      What separates the cells of a CSV: comma, semicolon, tab, space, or another character. \
      (default: found out)
      """,
    transform: separator)
  var separator: CSVSeparator?

  @Option(help: "Whether a CSV begins with names.")
  var header = TableOptions.Header.auto

  @Option(help: "What stands before decimals in a CSV: point or comma. (default: found out)")
  var decimal: TableOptions.Decimal?

  @Option(
    help: """
      The columns that are inputs, in the order of the network: names with commas between them, or \
      numbers from 0 where there are no names.
      """,
    transform: names)
  var columns: [String]?

  @Option(help: "Columns to leave out.", transform: names)
  var drop: [String]?

  @Option(
    help: """
      The labels: the name of a column or of an array, last, or first; several names with commas between \
      them for a network of as many outputs.
      """,
    transform: label)
  var label: TableOptions.Label?

  @Flag(inversion: .prefixedNo, help: "Whether the first column numbers the rows and is no input.")
  var index: Bool?

  @Option(help: "The array of an NPZ that holds the rows.")
  var array: String?

  var isDigits: Bool { data == Self.digits }

  private var table: TableOptions {
    var options = TableOptions()
    options.separator = separator
    options.header = header
    options.decimal = decimal
    options.columns = columns
    options.drop = drop ?? []
    options.label = label
    options.hasIndex = index
    options.array = array
    return options
  }

  /// Opens the rows.
  ///
  /// - Parameters:
  ///   - model: The network that they are for; `nil` for one that is still to be trained.
  ///   - purpose: What they are for.
  ///   - digitRows: Which of the digits, unless others are asked for; of a file all.
  ///   - limit: How much the file may ask for.
  func open(
    for model: Model?, _ purpose: DataPurpose, digitRows: Dataset.Rows, _ limit: LimitOptions
  ) throws(CoefsError) -> RowReader {
    guard !isDigits else {
      return RowReader(try .digits(rows ?? digitRows, scale: scale ?? 15))
    }
    return try RowReader(
      FileReference(argument: data), table, for: model, purpose: purpose, rows: rows ?? .all,
      scale: scale ?? 1, limits: limit.limits, maxTextBytes: limit.maxBytes ?? .max)
  }

  /// Reads all rows, and says on stderr what was found out of them.
  func read(
    for model: Model?, _ purpose: DataPurpose, digitRows: Dataset.Rows, _ limit: LimitOptions
  ) throws(CoefsError) -> Dataset {
    let rows = try Dataset(open(for: model, purpose, digitRows: digitRows, limit))
    tell(rows.detected)
    return rows
  }

  /// Says on stderr what was found out of the rows, when the first of them were read: an error comes alone.
  func tell(_ detected: String?) {
    if let detected { printError("\(data == "-" ? "standard input" : data): \(detected)") }
  }

  /// Standard input can be read once.
  func check(beside model: ModelOptions) throws {
    guard data != "-" || !model.readsStandardInput else {
      throw ValidationError.standardInputTwice
    }
  }

  func validate() throws {
    guard !isDigits || table == TableOptions() else {
      throw ValidationError(
        "Options for columns and arrays need a file of rows: give it with --data.")
    }
    guard let scale else { return }
    guard scale.isFinite, scale > 0 else {
      throw ValidationError("--scale must be a number above 0.")
    }
  }

  private static func separator(_ text: String) throws -> CSVSeparator {
    switch text {
    case "comma": return .comma
    case "semicolon": return .semicolon
    case "tab", "\\t": return .tab
    case "space", "spaces", " ": return .blanks
    default: break
    }
    let bytes = Array(text.utf8)
    guard bytes.count == 1, !"\"\r\n.-+0123456789".utf8.contains(bytes[0]), bytes[0] > 0 else {
      throw ValidationError(
        "the separator '\(text)' is not comma, semicolon, tab, space or one character.")
    }
    return .byte(bytes[0])
  }

  /// Names with commas between them, in quotes where they hold a comma.
  private static func names(_ text: String) throws -> [String] {
    guard let names = csvCells(of: text), !names.isEmpty else {
      throw ValidationError("'\(text)' is not a list of names with commas between them.")
    }
    return names
  }

  /// More than one name.
  private static func severalNames(_ text: String) throws -> [String]? {
    guard text.contains(",") else { return nil }
    let names = try names(text)
    return names.count > 1 ? names : nil
  }

  private static func label(_ text: String) throws -> TableOptions.Label {
    switch text {
    case "last": .last
    case "first": .first
    default: try severalNames(text).map { .columns($0) } ?? .named(text)
    }
  }
}

extension Dataset.Rows: ExpressibleByArgument {
  /// The rows that an argument names.
  public init?(argument: String) {
    switch argument {
    case "held-out": self = .heldOut
    case "train": self = .train
    case "all": self = .all
    default:
      let ends = argument.split(separator: ":", omittingEmptySubsequences: false)
      guard ends.count == 2, let start = Int(ends[0]), let stop = Int(ends[1]), 0 <= start,
        start < stop
      else { return nil }
      self = .range(start..<stop)
    }
  }
}
