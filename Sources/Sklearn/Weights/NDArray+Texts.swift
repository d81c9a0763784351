package import NPY

extension NDArray {
  /// The array of texts, which has room for the longest of them in every place; `nil` where that is far more than they
  /// need: a file can hold one long text and many short ones.
  ///
  /// - Parameters:
  ///   - texts: One or more.
  ///   - spare: The number of letters that the array may have in any case.
  package init?(texts: [String], spare: Int = 16 << 20) {
    var (total, longest) = (0, 0)
    for text in texts {
      let count = text.unicodeScalars.count
      total += count
      longest = Swift.max(longest, count)
    }
    guard !texts.isEmpty, longest <= Swift.max(spare, 4 * total) / texts.count,
      let array = try? NDArray(strings: texts)
    else { return nil }
    self = array
  }
}
