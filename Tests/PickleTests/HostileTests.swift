import NPY
import Pickle
import Sklearn
import TestSupport
import Testing

/// Files that try to run something, or to be what they are not (fixtures/hostile-pickles).
@Suite struct HostileTests {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let file: String
    let what: String
    let refused: String?
    let name: String?
    let inert: Bool

    var testDescription: String { file }
  }

  static let cases = (try? jsonFixture("hostile-pickles/cases.json", as: [Case].self)) ?? []

  @Test func `every file has its case`() {
    let files = fixtureNames(in: "hostile-pickles", suffix: "").filter { $0 != "cases.json" }
    #expect(files == Self.cases.map(\.file).sorted())
    #expect(files.count > 150)
  }

  @Test(arguments: cases)
  func `a hostile file is refused for what it is`(item: Case) throws {
    let file = try fixture("hostile-pickles/" + item.file)
    do throws(PickleError) {
      let pickle = try Pickle(parsing: file)
      #expect(item.refused == nil, "it is read")
      #expect(pickle.mentions.map(\.isKnown).contains(false) == false)
    } catch {
      #expect(kind(error) == item.refused, "\(error)")
      if let name = item.name { #expect("\(error)".contains(" \(name)"), "\(error)") }
      let isPlain = "\(error)".unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x202E }
      #expect(isPlain)
    }
  }

  @Test(arguments: cases)
  func `who lists the names sees the hostile one`(item: Case) throws {
    let file = try fixture("hostile-pickles/" + item.file)
    do throws(PickleError) {
      let pickle = try Pickle(parsing: file, names: .anyBesideNetworks)
      #expect(item.inert, "it is read")
      guard item.refused == "unknownName" else { return }
      let unknown = pickle.mentions.filter { !$0.isKnown }.map(\.global.description)
      #expect(unknown.contains { $0 == item.name }, "\(unknown)")
    } catch {
      #expect(!item.inert, "\(error)")
    }
  }

  @Test(arguments: cases)
  func `who lists the names of a file that is not sound is told the hostile one`(
    item: Case
  ) throws {
    let file = try fixture("hostile-pickles/" + item.file)
    let anyNames = failure(file, names: .any)
    let ifSound = failure(file, names: .anyIfSound)
    // The same, but that a name goes before what is wrong behind it.
    guard anyNames != nil, item.refused == "unknownName" else {
      #expect(ifSound == anyNames)
      return
    }
    #expect(ifSound == failure(file))
  }

  private func kind(_ error: PickleError) -> String? {
    Mirror(reflecting: error).children.first?.label
  }
}
