/// Numbers, texts and identifiers as C and Swift write them.
enum CodeText {
  /// A number with all of its bits: `0x1.8p+1`, in single precision `0x1.8p+1f` where `suffix` is `f`.
  ///
  /// - Precondition: The value is finite.
  static func hex<T: CodeScalar>(_ value: T, suffix: String = "") -> String {
    precondition(value.isFinite)
    let sign = value.sign == .minus ? "-" : ""
    guard value != 0 else { return "\(sign)0.0\(suffix)" }
    // Of a number that is not normal this is one, too.
    let significand = value.magnitude.significand
    let digits = (T.significandBitCount + 3) / 4
    var bits = UInt64(significand.significandBitPattern)
    bits <<= UInt64(digits * 4 - T.significandBitCount)
    var text = String(bits, radix: 16)
    text = String(repeating: "0", count: digits - text.count) + text
    while text.hasSuffix("0") { text.removeLast() }
    let fraction = text.isEmpty ? "" : "." + text
    return "\(sign)0x1\(fraction)p\(value.magnitude.exponent)\(suffix)"
  }

  /// A text in quotes, with every byte that is not plain ASCII as `\ooo`.
  static func cString(_ text: String) -> String {
    var quoted = "\""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        quoted += "\\" + String(UnicodeScalar(byte))
      // Two question marks would begin a trigraph.
      case 0x20..<0x7F where byte != UInt8(ascii: "?"): quoted += String(UnicodeScalar(byte))
      default:
        let octal = String(byte, radix: 8)
        quoted += "\\" + String(repeating: "0", count: 3 - octal.count) + octal
      }
    }
    return quoted + "\""
  }

  /// A text in quotes, with every character that is not plain ASCII as `\u{…}`.
  static func swiftString(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case " "..."~": quoted.unicodeScalars.append(scalar)
      default: quoted += "\\u{\(String(scalar.value, radix: 16))}"
      }
    }
    return quoted + "\""
  }

  /// A text for a comment, which nothing in it can end.
  static func comment(_ text: String) -> String {
    var safe = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      // Neither the end of a comment nor, at the end of a line, a longer line.
      case "*", "\\": safe += scalar == "*" ? "\u{2217}" : "\u{29F5}"
      case " "..., "\u{A0}"...:
        safe.unicodeScalars.append(scalar.properties.isWhitespace ? " " : scalar)
      default: safe += "?"
      }
    }
    return safe
  }

  /// Lines of values with commas between them, none longer than a hundred letters.
  static func list(_ values: [String], indent: String) -> String {
    var lines: [String] = []
    var line = indent
    for (index, value) in values.enumerated() {
      let item = value + (index == values.count - 1 ? "" : ",")
      if line.count > indent.count, line.count + item.count + 1 > 100 {
        lines.append(line)
        line = indent
      }
      line += (line.count > indent.count ? " " : "") + item
    }
    lines.append(line)
    return lines.joined(separator: "\n")
  }

  /// The identifier that a file's name becomes: letters, digits and `_`.
  ///
  /// - Throws: ``ModelError``, where nothing is left of the name, or where it is a word of the language.
  static func identifier(ofFile path: String) throws(ModelError) -> String {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    let stem = file.firstIndex(of: ".").map { String(file[..<$0]) } ?? file
    var name = ""
    for scalar in stem.unicodeScalars {
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", "_": name.unicodeScalars.append(scalar)
      case "-", " ", "+": name += "_"
      default:
        throw .notInFormat(
          "the name '\(stem)'", format: "source code",
          problem: "identifiers take letters, digits and _")
      }
    }
    guard let first = name.unicodeScalars.first, !("0"..."9").contains(first),
      name.unicodeScalars.contains(where: { $0 != "_" })
    else {
      throw .notInFormat(
        "the name '\(stem)'", format: "source code",
        problem: "an identifier begins with a letter")
    }
    return name
  }
}
