import NPY
import TestSupport
import Testing

/// One file of fixtures/npy/headers.json, with NumPy's verdict (tools/make_header_oracle.py).
struct OracleCase: Decodable, CustomTestStringConvertible {
  enum Verdict: String, Decodable { case read, refuse, stricter }

  let file: String
  let verdict: Verdict
  let why: String?
  let descr: String?
  let shape: [Int]?
  let fortran_order: Bool?

  var bytes: ContiguousArray<UInt8> { ContiguousArray(hex: file) }
  var testDescription: String { String(decoding: bytes.dropFirst(10), as: UTF8.self) }
}

struct NPYHeaderTests {
  @Test func `what NumPy says of thousands of headers, this reader says too`() throws {
    let cases = try jsonFixture("npy/headers.json", as: [OracleCase].self)
    #expect(cases.count > 3_000)
    for verdict in [OracleCase.Verdict.read, .refuse, .stricter] {
      #expect(cases.count { $0.verdict == verdict } > 100)
    }
    for oracle in cases {
      let name = oracle.testDescription
      do throws(NPYError) {
        let header = try NPYHeader(parsing: oracle.bytes)
        #expect(oracle.verdict == .read, "\(name) was read, as \(header)")
        #expect(header.dtype.description == oracle.descr, "\(name)")
        #expect(header.shape == oracle.shape, "\(name)")
        #expect(header.isFortranOrder == oracle.fortran_order, "\(name)")
      } catch {
        #expect(oracle.verdict != .read, "\(name) was refused: \(error)")
      }
    }
  }
}
