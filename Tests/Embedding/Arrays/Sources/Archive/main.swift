import NPY
import NPZ

// Archive IN.npz OUT.npz: copies the arrays of an archive.
let arrays = try NPZFile.read(CommandLine.arguments[1])
try NPZFile.write(arrays, to: CommandLine.arguments[2])
print(arrays.map(\.name))
