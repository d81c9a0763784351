import Files
import Protobuf
import Testing

@Suite struct ProtobufWriterTests {
  @Test func `fields are written in the order of the calls`() {
    var writer = ProtobufWriter()
    writer.add(Number(1), 150)
    writer.add(Number(2), "é")
    writer.add(Number(3), float: Float(bitPattern: 0x8000_0001))
    writer.add(Number(4), double: Double(bitPattern: 0x0807_0605_0403_0201))
    writer.add(Number(16), -1)
    writer.add(Number(5), packed: [1, 300])
    writer.add(Number(5), packed: [])
    writer.add(Number(6), ContiguousArray<UInt8>())
    let bytes: ContiguousArray<UInt8> =
      [0x08, 0x96, 0x01, 0x12, 2, 0xC3, 0xA9, 0x1D, 1, 0, 0, 0x80]
      + [0x21, 1, 2, 3, 4, 5, 6, 7, 8, 0x80, 0x01] + Array(repeating: 0xFF, count: 9) + [0x01]
      + [0x2A, 3, 1, 0xAC, 2, 0x32, 0]
    #expect(writer.bytes == bytes)
    #expect(writer.count == bytes.count)
  }

  @Test func `messages are nested with their lengths, long values and short ones`() throws {
    let long = ContiguousArray<UInt8>(repeating: 9, count: 5000)
    var inner = ProtobufWriter()
    inner.add(Number(1), 1)
    inner.add(Number(2), long)
    inner.add(Number(3), 2)
    var outer = ProtobufWriter()
    outer.add(Number(1), "before")
    outer.add(Number(2), inner)
    outer.add(Number(3), ProtobufWriter())
    outer.add(Number(4), "after")
    var bytes: ContiguousArray<UInt8> = [0x08, 1, 0x12, 0x88, 0x27]
    bytes += long
    bytes += [0x18, 2]
    #expect(inner.bytes == bytes)
    let head: ContiguousArray<UInt8> = [0x0A, 6] + Array("before".utf8) + [0x12, 0x8F, 0x27]
    let all = head + bytes + [0x1A, 0, 0x22, 5] + Array("after".utf8)
    #expect(outer.bytes == all)
    #expect(outer.count == all.count)
    var sink = MemorySink()
    try outer.write(to: &sink)
    #expect(sink.bytes == all)
  }
}
