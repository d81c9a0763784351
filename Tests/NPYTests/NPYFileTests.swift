import Files
import Foundation
import NPY
import TestSupport
import Testing

@Suite struct NPYFileTests {
  @Test func `an array is written as NumPy writes it, and read and viewed again`() throws {
    try withTemporaryFolder { folder throws in
      for name in ["c8-c", "f8-fortran", "f8-c", "U3-c", "b1-c"] {
        let path = folder + "/\(name).npy"
        let array = try NPYFile.read(fixturePath("npy/\(name).npy"))
        try NPYFile.write(array, to: path)
        #expect(try fixture("npy/\(name).npy") == array.fileBytes)
        #expect(try ContiguousArray(Data(contentsOf: URL(filePath: path))) == array.fileBytes)
        #expect(try NPYFile.read(path) == array)
        #expect(try NPYFile.map(path).array == array)
      }
    }
  }

  @Test func `a large array comes back, read and viewed`() throws {
    try withTemporaryFolder { folder throws in
      let numbers = (0..<1_500_000).map { Double($0) * 0.5 }
      let array = try NDArray(numbers, shape: [1_000, 1_500])
      let path = folder + "/large.npy"
      try NPYFile.write(array, to: path, isFlushed: false)
      #expect(try NPYFile.read(path) == array)
      let view = try NPYFile.map(path)
      #expect(view.shape == [1_000, 1_500] && view.count == numbers.count)
      let elements = try view.elements(as: Double.self)
      #expect(elements[1_499_999] == numbers[1_499_999])
      #expect(elements.elementsEqual(numbers))
      let first = unsafe elements.withContiguousStorageIfAvailable { unsafe $0[1] }
      #expect(first == 0.5)
      #expect(try fileNames(in: folder) == ["large.npy"])

      #expect(throws: NPYError.file(.outputExists)) { try NPYFile.write(array, to: path) }
      try NPYFile.write(array.transposed(), to: path, replacing: true)
      #expect(try NPYFile.read(path) == array.transposed())
    }
  }

  @Test func `a view converts nothing, and refuses what reading refuses`() throws {
    try withTemporaryFolder { folder throws in
      let path = folder + "/a.npy"
      let big = try NDArray(
        header: NPYHeader(dtype: DType(">f8"), shape: [2]),
        bytes: ContiguousArray(repeating: 0, count: 16))
      try NPYFile.write(big, to: path)
      #expect(throws: NPYError.self) { try NPYFile.map(path).elements(as: Double.self) }
      #expect(try NPYFile.map(path).array == big)
      try NPYFile.write(try NDArray([true, false]), to: path, replacing: true)
      #expect(throws: NPYError.self) { try NPYFile.map(path).elements(as: Bool.self) }
      try NPYFile.write(try NDArray([Double]()), to: path, replacing: true)
      #expect(try NPYFile.map(path).elements(as: Double.self).isEmpty)

      for bytes in [
        [], Array("PK".utf8), Array(big.fileBytes.dropLast()), Array(big.fileBytes + [0]),
      ] {
        try Data(bytes).write(to: URL(filePath: path))
        let read = #expect(throws: NPYError.self) { try NPYFile.read(path) }
        let viewed = #expect(throws: NPYError.self) { try NPYFile.map(path) }
        #expect(read == viewed)
      }
      #expect(throws: NPYError.file(.notAFile(.folder))) { try NPYFile.map(folder) }
    }
  }
}
