import Digits
import Foundation
import MLP
import Testing
import Training

/// The chapter's network, from the first random number to the last printed loss.
struct ChapterTests {
  /// Chapter 16 of "Math for Programmers", the losses that scikit-learn printed.
  private static let losses = """
    2.21958598 1.56912978 0.98970277 0.57473464 0.34048448 0.21495855 0.14366771 0.11077020
    0.08764273 0.07193546 0.06020348 0.04961899 0.03979645 0.03334502 0.02996006 0.02603968
    0.02355514 0.02137348 0.01967878 0.01751214 0.01617330 0.01460386 0.01408517 0.01270504
    0.01191634 0.01114222 0.01045989 0.00983648 0.00920912 0.00890851 0.00843426 0.00796039
    0.00749839 0.00726271 0.00673963 0.00655405 0.00626207 0.00600639 0.00581857 0.00557529
    0.00533573 0.00519479 0.00505128 0.00490121 0.00469161 0.00459590 0.00464844 0.00445157
    0.00425515 0.00424934 0.00397800 0.00399927 0.00383932 0.00372439 0.00361744 0.00356447
    0.00345899 0.00336792 0.00330330 0.00321734
    """

  private func train(nIterNoChange: Int) throws -> (TrainingResult<Double>, [TrainingEvent]) {
    var parameters = Parameters()
    parameters.hiddenLayerSizes = [16]
    parameters.activation = .logistic
    parameters.maxIter = 100
    parameters.randomState = 1
    parameters.learningRateInit = 0.1
    parameters.nIterNoChange = nIterNoChange
    let rows = 0..<1_000
    var events: [TrainingEvent] = []
    let result = try MLP.trained(
      on: Matrix(
        rows: rows.count, columns: Digits.pixelCount,
        values: Digits.matrix(of: rows, dividedBy: 15.0)),
      .classes(Digits.labels[rows].map { Int($0) }, count: 10), parameters
    ) { event in
      events.append(event)
      return true
    }
    return (result, events)
  }

  @Test func `all sixty losses are the chapter's`() throws {
    let (result, events) = try train(nIterNoChange: 2)
    let wanted = Self.losses.split(whereSeparator: \.isWhitespace).map { String($0) }
    let printed = result.losses.map { String(format: "%.8f", $0) }
    #expect(wanted.count == 60)
    #expect(printed == wanted)
    #expect(result.iterations == 60)
    #expect(result.end == .converged)
    #expect(
      events.last == .noImprovement(ofScore: false, tol: 1e-4, epochs: 2, .stops))
    #expect(events.count == 61)
  }

  @Test func `scikit-learn's default goes on for 68 epochs`() throws {
    let (result, _) = try train(nIterNoChange: 10)
    #expect(result.iterations == 68)
    #expect(abs((result.losses.last ?? 0) - 0.002770491507176636) <= 1e-12)
  }
}
