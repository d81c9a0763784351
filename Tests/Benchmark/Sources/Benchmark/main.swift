import Coefs

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

// Benchmark fit DATA.npz SIZES ACTIVATION RATE EPOCHS PATIENCE
//
// For every line on standard input: does the work once, and answers with the milliseconds that it took
// and a number that shows what came out. tools/bench.py sends a line whenever it is our turn.
let arguments = CommandLine.arguments
let data = try Dataset(contentsOf: arguments[2])
var parameters = Parameters()
parameters.hiddenLayerSizes = arguments[3].split(separator: ",").compactMap { Int($0) }
parameters.activation = Activation(rawValue: arguments[4]) ?? .relu
parameters.learningRateInit = Double(arguments[5]) ?? 0.001
parameters.maxIter = Int(arguments[6]) ?? 200
parameters.nIterNoChange = Int(arguments[7]) ?? 10
parameters.randomState = 1

while readLine() != nil {
  let start = ContinuousClock.now
  let trained = try Model.train(on: data, parameters)
  let elapsed = ContinuousClock.now - start
  print(elapsed / .milliseconds(1), trained.losses.count, trained.losses.last ?? .nan)
  fflush(nil)
}
