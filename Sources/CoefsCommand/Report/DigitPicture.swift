import Digits
import Coefs

/// An image of a digit to look at.
package struct DigitPicture: Encodable, Sendable {
  /// Which image; `nil` for an average.
  package let index: Int?
  /// The digit that it shows.
  package let digit: Int
  /// Eight rows of eight pixels, from 0 (paper) to 16 (ink).
  package let pixels: [[Double]]

  /// A picture of 64 pixels, row after row.
  ///
  /// - Precondition: There are 64 pixels.
  package init(index: Int?, digit: Int, pixels: [Double]) {
    precondition(pixels.count == Digits.pixelCount)
    self.digit = digit
    self.pixels = (0..<Digits.side).map { row in
      Array(pixels[row * Digits.side..<(row + 1) * Digits.side])
    }
    self.index = index
  }

  private enum CodingKeys: CodingKey { case index, digit, pixels }

  /// Encodes all of it; `null` for no index.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(index, forKey: .index)
    try container.encode(digit, forKey: .digit)
    try container.encode(pixels, forKey: .pixels)
  }

  private var title: String {
    index.map { "image \($0), the digit \(digit)" } ?? "the average \(digit)"
  }

  /// How dark a pixel is, from 0 to `darkest`; whatever is beyond paper or ink counts as these.
  private static func shade(_ pixel: Double, of darkest: Int) -> Int {
    // max(0, NaN) is 0.
    Int((min(16, max(0, pixel)) * Double(darkest) / 16).rounded())
  }

  /// The pixels as numbers in rows.
  package var numbers: String {
    let rows = pixels.map { row in
      row.map { pixel in
        let text = Int(exactly: pixel).map(String.init) ?? "\((pixel * 10).rounded() / 10)"
        return String(repeating: " ", count: max(0, 5 - text.count)) + text
      }.joined()
    }
    return ([title] + rows).joined(separator: "\n")
  }

  /// The pixels as shaded blocks, two characters wide, for a terminal.
  package var blocks: String {
    let shades = Array(" ░▒▓█")
    let rows = pixels.map { row in
      row.map { pixel in
        String(repeating: shades[Self.shade(pixel, of: 4)], count: 2)
      }.joined()
    }
    return ([title] + rows).joined(separator: "\n")
  }

  /// The picture as an SVG document, ink on paper, with a margin of one pixel and a caption.
  package var svg: String {
    var svg = """
      <svg xmlns="http://www.w3.org/2000/svg" width="200" height="220" viewBox="-1 -1 10 11" \
      shape-rendering="crispEdges"><title>\(title)</title>
      <rect x="-1" y="-1" width="10" height="11" fill="white"/>

      """
    for (y, row) in pixels.enumerated() {
      for (x, pixel) in row.enumerated() {
        let shade = 255 - Self.shade(pixel, of: 255)
        svg += "<rect x=\"\(x)\" y=\"\(y)\" width=\"1\" height=\"1\" "
        svg += "fill=\"rgb(\(shade),\(shade),\(shade))\"/>\n"
      }
    }
    svg += "<rect width=\"8\" height=\"8\" fill=\"none\" stroke=\"gray\" stroke-width=\"0.05\"/>\n"
    svg += "<text x=\"4\" y=\"9.2\" font-size=\"0.7\" font-family=\"sans-serif\" "
    svg += "text-anchor=\"middle\">\(title)</text>\n"
    return svg + "</svg>\n"
  }
}
