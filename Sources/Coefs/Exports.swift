// Who imports Coefs gets the types that it takes and gives, without naming their modules.

@_exported public import Deflate
@_exported public import Digits
@_exported public import Files
@_exported public import JSON
@_exported public import MLP
@_exported public import NPY
@_exported public import NPZ
@_exported public import Pickle
@_exported public import Safetensors
@_exported public import Sklearn
@_exported public import Skops
@_exported public import Training
@_exported public import Zip
