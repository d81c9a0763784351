import Coefs
import CoefsCommand
import Foundation
import TestSupport
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct DigitPictureTests {
  /// Image 0, a zero.
  private let zero = DigitPicture(
    index: 0, digit: 0, pixels: Array(Digits.vector(at: 0, dividedBy: 1.0)))

  @Test func `numbers stand in eight rows`() {
    let lines = zero.numbers.split(separator: "\n")
    #expect(lines.count == 9)
    #expect(lines[0] == "image 0, the digit 0")
    #expect(lines[1] == "    0    0    5   13    9    1    0    0")
    let half = DigitPicture(index: nil, digit: 4, pixels: .init(repeating: 2.46, count: 64))
    #expect(half.numbers.hasPrefix("the average 4\n  2.5  2.5"))
  }

  @Test func `blocks are darker where there is more ink`() {
    let lines = zero.blocks.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 9)
    #expect(lines[1] == "    ░░▓▓▒▒      ")
    let shades = DigitPicture(
      index: nil, digit: 0, pixels: [0, 4, 8, 12, 16] + .init(repeating: 0, count: 59))
    #expect(shades.blocks.split(separator: "\n")[1].hasPrefix("  ░░▒▒▓▓██"))
  }

  @Test func `SVG is valid XML of 64 squares`() throws {
    let document = try XMLDocument(xmlString: zero.svg)
    let root = try #require(document.rootElement())
    #expect(root.name == "svg")
    // The paper, the pixels, and the frame.
    #expect(root.elements(forName: "rect").count == 66)
    #expect(root.elements(forName: "text").map(\.stringValue) == ["image 0, the digit 0"])
    for (x, shade) in [(0, 255), (3, 48)] {
      let square =
        #"x="\#(x)" y="0" width="1" height="1" fill="rgb(\#(shade),\#(shade),\#(shade))""#
      #expect(zero.svg.contains("<rect \(square)/>"))
    }
    #expect(root.elements(forName: "title").first?.stringValue == "image 0, the digit 0")
  }

  @Test(arguments: [-5, 17, 1e300, -1e300, .infinity, -.infinity, .nan])
  func `pixels beyond paper and ink can be drawn`(pixel: Double) {
    let picture = DigitPicture(index: 1, digit: 1, pixels: .init(repeating: pixel, count: 64))
    let isInk = pixel > 0
    #expect(picture.svg.contains("rgb(0,0,0)") == isInk)
    #expect(picture.svg.contains("rgb(255,255,255)") == !isInk)
    #expect(picture.blocks.contains("█") == isInk)
    #expect(picture.numbers.split(separator: "\n").count == 9)
  }

  @Test func `JSON has the pixels in rows, and null for no index`() throws {
    let object = try jsonObject(zero)
    #expect(Set(object.keys) == ["index", "digit", "pixels"])
    #expect((object["pixels"] as? [[Double]])?.map(\.count) == .init(repeating: 8, count: 8))
    #expect((object["pixels"] as? [[Double]])?[0] == [0, 0, 5, 13, 9, 1, 0, 0])
    let average = DigitPicture(index: nil, digit: 4, pixels: .init(repeating: 0, count: 64))
    #expect(try jsonObject(average)["index"] is NSNull)
  }
}
