import MLP
import ONNX
import Sklearn

// What a graph cannot express, found before one is made.

extension ONNXBuilder {
  /// The steps of a transform that no operators compute, each with the reason.
  static func refusals(
    of transform: InputTransform, _ precision: SklearnWeights.Precision
  ) -> [(step: Int, error: ModelError)] {
    var found: [(Int, ModelError)] = []
    var trace = ColumnTrace(columns: transform.inputs)
    for (index, step) in transform.steps.enumerated() {
      var builder = ONNXBuilder("", precision)
      let columns = builder.input("X", builder.type, width: trace.width)
      do throws(ModelError) {
        _ = try builder.apply(step.operations, of: step.name, to: columns)
      } catch {
        found.append((index, error))
      }
      for operation in step.operations {
        do throws(ColumnTrace.Problem) { try trace.pass(operation) } catch {
          preconditionFailure("operations that fit each other: \(error.text)")
        }
      }
    }
    return found
  }

  /// Why labels of several outputs cannot be one output of a graph; `nil` where they can.
  static func refusal(ofLabels lists: [[ClassLabels.Label]]) -> ModelError? {
    var builder = ONNXBuilder("", .float64)
    var types: Set<ONNXElementType> = []
    for list in lists {
      do throws(ModelError) { types.insert(try builder.labels(list).type) } catch { return error }
    }
    guard types.count > 1 else { return nil }
    return .notInFormat(
      "a table of labels of several kinds", format: "ONNX", problem: "a tensor has one type")
  }
}
