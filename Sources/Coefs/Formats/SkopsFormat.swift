import Zip
import Files
import MLP
import NPY
import NPZ
import Sklearn
import Skops

extension FileFormat {
  /// A whole estimator of scikit-learn, without its training.
  public static let skops = FileFormat(
    "skops", endings: ["skops"], "a skops archive",
    [.scalers, .ensembles, .compression, .metadata],
    content: FormatContent(
      steps: .estimators, activations: .one, labels: .all, values: .computed,
      holdsLongNames: true),
    begins: { input in InputFile.isArchive(input.start) },
    reader: .objects { input throws(CoefsError) in
      let archive = try input.archive()
      guard SkopsArchive.isClaimed(by: archive) else { return nil }
      do throws(SkopsError) {
        return SkopsObjects(
          try SkopsArchive(
            archive, limits: input.limits, known: SkopsName.networks, allowsUnknownNames: true))
      } catch .notSkops {
        return nil
      } catch {
        throw CoefsError(input.file, error)
      }
    },
    output: { network, options, path throws(CoefsError) in
      var options = options
      options.layout = .sklearn
      let weights = try network.weights(fitting: options)
      let arrays: [NamedArray]
      do throws(SklearnError) {
        if let ensemble = weights.outline.ensemble {
          arrays = ensemble.networks.enumerated().flatMap { index, network in
            network.layerArrays(in: .sklearn).map { NamedArray("\(index)/\($0.name)", $0.array) }
          }
        } else {
          arrays = try weights.computableArrays(precision: options.precision)
        }
      } catch {
        throw CoefsError(network.file, error)
      }
      do throws(SklearnError) {
        return SkopsOutput(
          weights: weights, arrays: arrays,
          archive: SkopsFile(try weights.estimator(precision: options.precision)),
          isCompressed: options.isCompressed)
      } catch {
        throw CoefsError(path, error)
      }
    })
}

/// A skops archive that is to be written.
private struct SkopsOutput: CheckedOutput {
  let weights: SklearnWeights
  /// The weights and biases as they must come back.
  let arrays: [NamedArray]
  let archive: SkopsFile
  let isCompressed: Bool

  var layout: WeightLayout { .sklearn }

  var written: [(name: String, header: NPYHeader)] { arrays.map { ($0.name, $0.array.header) } }

  func write<Sink: ReadableSink & ~Copyable>(
    to sink: consuming Sink, file: String
  ) throws -> Sink {
    try archive.write(to: sink, isCompressed: isCompressed)
  }

  func compare(with bytes: InputFile, file: String) throws(CoefsError) {
    let found: SklearnWeights
    do {
      let archive = try SkopsArchive(
        NPZReader(bytes, limits: .ownFiles), limits: .ownFiles, known: SkopsName.networks)
      found = try SklearnWeights(SkopsObjects(archive))
    } catch let error as any CategorizedError {
      throw CoefsError(file, error)
    } catch {
      preconditionFailure("no other error is thrown: \(error)")
    }
    if let original = weights.outline.original {
      // All of it, the arrays included.
      guard let copy = found.outline.original, (try? copy.get()) == (try? original.get()) else {
        throw CoefsError(file, ModelError.notAsWritten("the estimator differs"))
      }
      return
    }
    for (one, item) in zip(found.layerArrays(in: .sklearn), arrays) where one != item {
      throw CoefsError(file, ModelError.notAsWritten("array '\(item.name)' differs"))
    }
    // Classes that no file stored are written as those that they stand for.
    let sameLabels = weights.classes == nil || found.classes?.labels == weights.classes?.labels
    guard found.layers.count == weights.layers.count, sameLabels,
      found.outActivation.activation == weights.outActivation.activation,
      found.activation.activation == weights.activation.activation,
      found.inputTransform == weights.inputTransform,
      found.outline.featureNames == weights.outline.featureNames
    else {
      throw CoefsError(file, ModelError.notAsWritten("what is stored next to the weights differs"))
    }
  }
}
