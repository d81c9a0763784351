import NPY

// OneArray FILE.npy: writes a table of 16-bit integers, as numpy.save does, and reads it again.
let table = try NDArray([1, 2, 3, 4, 5, 6] as [Int16], shape: [2, 3])
try NPYFile.write(table, to: CommandLine.arguments[1])
let again = try NPYFile.read(CommandLine.arguments[1])
print(again.header.dtype, again.header.shape, try again.integers() == [1, 2, 3, 4, 5, 6])
