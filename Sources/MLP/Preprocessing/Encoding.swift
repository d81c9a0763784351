extension InputTransform {
  /// The categories of a column, and the code of each.
  public struct Encoding: Hashable, Sendable {
    /// The values of the categories; NaN for a missing value.
    public let categories: [Double]
    /// The code of each category; −1 for a category without a column in a one-hot encoding.
    public let codes: [Double]
    /// The code of all other values; `nil` where they are an error.
    public let unknown: Double?
    /// The number of columns of a one-hot encoding.
    public let width: Int
    /// The column of the row that is encoded, for errors; `nil` where another operation comes before.
    public let column: Int?

    private let codeOfGap: Double?
    /// Whether the categories are 0, 1, 2, …, so that a category is its own place.
    private let isCounted: Bool
    /// The categories in rising order, and their codes.
    private let sorted: [Double]
    private let sortedCodes: [Double]

    /// Creates an encoding.
    ///
    /// - Parameters:
    ///   - categories: The values of the categories; NaN for a missing value.
    ///   - codes: The code of each.
    ///   - unknown: The code of all other values; `nil` where they are an error.
    ///   - width: The number of columns of a one-hot encoding.
    ///   - column: The column of the row that is encoded.
    public init(
      categories: [Double], codes: [Double], unknown: Double?, width: Int = 0, column: Int? = nil
    ) {
      precondition(categories.count == codes.count, "a code for each category")
      self.categories = categories
      self.codes = codes
      self.unknown = unknown
      self.width = width
      self.column = column
      codeOfGap = categories.firstIndex(where: \.isNaN).map { codes[$0] }
      isCounted = categories.enumerated().allSatisfy { Double($0.offset) == $0.element }
      let order =
        isCounted
        ? []
        : categories.indices.filter { !categories[$0].isNaN }
          .sorted { categories[$0] < categories[$1] }
      sorted = order.map { categories[$0] }
      sortedCodes = order.map { codes[$0] }
    }

    /// The code of a value; `nil` for one that is an error.
    func code(of value: Double) -> Double? {
      if value.isNaN { return codeOfGap ?? unknown }
      if isCounted {
        guard value >= 0, value < Double(codes.count), value == value.rounded(.down) else {
          return unknown
        }
        return codes[Int(value)]
      }
      var (low, high) = (0, sorted.count)
      while low < high {
        let middle = (low + high) / 2
        if sorted[middle] < value { low = middle + 1 } else { high = middle }
      }
      return low < sorted.count && sorted[low] == value ? sortedCodes[low] : unknown
    }
  }
}
