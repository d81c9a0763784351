import Coefs
import TestSupport
import Testing

/// Tables and arrays of rows with every kind of damage are read, or refused with an error; nothing else happens.
@Suite struct TableDamageTests {
  static let files = fixtureNames(in: "field-data", suffix: "")
    .filter { $0.contains(".csv") || $0.contains(".t") || $0.hasPrefix("object-") }
    .filter { $0 != "decimal-late.csv" && !$0.hasSuffix(".joblib") }

  @Test func `there are files of every dialect`() { #expect(Self.files.count > 80) }

  private func read(_ bytes: ContiguousArray<UInt8>, _ file: String) {
    var limits = ReadLimits()
    limits.maxTotalBytes = 1 << 20
    do {
      let rows = try Dataset(bytes, name: file, limits: limits)
      #expect(rows.rows.count == rows.inputs.rows && rows.inputs.rows > 0, "\(file)")
      #expect(rows.inputs.values.allSatisfy { $0.isFinite }, "\(file)")
    } catch {
      #expect(!error.description.isEmpty && error.file == file)
    }
  }

  @Test(arguments: files)
  func `a file that is cut off is read or refused`(file: String) throws {
    let whole = try fixture("field-data/\(file)")
    for length in stride(from: 0, to: whole.count, by: max(1, whole.count / 60)) {
      read(ContiguousArray(whole.prefix(length)), file)
    }
  }

  @Test(arguments: files)
  func `a file with changed bytes is read or refused`(file: String) throws {
    let whole = try fixture("field-data/\(file)")
    var generator = SeededGenerator(seed: UInt64(whole.count))
    let special = ContiguousArray(",;\t|\"\n\r .-+eE0x#\u{0}".utf8) + [0xFF, 0xFE, 0x80, 0xC3]
    for _ in 0..<60 {
      var changed = whole
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let place = Int.random(in: 0..<changed.count, using: &generator)
        let byte = special[Int.random(in: 0..<special.count, using: &generator)]
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: changed[place] = byte
        case 1: changed.insert(byte, at: place)
        default: changed.remove(at: place)
        }
        if changed.isEmpty { changed = whole }
      }
      read(changed, file)
    }
  }
}
