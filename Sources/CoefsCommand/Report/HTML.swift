import Coefs

/// A piece of a page. Literals are markup; every text that is interpolated is escaped, so no text becomes markup.
///
///     let cell: HTML = "<td title=\"\(name)\">\(name)</td>"
package struct HTML: ExpressibleByStringInterpolation, Sendable {
  /// The markup.
  package private(set) var text: String

  /// Markup that is written in the source.
  package init(stringLiteral value: String) { text = value }

  /// Markup that is written in the source, with escaped texts in it.
  package init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

  /// Collects the parts of an interpolation.
  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    /// Begins without any part.
    package init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity + 16 * interpolationCount)
    }

    /// Adds markup.
    package mutating func appendLiteral(_ literal: String) { text += literal }

    /// Adds markup.
    package mutating func appendInterpolation(_ html: HTML) { text += html.text }

    /// Adds markup, piece by piece.
    package mutating func appendInterpolation(_ html: [HTML]) {
      for piece in html { text += piece.text }
    }

    /// Adds a text, escaped for an element or an attribute in quotes.
    package mutating func appendInterpolation(_ value: String) { text += value.escapedForHTML }

    /// Adds an integer.
    package mutating func appendInterpolation(_ value: Int) { text += "\(value)" }

    /// Adds a length or a place in a chart, to a tenth of a unit; 0 for a value that is not finite.
    package mutating func appendInterpolation(_ value: Double) {
      let tenths = value.isFinite ? Int((min(max(value, -1e6), 1e6) * 10).rounded()) : 0
      text += tenths % 10 == 0 ? "\(tenths / 10)" : "\(Double(tenths) / 10)"
    }
  }

  /// Adds markup at the end.
  static func += (html: inout HTML, more: HTML) { html.text += more.text }

  /// JSON for a script element: no `<` or `&` in it can end the element or begin a comment.
  static func script(json: String) -> HTML {
    var html: HTML = ""
    html.text = json.replacing("<", with: "\\u003c").replacing(">", with: "\\u003e")
      .replacing("&", with: "\\u0026")
    return html
  }

  /// The style or the script of the page, as it is written in the source.
  static func constant(_ text: StaticString) -> HTML {
    var html: HTML = ""
    html.text = text.description
    return html
  }
}

extension String {
  /// The text for an element or an attribute of HTML in quotes.
  fileprivate var escapedForHTML: String {
    var result = ""
    // Scalars, because "<" and an accent after it make one character that is not "<".
    for scalar in escapedForTerminal.unicodeScalars {
      if scalar == "'" {
        result += "&#39;"
      } else if let escaped = scalar.escapedInMarkup {
        result += escaped
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension Unicode.Scalar {
  /// What HTML and XML write for a character that they take for markup; `nil` for any other.
  var escapedInMarkup: String? {
    switch self {
    case "&": "&amp;"
    case "<": "&lt;"
    case ">": "&gt;"
    case "\"": "&quot;"
    default: nil
    }
  }
}

// MARK: Tables

/// A cell of a table.
struct Cell {
  let html: HTML
  /// The classes of the element, for the style.
  var style = ""

  /// A text.
  init(_ text: String, style: String = "") {
    html = "\(text)"
    self.style = style
  }

  /// Markup.
  init(html: HTML, style: String = "") {
    self.html = html
    self.style = style
  }
}

extension HTML {
  /// A table that scrolls by itself where it is too wide, also with the keyboard.
  ///
  /// - Parameters:
  ///   - caption: What it shows: another one for each table of a page.
  ///   - head: The names of the columns.
  ///   - rows: The cells; the first of each row is its name.
  ///   - style: The classes of the element.
  static func table(
    _ caption: String, head: [String], rows: [[Cell]], style: String = ""
  ) -> HTML {
    let heads = head.enumerated().map { column, name -> HTML in
      "<th scope=\"col\"\(attribute("class", column == 0 || rows.first.map { column < $0.count && $0[column].style == "text" } ?? false ? "name" : ""))>\(name)</th>"
    }
    let lines = rows.map { row -> HTML in
      let cells = row.enumerated().map { column, cell -> HTML in
        column == 0
          ? "<th scope=\"row\"\(attribute("class", cell.style))>\(cell.html)</th>"
          : "<td\(attribute("class", cell.style))>\(cell.html)</td>"
      }
      return "<tr>\(cells)</tr>\n"
    }
    return """
      <div class="scroll" tabindex="0" role="region" aria-label="\(caption)">
      <table\(attribute("class", style))><caption>\(caption)</caption>
      <thead><tr>\(heads)</tr></thead>
      <tbody>
      \(lines)</tbody></table></div>

      """
  }

  /// An attribute; nothing for an empty value.
  static func attribute(_ name: StaticString, _ value: String) -> HTML {
    value.isEmpty ? "" : " \(HTML.constant(name))=\"\(value)\""
  }
}
