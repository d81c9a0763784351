import CSV
import TestSupport
import Testing

/// Numbers against Python's float; see `tools/fixtures/make_field_fixtures_data.py`.
@Suite struct CSVNumberTests {
  private func parsed(_ text: String, point: UInt8 = UInt8(ascii: ".")) -> Double? {
    let bytes = ContiguousArray(text.utf8)
    return number(in: bytes.span, from: 0, to: bytes.count, point: point)
  }

  /// The value of `float.hex()`.
  private func double(hex: String) -> Double? {
    switch hex {
    case "inf": .infinity
    case "-inf": -.infinity
    case "nan": .nan
    default: Double(hex)
    }
  }

  @Test func `a text is the number that Python's float reads, to the bit`() throws {
    let cases = try jsonFixture("field-data/numbers.json", as: [[String?]].self)
    #expect(cases.count > 2_000)
    for item in cases {
      let text = try #require(item[0])
      let value = parsed(text)
      guard let hex = item[1] else {
        #expect(value == nil, "\(text)")
        continue
      }
      let expected = try #require(double(hex: hex))
      if expected.isNaN {
        #expect(value?.isNaN == true, "\(text)")
      } else {
        #expect(
          value?.bitPattern == expected.bitPattern, "\(text): \(value ?? .nan), not \(expected)")
      }
    }
  }

  @Test func `every Double is read back from its shortest text`() {
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<20_000 {
      let value = Double(bitPattern: generator.next())
      guard value.isFinite else { continue }
      #expect(parsed("\(value)") == value)
      let near = Double.random(in: -1_000...1_000, using: &generator)
      #expect(parsed("\(near)") == near)
    }
  }

  @Test func `the point may be a comma`() {
    let comma = UInt8(ascii: ",")
    #expect(parsed("-1,5e3", point: comma) == -1_500)
    #expect(parsed("1.5", point: comma) == nil)
    #expect(parsed("1,234,567", point: comma) == nil)
    #expect(parsed("0,1234567890123456789012345", point: comma) == 0.1234567890123456789012345)
    #expect(parsed("1,5") == nil)
  }

  @Test func `only the cell is looked at`() {
    let bytes = ContiguousArray("12,345,6".utf8)
    #expect(number(in: bytes.span, from: 3, to: 6) == 345)
    #expect(number(in: bytes.span, from: 3, to: 3) == nil)
  }
}
