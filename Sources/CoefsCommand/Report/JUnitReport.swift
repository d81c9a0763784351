import Coefs

/// A JUnit file: a suite with a test for each threshold.
struct JUnitReport {
  /// A test.
  struct Case {
    /// What has to hold.
    let name: String
    /// What was expected and found; `nil` where it holds.
    let failure: String?
  }

  /// The name of the suite.
  let name: String
  /// The tests.
  let cases: [Case]
  /// The hashes of files, by what each file is.
  let properties: [String: String?]

  /// The file.
  var xml: String {
    let failures = cases.count { $0.failure != nil }
    let counts =
      "tests=\"\(cases.count)\" failures=\"\(failures)\" errors=\"0\" skipped=\"0\" time=\"0\""
    let name = name.escapedForXML
    var xml = """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="coefs" \(counts)>
      <testsuite name="\(name)" \(counts)>

      """
    let hashes = properties.sorted { $0.key < $1.key }.compactMap { key, value in
      value.map { "<property name=\"sha256.\(key)\" value=\"\($0)\"/>\n" }
    }
    if !hashes.isEmpty { xml += "<properties>\n\(hashes.joined())</properties>\n" }
    for test in cases {
      xml += "<testcase classname=\"\(name)\" name=\"\(test.name.escapedForXML)\" time=\"0\""
      guard let failure = test.failure?.escapedForXML else {
        xml += "/>\n"
        continue
      }
      xml +=
        ">\n<failure message=\"\(failure)\" type=\"threshold\">\(failure)</failure>\n</testcase>\n"
    }
    return xml + "</testsuite>\n</testsuites>\n"
  }
}

extension String {
  /// The text for an attribute or an element of XML: without control characters, and without marks that reverse the
  /// direction of writing.
  var escapedForXML: String {
    var result = ""
    for scalar in unicodeScalars {
      if let escaped = scalar.escapedInMarkup {
        result += escaped
        continue
      }
      switch scalar {
      case "'": result += "&apos;"
      case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}", "\u{2028}", "\u{2029}": continue
      default:
        guard scalar.properties.generalCategory != .control,
          !scalar.properties.isNoncharacterCodePoint
        else { continue }
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// The text for a cell of a table in Markdown, or for a line, with nothing that Markdown or HTML takes for markup.
  var escapedForMarkdown: String {
    let scalars = Array(escapedForTerminal.unicodeScalars)
    func isWord(_ place: Int) -> Bool {
      scalars.indices.contains(place) && scalars[place].properties.isAlphabetic
        || scalars.indices.contains(place) && scalars[place].properties.numericType != nil
    }
    var result = ""
    for (place, scalar) in scalars.enumerated() {
      let isMarkup =
        switch scalar {
        case "\\", "`", "*", "~", "<", ">", "&", "|", "$": true
        // Inside of a word it emphasizes nothing.
        case "_": !isWord(place - 1) || !isWord(place + 1)
        // A link: [text](target).
        case "(", "[": place > 0 && scalars[place - 1] == "]"
        // An address that would become a link.
        case ":": scalars[(place + 1)...].starts(with: "//".unicodeScalars)
        case ".":
          place >= 3
            && String(String.UnicodeScalarView(scalars[place - 3..<place])).lowercased() == "www"
        default: false
        }
      if isMarkup { result += "\\" }
      result.unicodeScalars.append(scalar)
    }
    return result
  }
}
