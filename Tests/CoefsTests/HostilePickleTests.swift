import Files
import Zip
import Coefs
import Foundation
import TestSupport
import Testing

/// Pickles that try to run something, or to be what they are not, as models.
struct HostilePickleTests {
  struct Case: Decodable {
    let file: String
    let what: String
    let refused: String?
    let name: String?
    let inert: Bool
  }

  let cases: [Case]

  /// Two are left out: a network that refers to itself and is sound, and a text that is no pickle to
  /// who looks at its beginning, because its lines end as they do on Windows.
  init() throws {
    cases = try jsonFixture("hostile-pickles/cases.json", as: [Case].self).filter {
      !["network-in-itself.pkl", "carriage-return.pkl"].contains($0.file)
    }
  }

  @Test func `none is a model, and a name that no network needs is named`() throws {
    for item in cases {
      let error = #expect(throws: CoefsError.self, "\(item.file): \(item.what)") {
        try Model(contentsOf: fixturePath("hostile-pickles/" + item.file))
      }
      #expect(error?.category == .badContent, "\(item.file): \(item.what)")
      if let name = item.name {
        #expect(
          error?.description.contains(name) == true, "\(item.file): \(error?.description ?? "")")
      }
    }
    #expect(cases.count > 150)
    #expect(!FileManager.default.fileExists(atPath: "WAS-EXECUTED"))
  }

  @Test func `who only looks sees every name of those that are sound as pickles`() throws {
    for item in cases {
      let path = fixturePath("hostile-pickles/" + item.file)
      guard item.inert else {
        let error = #expect(throws: CoefsError.self, "\(item.file)") {
          try Inspection(contentsOf: path)
        }
        #expect(error?.category == .badContent)
        continue
      }
      let inspection = try Inspection(contentsOf: path)
      #expect(inspection.model == nil, "\(item.file)")
      #expect(inspection.notes.contains { $0.hasPrefix("no model: ") }, "\(item.file)")
      if let name = item.name, item.refused == "unknownName" {
        #expect(
          inspection.globals?.contains { $0.name == name && !$0.known } == true,
          "\(item.file): \(name)")
      }
    }
    #expect(!FileManager.default.fileExists(atPath: "WAS-EXECUTED"))
  }

  @Test func `objects in an archive are read by the same rules`() throws {
    // numpy.savez of an array of objects whose pickle names os.system.
    let pickle = try fixture("hostile-pickles/system-p3.pkl")
    let header = npyFile("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }")
    var writer = ZipWriter(to: MemorySink())
    try writer.add("coefs.npy", parts: [header, pickle], compressed: false)
    let archive = try writer.finish().bytes
    let error = try #require(throws: CoefsError.self) { try Model(archive, name: "x.npz") }
    #expect(error.category == .badContent)
    #expect(error.description.contains("posix.system"), "\(error)")
    #expect(!FileManager.default.fileExists(atPath: "WAS-EXECUTED"))
  }
}
