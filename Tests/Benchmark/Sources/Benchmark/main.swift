// Benchmark WORK ARGUMENT…
//
// For every line on standard input: does the work once, and answers with a line of the milliseconds
// that it took and something that shows what came out. tools/benchmark sends a line whenever it is our
// turn. A work that ends in microseconds is done CALLS times for a line, and answered with the time of one.

import Coefs

// The pool, unless the environment asks for what an app gets.
ThreadPool.isEnabled = !isGuest

var arguments = Arguments(CommandLine.arguments.dropFirst())

switch try arguments.next() {
case "open-npy": try openNPY(&arguments)
case "sum-npy": try sumNPY(&arguments)
case "load-npy": try loadNPY(&arguments)
case "save-npy": try saveNPY(&arguments)
case "load-npz": try loadNPZ(&arguments)
case "save-npz": try saveNPZ(&arguments)
case "transpose": try transpose(&arguments)
case "load-model": try loadModel(&arguments)
case "load-weights": try loadWeights(&arguments)
case "convert": try convert(&arguments)
case "evaluate": try evaluate(&arguments)
case "fit": try fit(&arguments)
case let other: throw UsageError(argument: other)
}
