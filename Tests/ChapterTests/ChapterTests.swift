import NPZ
import Coefs
import CoefsCommand
import Foundation
import TestSupport
import Testing

/// The Swift lines of the page "The chapter, cell by cell", each with the figure that it gives.
@Suite struct ChapterTests {
  /// The network that the chapter trains, trained once.
  private static let trained = Result {
    var parameters = Parameters()
    parameters.hiddenLayerSizes = [16]
    parameters.activation = .logistic
    parameters.maxIter = 100
    parameters.randomState = 1
    parameters.learningRateInit = 0.1
    parameters.nIterNoChange = 2
    let trained = try Model.train(on: .digits(.train), parameters)
    return trained
  }

  @Test func `the first image and its vector`() throws {
    let vector = Digits.vector(at: 0, dividedBy: 15.0)
    let firstRow = Array(vector[0..<8])  // 0, 0, 5, 13, 9, 1, 0, 0, each divided by 15
    let label = Digits.labels[0]  // 0
    #expect(vector.count == 64)
    let pixels: [Double] = [0, 0, 5, 13, 9, 1, 0, 0]
    #expect(firstRow == pixels.map { $0 / 15 })
    #expect(label == 0)
    let printed = [0.2, 1, 0.13333333, 0, 0.73333333, 0.53333333]
    #expect(zip(vector[17...], printed).allSatisfy { abs($0 - $1) < 5e-9 })
  }

  @Test func `a classifier that guesses`() throws {
    let digits = try Dataset.digits(.train)
    let accuracy = try digits.score(Baselines.random()).accuracy  // 0.112
    #expect(accuracy == 0.112)
  }

  @Test func `the digit that an output stands for`() throws {
    let output = [
      5.00512567e-06, 3.94168539e-05, 5.57124430e-09, 9.31981207e-09, 9.98060276e-01,
      9.10328786e-07, 1.56262695e-03, 1.82976466e-04, 1.48519455e-04, 2.54354113e-07,
    ]
    let digit = output.indices.max { output[$0] < output[$1] }  // 4
    #expect(digit == 4)
  }

  @Test func `the average of each digit, and the picture of the nine`() throws {
    let averages = (0..<10).compactMap { Baselines.average($0) }
    let nine = DigitPicture(index: nil, digit: 9, pixels: averages[9])
    #expect(averages.map(\.count) == Array(repeating: 64, count: 10))
    #expect(try coefs("digits", "average", "9").output == nine.numbers + "\n")
    #expect(try coefs("digits", "average", "9", "--output", "-").output == nine.svg)
    // The loop of a nine is at the top, its stem on the right: the bottom left is paper.
    #expect(nine.pixels[1][2] > 13)
    #expect(nine.pixels[5][5] > 9)
    #expect(nine.pixels[5][2] < 1)
  }

  @Test func `a comparison with the averages`() throws {
    let digits = try Dataset.digits(.train)
    let compare = Baselines.averageImage()
    let accuracy = try digits.score(compare).accuracy  // 0.853
    #expect(accuracy == 0.853)
  }

  @Test func `a network of two inputs and three outputs`() throws {
    let network = try MLP<Double>(layerSizes: [2, 3])
    let layer = network.layers[0]
    let weights = [layer.outputs, layer.inputs]  // [3, 2]
    let biases = layer.biases.count  // 3
    #expect(network.layers.count == 1)
    #expect(weights == [3, 2])
    #expect(layer.weights.count == 6)
    #expect(biases == 3)
    #expect(layer.weights.allSatisfy { (0..<1).contains($0) })
    #expect(layer.biases.allSatisfy { (0..<1).contains($0) })
  }

  @Test func feedforward() throws {
    let network = try MLP<Double>(layerSizes: [64, 16, 10])
    let image = Array(Digits.vector(at: 0, dividedBy: 15.0))
    let activations = try network.feedforward(image)
    let lengths = activations.map(\.count)  // [64, 16, 10]
    let output = try network.evaluate(image)  // ten numbers, all near 1
    #expect(activations[0] == image)
    #expect(lengths == [64, 16, 10])
    #expect(output == activations[2])
    // Of 30,000 outputs of such networks the least was 0.97.
    #expect(output.allSatisfy { (0.8...1).contains($0) })

    // σ(W a + b), written out.
    for (index, layer) in network.layers.enumerated() {
      let a = activations[index]
      for o in 0..<layer.outputs {
        let z =
          (0..<layer.inputs).reduce(0) { $0 + layer.weights[o * layer.inputs + $1] * a[$1] }
          + layer.biases[o]
        #expect(abs(activations[index + 1][o] - 1 / (1 + exp(-z))) < 1e-15)
      }
    }
  }

  @Test func `a network that has learned nothing`() throws {
    let digits = try Dataset.digits(.train)
    let network = try MLP<Double>(layerSizes: [64, 16, 10])
    let score = try digits.score { try network.evaluate($0) }
    let accuracy = score.accuracy  // about 0.1
    let cost = score.cost  // about 9
    // 3,000 such networks had between 0.098 and 0.149, and between 8.94 and 9.
    #expect((0.05...0.25).contains(accuracy))
    #expect((8.8...9).contains(cost))
  }

  @Test func `training, with its sixty losses`() throws {
    let trained = try Self.trained.get()
    let epochs = trained.losses.count  // 60
    let loss = trained.losses[59]  // 0.00321734
    #expect(epochs == 60)
    #expect(abs(loss - 0.00321734) < 5e-9)
    #expect(trained.end == .converged)
    let shown = try Page.commands().first { $0.arguments.first == "train" }?.output ?? []
    let lines = trained.losses.enumerated().map {
      "Iteration \($0 + 1), loss = \(String(format: "%.8f", $1))"
    }
    #expect(Array(shown.prefix(60)) == lines)
  }

  @Test func `what the trained network says of the first image`() throws {
    let trained = try Self.trained.get()
    let image = Array(Digits.vector(at: 0, dividedBy: 15.0))
    let output = try trained.model.weights.mlp().evaluate(image)
    let zero = output[0]  // 0.99976664
    #expect(abs(zero - 0.999766643) < 5e-10)
    let printed = [
      9.99766643e-01, 8.43331208e-11, 3.47867059e-06, 1.49956270e-07, 1.88677660e-06,
      3.44652605e-05, 6.23829017e-06, 1.09043503e-04, 1.11195821e-07, 7.79837557e-05,
    ]
    #expect(zip(output, printed).allSatisfy { abs($0 - $1) < 1e-8 * $1 })
  }

  @Test func accuracy() throws {
    let trained = try Self.trained.get()
    let known = try trained.model.verify(on: .digits(.train)).accuracy  // 1.0
    let unseen = try trained.model.verify(on: .digits(.range(1_000..<1_500))).accuracy  // 0.962
    #expect(known == 1)
    #expect(unseen == 0.962)
  }

  @Test func `both costs`() throws {
    let trained = try Self.trained.get()
    let cost = try trained.model.verify(on: .digits(.train)).cost
    let softmax = cost[.softmax]  // 5.670512721637e-05
    let logistic = cost[.logistic]  // 1.43124710553
    #expect(abs(try #require(softmax) / 5.670512721637e-05 - 1) < 1e-9)
    #expect(abs(try #require(logistic) / 1.43124710553 - 1) < 1e-9)
  }

  @Test func `scikit-learn's weights in the plain MLP`() throws {
    try withTemporaryFolder { folder throws in
      let file = folder + "/coefs.npz"
      var options = Model.WriteOptions()
      options.layout = .sklearn
      try Self.trained.get().model.write(to: file, options: options)

      let model = try Model(contentsOf: file)
      let network = model.weights.mlp().replacing(output: .logistic)
      let digits = try Dataset.digits(.heldOut)
      let accuracy = try digits.score { try network.evaluate($0) }.accuracy  // 0.962
      #expect(accuracy == 0.962)

      let archive = try NPZReader(path: file)
      for (index, layer) in network.layers.enumerated() {
        let coefs = try #require(try archive.array(named: "coefs_\(index)"))
        let values = try coefs.reals(as: Double.self)
        let intercepts = try #require(try archive.array(named: "intercepts_\(index)"))
        #expect(coefs.shape == [layer.inputs, layer.outputs])
        for i in 0..<layer.inputs {
          for o in 0..<layer.outputs {
            let weight = layer.weights[o * layer.inputs + i]
            #expect(weight == values[i * layer.outputs + o])
          }
        }
        #expect(try layer.biases == intercepts.reals(as: Double.self))
      }
      let train = try Dataset.digits(.train)
      let cost = try train.score { try network.evaluate($0) }.cost
      #expect(abs(cost / 1.43124710553 - 1) < 1e-9)
    }
  }

  @Test func `the derivative of the sigmoid`() throws {
    let x = Expression.variable
    let sigmoid = 1 / (1 + .exp(-x))
    let derivative = sigmoid.derivative.simplified  // exp(-x)/(1 + exp(-x))^2
    let product = (sigmoid * (1 - sigmoid)).simplified  // exp(-x)/(1 + exp(-x))^2
    #expect(derivative.description == "exp(-x)/(1 + exp(-x))^2")
    #expect(product.description == "exp(-x)/(1 + exp(-x))^2")
    #expect(derivative == product)
    #expect(sigmoid.derivative != sigmoid * (1 - sigmoid))

    let grid = stride(from: -20.0, through: 20, by: 0.125)
    let difference = grid.map { x in abs(derivative(x) - sigmoid(x) * (1 - sigmoid(x))) }.max()
    #expect(try #require(difference) < 1e-15)

    for x in grid {
      let σ = Activation.logistic([x])[0]
      #expect(abs(derivative(x) - σ * (1 - σ)) < 1e-15)
    }
  }
}
