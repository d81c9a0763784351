import Foundation
import NPY
import Pickle
import TestSupport
import Testing

/// Arrays that NumPy and joblib have written, against the NPY files that they wrote of the same.
@Suite struct NumPyTests {
  struct Row: Decodable {
    let npy: Encoded
    let pickles: [Encoded]
    let joblib: [Encoded]
    let dtype: String?
    let shape: [Int]?
    let told: String?

    /// Every file, and whether it is joblib's.
    var files: [(bytes: ContiguousArray<UInt8>, isJoblib: Bool)] {
      pickles.map { ($0.bytes, false) } + joblib.map { ($0.bytes, true) }
    }
  }

  @Test func `an array is the same from every protocol and from joblib`() throws {
    let rows = try jsonFixture("pickle/arrays.json", as: [Row].self)
    #expect(rows.count > 60)
    for row in rows {
      let truth = try NDArray(parsing: row.npy.unfolded)
      for file in row.files {
        let array = try Pickle(parsing: file.bytes).root.ndarray()
        #expect(array.dtype == truth.dtype)
        #expect(array.dtype.description == row.dtype)
        #expect(array.shape == truth.shape)
        // Pickles and NPY files may choose another order; the elements in C order are the same.
        #expect(array.inCOrder().bytes == truth.inCOrder().bytes)
      }
    }
  }

  @Test func `arrays of objects are their objects, in C order`() throws {
    let rows = try jsonFixture("pickle/objects.json", as: [Row].self)
    for row in rows {
      let inNPY = try Pickle(objectsInNPY: row.npy.unfolded).root
      let nodes = try [inNPY] + row.files.map { try Pickle(parsing: $0.bytes).root }
      #expect(nodes.count > 8)
      for node in nodes {
        guard case .objects(let shape, let items)? = try node.numpy() else {
          Issue.record("\(node.summary)")
          continue
        }
        #expect(shape == row.shape)
        #expect(try Teller.told(items) == row.told)
        #expect(throws: PickleError.self) { try node.ndarray() }
      }
    }
  }

  @Test func `what numpy.save wrote of a list of matrices opens`() throws {
    // np.save(file, np.array([matrix, vector], dtype=object))
    let file = try fixture("pickle/coefs-object.npy")
    let pickle = try Pickle(objectsInNPY: file)
    guard case .objects([2], let items)? = try pickle.root.numpy() else {
      Issue.record("\(pickle.root.summary)")
      return
    }
    #expect(try items[0].ndarray() == NDArray([1.0, 2, 3, 4, 5, 6], shape: [2, 3]))
    #expect(try items[1].ndarray() == NDArray([7.0]))

    // A header that says another shape than the pickle.
    var other = file
    let place = try #require(file.firstIndex(of: UInt8(ascii: "("))) + 1
    #expect(file[place] == UInt8(ascii: "2"))
    other[place] = UInt8(ascii: "3")
    #expect(throws: PickleError.self) { try Pickle(objectsInNPY: other) }
    #expect(throws: PickleError.self) { try Pickle(objectsInNPY: file + [0]) }
    #expect(throws: PickleError.self) { try Pickle(objectsInNPY: file.dropLast(1) + []) }
    #expect(throws: PickleError.self) { try Pickle(objectsInNPY: NDArray([1.0]).fileBytes) }
    #expect(throws: PickleError.self) { try Pickle(objectsInNPY: []) }
  }

  @Test(arguments: HostileTests.cases.filter { $0.file.hasPrefix("numpy-") }.map(\.file))
  func `a call that would deceive NumPy is no array`(file: String) throws {
    let root = try Pickle(parsing: fixture("hostile-pickles/" + file)).root
    #expect(throws: PickleError.self) { try root.numpy() }
    #expect(throws: PickleError.self) { try root.ndarray() }
  }

  @Test func `a circle of types or arrays ends`() throws {
    for file in ["circle-dtype.pkl", "joblib-nested-no-array.joblib"] {
      let root = try Pickle(parsing: fixture("hostile-pickles/" + file)).root
      #expect(throws: PickleError.self) { try root.numpy() }
    }
    let root = try Pickle(parsing: fixture("hostile-pickles/circle-array.pkl")).root
    guard case .objects([1], let items)? = try root.numpy() else {
      Issue.record("\(root.summary)")
      return
    }
    #expect(items[0] == root)
  }

  @Test(arguments: ["sound", "sound-unaligned", "sound-old"])
  func `an array of joblib's is the bytes behind its description`(name: String) throws {
    let pickle = try Pickle(parsing: fixture("hostile-pickles/joblib-\(name).joblib"))
    #expect(try pickle.root.ndarray() == NDArray([1.0, 2.0]))
    #expect(pickle.root.summary == "an array")
  }

  @Test func `what is nothing of NumPy's is no array`() throws {
    for file in ["circle-list.pkl", "class-in-state.pkl"] {
      let root = try Pickle(parsing: fixture("hostile-pickles/" + file)).root
      if try root.numpy() != nil { Issue.record("\(root.summary)") }
      if try root.dtype() != nil { Issue.record("\(root.summary)") }
    }
  }
}
