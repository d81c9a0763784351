import Files
import NPY
import ONNX
import Sklearn

extension StoredNetwork {
  /// The network that a graph is; `nil` for a file that is no model.
  ///
  /// - Throws: ``CoefsError`` for a damaged file that begins as exporters begin theirs.
  init?(onnx input: FormatInput) throws(CoefsError) {
    let (file, limits) = (input.file, input.limits)
    let contents = try input.contents()
    let model: ONNXModel
    do throws(ONNXError) {
      guard let found = try ONNXModel.read(contents, limits: limits) else { return nil }
      model = found
    } catch {
      // Any bytes may be the first fields of a model; the rest of one shows what it is.
      guard ONNXModel.isClaimed(by: input.start) else { return nil }
      throw CoefsError(file, SklearnError.graph(error))
    }
    let path = input.path
    self.init { options throws(CoefsError) in
      do throws(SklearnError) {
        return try SklearnWeights(
          model, options: options, beside: model.files(options, besideModelAt: path),
          limits: limits)
      } catch {
        throw CoefsError(file, error)
      }
    } arrays: { options in
      ArrayList(model, file: file, limits: limits, beside: options, path: path)
    }
  }
}

extension ONNXModel {
  /// The files next to a model, where the options allow to read them and it is a file itself.
  fileprivate func files(
    _ options: SklearnWeights.Options, besideModelAt path: String?
  ) -> ExternalFiles? {
    options.readsExternalData ? path.map { ExternalFiles(besideModelAt: $0) } : nil
  }
}

extension ArrayList {
  /// The tensors of a graph that are in the file, or next to it.
  fileprivate init(
    _ model: ONNXModel, file: String, limits: ReadLimits, beside options: SklearnWeights.Options,
    path: String?
  ) {
    let tensors = model.graph.initializers
    let source = ArraySource { index throws(CoefsError) in
      do throws(ONNXError) {
        return try model.array(
          of: tensors[index], beside: model.files(options, besideModelAt: path), limits: limits)
      } catch {
        throw CoefsError(file, SklearnError.graph(error))
      }
    }
    self.init(
      file: file,
      entries: tensors.enumerated().map { index, tensor in
        var header: Result<NPYHeader, NPYError>
        do throws(ONNXError) {
          header = .success(try tensor.header)
          if tensor.type == .string {
            header = .failure(.unsupportedDType(descr: "string", reason: "it holds texts"))
          } else if let place = tensor.external, !options.readsExternalData {
            header = .failure(
              .unsupportedDType(
                descr: tensor.typeName,
                reason: "its values are in another file, '\(place.location)'"))
          }
        } catch {
          header = .failure(.unsupportedDType(descr: tensor.typeName, reason: "\(error)"))
        }
        let isAsStored = tensor.type != .bfloat16
        return Entry(
          name: tensor.name, header: header, in: source, at: index,
          stored: isAsStored ? nil : (tensor.typeName, tensor.shape))
      })
  }
}
