import NPY
import Sklearn

extension ClassLabels {
  /// Labels as an array, of the type that they have.
  static func array(
    of labels: [Label], in file: String
  ) throws(CoefsError) -> NDArray {
    do throws(NPYError) {
      let booleans = labels.compactMap { if case .boolean(let value) = $0 { value } else { nil } }
      if booleans.count == labels.count { return try NDArray(booleans) }
      let integers = labels.compactMap { if case .integer(let value) = $0 { value } else { nil } }
      if integers.count == labels.count { return try NDArray(integers) }
      let numbers = labels.compactMap { if case .number(let value) = $0 { value } else { nil } }
      if numbers.count == labels.count { return try NDArray(numbers) }
      return try NDArray(strings: labels.map(\.description))
    } catch {
      throw CoefsError(file, error)
    }
  }
}
