/// A member's name, as bytes and as text.
struct MemberName {
  /// The bytes in the archive.
  let raw: ContiguousArray<UInt8>
  /// What they mean: UTF-8 if the member's flag 11 is set, else code page 437 (as for Python).
  let text: String

  /// The longest name in bytes: no array has a longer one, and every system's paths end there.
  static let maxBytes = 4096

  /// Decodes a name.
  ///
  /// - Throws: `badRecord` at `offset` if it is empty, has a NUL in it, or is not the UTF-8 that it
  ///   claims to be; `limit` if it is too long.
  init(_ raw: ContiguousArray<UInt8>, isUTF8: Bool, offset: Int) throws(ZipError) {
    guard !raw.isEmpty else { throw .badRecord(offset: offset, what: "the member has no name") }
    guard raw.count <= Self.maxBytes else {
      throw .limit(.nameBytes, allowed: Self.maxBytes, found: raw.count)
    }
    // Python cuts a name at NUL, libzip makes it a blank.
    guard !raw.contains(0) else {
      throw .badRecord(offset: offset, what: "the member's name has a NUL in it")
    }
    self.raw = raw
    if isUTF8 {
      guard let text = String(validating: raw, as: UTF8.self) else {
        throw .badRecord(offset: offset, what: "the member's name is not the UTF-8 it claims to be")
      }
      self.text = text
    } else if raw.allSatisfy({ $0 < 0x80 }) {
      text = String(decoding: raw, as: UTF8.self)
    } else {
      var scalars = String.UnicodeScalarView()
      for byte in raw {
        scalars.append(byte < 0x80 ? Unicode.Scalar(byte) : Self.codePage437[Int(byte) - 0x80])
      }
      text = String(scalars)
    }
  }

  /// The bytes 0x80 to 0xff of code page 437.
  private static let codePage437 = ContiguousArray(
    ("ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐"
      + "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}")
      .unicodeScalars)
}
