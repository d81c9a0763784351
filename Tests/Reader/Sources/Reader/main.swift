import CEmit
import Foundation
import NPY
import NPZ

// reader FILE: prints "name dtype shape sha256" for each array; exits 1 with the error of Coefs.

func show(_ name: String, _ array: NDArray) {
  let dtype = array.dtype
  let word =
    switch dtype.kind {
    case .complex: dtype.itemSize / 2
    case .unicode: 4
    case .bytes, .void: 1
    default: dtype.itemSize
    }
  var shape = array.shape.map { Int($0) }
  let text = String(dtype.description.dropFirst())
  var name = name
  name.withUTF8 { name in
    name.withMemoryRebound(to: CChar.self) { name in
      shape.withUnsafeMutableBufferPointer { shape in
        array.bytes.withUnsafeBytes { bytes in
          emit(
            name.baseAddress, name.count, text, shape.baseAddress, shape.count,
            array.header.isFortranOrder ? 1 : 0, dtype.itemSize, word,
            dtype.byteOrder == .big ? 1 : 0, bytes.baseAddress, bytes.count)
        }
      }
    }
  }
}

do {
  let path = CommandLine.arguments[1]
  if path.hasSuffix(".npz") {
    let archive = try NPZReader(path: path)
    for entry in archive.entries { show(entry.name, try archive.array(entry)) }
  } else {
    show(
      "-", try NDArray(parsing: ContiguousArray(try Data(contentsOf: URL(fileURLWithPath: path)))))
  }
} catch {
  FileHandle.standardError.write(Data("\(error)\n".utf8))
  exit(1)
}
