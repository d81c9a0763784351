// The vocabulary of the library: what `import Coefs` brings besides its own types. Types of readers and formats that
// an app does not name stay in their modules.

// Arrays and files
@_exported public import enum CSV.CSVSeparator
@_exported public import enum Files.ErrorCategory
@_exported public import enum Files.FileError
@_exported public import protocol Files.CategorizedError
@_exported public import struct Files.ReadLimits
@_exported public import struct NPY.DType
@_exported public import struct NPY.MappedArray
@_exported public import struct NPY.NDArray
@_exported public import enum NPY.NPYError
@_exported public import enum NPY.NPYFile
@_exported public import struct NPY.NPYHeader
@_exported public import protocol NPY.NPYScalar
@_exported public import struct NPY.NamedArray
@_exported public import enum NPZ.NPZError
@_exported public import enum NPZ.NPZFile

// The network
@_exported public import enum MLP.Activation
@_exported public import struct MLP.DenseLayer
@_exported public import struct MLP.InputTransform
@_exported public import struct MLP.MLP
@_exported public import enum MLP.MLPError
@_exported public import protocol MLP.MLPScalar
@_exported public import struct MLP.MLPWorkspace
@_exported public import struct MLP.Matrix
@_exported public import enum MLP.ThreadPool

// Weights as files have them
@_exported public import struct Sklearn.ClassLabels
@_exported public import struct Sklearn.Ensemble
@_exported public import enum Sklearn.SklearnError
@_exported public import struct Sklearn.Preprocessing
@_exported public import struct Sklearn.SelfCheck
@_exported public import struct Sklearn.SklearnWeights
@_exported public import enum Sklearn.WeightLayout

// Training, and the digits
@_exported public import enum Digits.Baselines
@_exported public import enum Digits.Digits
@_exported public import struct Training.Parameters
@_exported public import enum Training.TrainingEnd
@_exported public import enum Training.TrainingError
@_exported public import enum Training.TrainingEvent
@_exported public import struct Training.TrainingSearch
