import NPY
import Sklearn

extension ClassLabels {
  /// Labels as an array, of the type that they have.
  static func array(
    of labels: [Label], in file: String
  ) throws(CoefsError) -> NDArray {
    do { return try array(of: labels) } catch {
      throw CoefsError(file, error)
    }
  }
}
