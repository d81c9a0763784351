import NPY
import Pickle
import TestSupport
import Testing

@Suite struct PickleTests {
  @Test func `a dictionary of lists is read as it was written`() throws {
    // pickle.dumps({'a': [1, 2.5, None, True], 'b': (b'x', -1)}, protocol=4)
    let pickle = try Pickle(
      parsing: ContiguousArray(
        hex: "80049529000000000000007d94288c0161945d94284b014740040000000000004e88658c0162944301"
          + "78944affffffff8694752e"))
    #expect(pickle.version == 4)
    #expect(pickle.mentions.isEmpty)
    guard case .dict(let pairs) = pickle.root.value else {
      Issue.record("the root is \(pickle.root.summary)")
      return
    }
    #expect(pairs.map(\.key.string) == ["a", "b"])
    #expect(
      pairs[0].value.items?.map(\.summary) == ["the integer 1", "the number 2.5", "None", "True"])
    #expect(pairs[1].value.items?.map(\.summary) == ["1 bytes", "the integer -1"])
  }
}
