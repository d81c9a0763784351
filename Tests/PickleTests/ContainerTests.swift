import Pickle
import Testing

/// Objects that hold values by name as a dictionary does.
struct ContainerTests {
  private func entries(_ file: String, atMost most: Int = 10) throws -> [String]? {
    let root = try Pickle(parsing: ContiguousArray(file.utf8)).root
    return root.entries(atMost: most)?.map { "\($0.key.string ?? "?")=\($0.value.summary)" }
  }

  @Test func `items are kept in the order of the file`() throws {
    let ordered = "ccollections\nOrderedDict\n(tR(Vb\nI1\nVa\nI2\nu."
    #expect(try entries(ordered) == ["b=the integer 1", "a=the integer 2"])
    #expect(try entries(ordered, atMost: 2)?.count == 2)
    #expect(try entries(ordered, atMost: 1) == nil)
    #expect(
      try entries("ccollections\ndefaultdict\n(c__builtin__\nlist\ntRVa\nI2\ns.")
        == ["a=the integer 2"])
    #expect(try entries("ccollections\nOrderedDict\n(tR.") == [])
  }

  @Test func `Python 2 passes the items of an OrderedDict`() throws {
    #expect(
      try entries("ccollections\nOrderedDict\n((l(lp0\nVa\naI1\naatR.") == ["a=the integer 1"])
    #expect(try entries("ccollections\nOrderedDict\n((l(lp0\nVa\naatR.") == nil)
  }

  @Test func `a namespace has attributes, and a Bunch of protocol 0 what it is made of`() throws {
    #expect(
      try entries("ctypes\nSimpleNamespace\n(tR(dVa\nI1\nsb.") == ["a=the integer 1"])
    #expect(try entries("ctypes\nSimpleNamespace\n(tR.") == [])
    #expect(
      try entries(
        "ccopy_reg\n_reconstructor\n(csklearn.utils._bunch\nBunch\nc__builtin__\ndict\n"
          + "(dVa\nI1\nstR.") == ["a=the integer 1"])
  }

  @Test func `other objects have none`() throws {
    #expect(try entries("csklearn.pipeline\nPipeline\n(tR.") == nil)
    #expect(try entries("(dVa\nI1\ns.") == nil)
    // What is passed over is not kept.
    #expect(
      try entries("csklearn.utils.deprecation\nDeprecationDict\n(tRVa\nI1\ns.") == nil)
  }
}
