public import CSV

/// What a caller says about a table of rows: a CSV, or the arrays of an NPZ.
///
/// What is not said is found out: see ``Dataset/detected``.
public struct TableOptions: Hashable, Sendable {
  /// Whether the first row holds the names of the columns.
  public enum Header: String, CaseIterable, Sendable {
    /// It does.
    case yes
    /// It does not: it is a row of data.
    case no
    /// Its cells tell.
    case auto
  }

  /// The byte before decimals.
  public enum Decimal: String, CaseIterable, Sendable {
    /// `0.5`
    case point
    /// `0,5`
    case comma
  }

  /// Which column holds the labels.
  public enum Label: Hashable, Sendable {
    /// The first, after the index.
    case first
    /// The last.
    case last
    /// The column of this name; without names its number from 0. Of an NPZ the array of this name.
    case named(String)
    /// Several columns: the values that a network of as many outputs should give, in their order. Names, or numbers from
    /// 0 without names.
    case columns([String])
  }

  /// What separates the cells of a CSV; `nil` to find out.
  public var separator: CSVSeparator?
  /// Whether a CSV begins with the names of its columns.
  public var header = Header.auto
  /// The byte before decimals; `nil` to find out.
  public var decimal: Decimal?
  /// The columns that are inputs, in the order of the network; `nil` for all others than the labels and the index.
  /// Without names their numbers from 0.
  public var columns: [String]?
  /// Columns that are left out.
  public var drop: [String] = []
  /// The labels; `nil` to find out.
  public var label: Label?
  /// Whether the first column numbers the rows; `nil` to find out.
  public var hasIndex: Bool?
  /// The array of an NPZ that holds the rows; `nil` for `X`, or the only one that can be meant.
  public var array: String?

  /// Everything is found out.
  public init() {}
}
