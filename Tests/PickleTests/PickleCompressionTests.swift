import NPY
import Pickle
import TestSupport
import Testing

@Suite struct PickleCompressionTests {
  @Test func `a compressed file is told by its content and read to its checksum`() throws {
    for (file, compression) in [
      ("zlib-sound.joblib", PickleCompression.zlib), ("gzip-sound.joblib", .gzip),
      ("joblib-sound.joblib", nil),
    ] {
      let file = try fixture("hostile-pickles/" + file)
      let pickle = try Pickle(parsing: file)
      #expect(pickle.compression == compression)
      #expect(try PickleCompression(recognizing: ContiguousArray(file.prefix(64))) == compression)
      // Cut anywhere it is refused, which joblib does not promise.
      for length in file.indices {
        #expect(failure(ContiguousArray(file.prefix(length))) != nil)
      }
    }
  }

  @Test func `the beginning tells a pickle from other files`() throws {
    for row in try jsonFixture("pickle/plain.json", as: [PlainRow].self) {
      for file in row.pickles where file.bytes.first == 0x80 || file.bytes.first == 0x78 {
        #expect(Pickle.begins(ContiguousArray(file.bytes.prefix(64))))
      }
    }
    for start in [
      "ccopy_reg\n_reconstructor\n", "csklearn.neural_network.multilayer_perceptron\nMLP", "(dp0\n",
      "(lp0\n", "]q\u{0}", "}q\u{0}", "(I1\nt.",
    ] {
      #expect(Pickle.begins(ContiguousArray(start.utf8)), "\(start)")
    }
    for file in ["bz2.joblib", "xz.joblib", "lzma.joblib", "lz4.joblib", "zf.joblib"] {
      #expect(Pickle.begins(try fixture("hostile-pickles/" + file)), "\(file)")
    }
    for start in [
      "", "hello", "{\"a\": 1}", "PK\u{3}\u{4}", "version https://git-lfs", "<!DOCTYPE html>",
      "c\n",
      "conv layer\n", "(a, b)", "x", "xx", "1,2,3\n", "]", "NaN,1\n", "%PDF", "c,d\n1,2\n",
      "country\tcode\n",
    ] {
      #expect(!Pickle.begins(ContiguousArray(start.utf8)), "\(start)")
    }
    #expect(!Pickle.begins(NPYHeader.magic + [1, 0]))
    #expect(!Pickle.begins([0x80, 6]))
    #expect(!Pickle.begins([0x80]))
    #expect(!Pickle.begins([0x78, 0x9B]))
  }
}
