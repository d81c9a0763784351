import Coefs
import CoefsCommand
import Foundation
import TestSupport
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct VerificationHTMLTests {
  /// The page as XML, which it is but for its first line and the one element that HTML leaves open.
  private func parsed(_ page: String) throws -> XMLElement {
    #expect(page.hasPrefix("<!DOCTYPE html>\n"))
    let xml = page.dropFirst("<!DOCTYPE html>\n".count)
      .replacing("<meta charset=\"utf-8\">", with: "")
    return try #require(try XMLDocument(xmlString: String(xml)).rootElement())
  }

  private func report(_ model: Model, _ data: Dataset) throws -> String {
    try model.verify(on: data, minAccuracy: 0.96).html(answers: model.predict(data), data: data)
  }

  @Test func `the page is well formed and needs nothing else`() throws {
    let page = try report(model("chapter-coefs.npz"), .digits())
    let root = try parsed(page)
    #expect(root.name == "html")
    #expect(page.contains("<h1>Passed</h1>"))
    #expect(page.contains("0.962 (481 of 500)"))
    // The name of SVG's namespace is no reference; there is no other address.
    let rest = page.replacing("http://www.w3.org/2000/svg", with: "")
    for reference in ["http:", "https:", "src=", "href=", "url(", "@import", "<script"] {
      #expect(!rest.contains(reference), "\(reference)")
    }
  }

  @Test func `every wrong answer is there as a picture`() throws {
    let page = try report(model("chapter-coefs.npz"), .digits())
    #expect(page.components(separatedBy: "<figure>").count - 1 == 19)
    #expect(page.components(separatedBy: "<svg ").count - 1 == 19)
  }

  @Test func `the confusion matrix has a row for each class`() throws {
    let body = try #require(
      try parsed(report(model("strings.npz"), french())).elements(forName: "body").first)
    let tables = body.elements(forName: "table")
    #expect(tables.count == 2)
    #expect(tables[1].elements(forName: "tr").count == 11)
    #expect(tables[1].elements(forName: "tr")[1].elements(forName: "th")[0].stringValue == "cinq")
  }

  /// Some of the digits with French words as labels.
  private func french() throws -> Dataset {
    let names = ["zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"]
    return try withTemporaryFolder { folder throws in
      let file = try write(
        npz([
          NamedArray("X", NDArray(Digits.matrix(of: 0..<20, dividedBy: 15.0), shape: [20, 64])),
          NamedArray("y", NDArray(strings: Digits.labels[..<20].map { names[Int($0)] })),
        ]), to: folder + "/<data> & more.npz")
      return try Dataset(contentsOf: file)
    }
  }

  @Test func `names from files are text, whatever they hold`() throws {
    let labels = ["<script>x</script>", "&\u{338}<\u{338}b>\"'\u{1B}"]
    let model = try Model(
      npz([
        NamedArray("coefs_0", NDArray([1.0, 0, 0, 1], shape: [2, 2])),
        NamedArray("intercepts_0", NDArray([0.0, 0])),
        NamedArray("classes", NDArray(strings: labels)),
      ]), name: "labels")
    try withTemporaryFolder { folder throws in
      let data = try Dataset(
        contentsOf: write(
          npz([
            NamedArray("X", NDArray([1.0, 0, 0, 1], shape: [2, 2])),
            NamedArray("y", NDArray(strings: labels.reversed())),
          ]), to: folder + "/<b>&amp;.npz"))
      let page = try report(model, data)
      _ = try parsed(page)
      #expect(page.contains("<h1>Missed</h1>"))
      #expect(!page.contains("<script"))
      #expect(page.contains("&lt;script&gt;x&lt;/script&gt;"))
      #expect(page.contains("&lt;b&gt;&amp;amp;.npz"))
      #expect(!page.unicodeScalars.contains("\u{1B}"))
    }
  }

  @Test func `numbers that are no pixels do no harm`() throws {
    try withTemporaryFolder { folder throws in
      let values = (0..<64).map { $0 == 0 ? 1e300 : -1e9 }
      let data = try Dataset(
        contentsOf: write(
          npz([
            NamedArray("X", NDArray(values + values, shape: [2, 64])),
            NamedArray("y", NDArray([0 as Int64, 1])),
          ]), to: folder + "/data.npz"))
      let page = try report(model("chapter-coefs.npz"), data)
      _ = try parsed(page)
      #expect(page.contains("<figure>"))
    }
  }

  @Test func `a regressor's page has its costs and no confusion`() throws {
    let page = try report(model("regressor.npz"), .digits(.range(0..<5)))
    _ = try parsed(page)
    #expect(page.contains("cost, identity output"))
    #expect(!page.contains("Right class"))
  }
}
