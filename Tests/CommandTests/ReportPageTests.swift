import Coefs
import CoefsCommand
import Foundation
import TestSupport
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct ReportPageTests {
  /// The page as XML, which it is but for its first line, its style and its scripts.
  private func parsed(_ page: String) throws -> XMLElement {
    #expect(page.hasPrefix("<!DOCTYPE html>\n"))
    let xml = page.dropFirst("<!DOCTYPE html>\n".count)
      .replacing(/<style>[^<]*<\/style>/, with: "")
      .replacing(/<script[^>]*>(?s:.*?)<\/script>/, with: "")
    return try #require(try XMLDocument(xmlString: String(xml)).rootElement())
  }

  private func report(
    _ model: Model, _ data: Dataset, minAccuracy: Double? = 0.96
  ) throws -> String {
    let evaluation = try model.evaluate(data)
    let verification = try model.verify(evaluation, minAccuracy: minAccuracy)
    return try ReportPage(
      .init(model, evaluation, verification), passed: verification.passed,
      provenance: Provenance([])
    ).html()
  }

  private func texts(_ element: XMLElement, _ path: String) throws -> [String] {
    try element.nodes(forXPath: path).map { $0.stringValue ?? "" }
  }

  @Test func `the page is well formed and needs nothing else`() throws {
    let page = try report(model("chapter-coefs.npz"), .digits())
    let root = try parsed(page)
    #expect(root.name == "html")
    #expect(try texts(root, "//h1") == ["Passed"])
    #expect(page.contains("481 of 500 right"))
    for reference in ["http:", "https:", "src=", "href=\"[^#]", "url\\(", "@import", "fetch\\("] {
      #expect(page.firstMatch(of: try Regex(reference)) == nil, "\(reference)")
    }
    #expect(page.contains("default-src &#39;none&#39;; style-src &#39;sha256-"))
  }

  @Test func `what links, labels and descriptions mean is there, once`() throws {
    let root = try parsed(report(model("chapter-coefs.npz"), .digits()))
    let names = try texts(root, "//@id")
    #expect(Set(names).count == names.count)
    for link in try texts(root, "//@href") { #expect(names.contains(String(link.dropFirst()))) }
    for label in try texts(root, "//@aria-labelledby | //@aria-describedby") {
      #expect(names.contains(label))
    }
    let captions = try texts(root, "//caption")
    #expect(Set(captions).count == captions.count)
    #expect(try texts(root, "//th[not(@scope)]").isEmpty)
    #expect(try texts(root, "//svg[not(@aria-label) and not(@aria-hidden)]").isEmpty)
  }

  @Test func `every wrong prediction is there as a picture, the most confident first`() throws {
    let root = try parsed(report(model("chapter-coefs.npz"), .digits()))
    let items = try texts(root, "//section[h2/@id='errors']//li")
    #expect(items.count == 19)
    let shares = items.compactMap { item in
      item.firstMatch(of: /, ([0-9.]+)\u{A0}%/).flatMap { Double($0.1) }
    }
    #expect(shares.count == 19)
    #expect(shares == shares.sorted(by: >))
    #expect(try texts(root, "//section[h2/@id='weights']//li").count == 16)
  }

  @Test func `the confusion matrix has a row for each class, and sums`() throws {
    let root = try parsed(report(model("strings.npz"), french()))
    let rows = try root.nodes(forXPath: "//table[contains(@class,'rate')]//tr")
    #expect(rows.count == 12)
    #expect(try texts(root, "//table[contains(@class,'rate')]//tr[2]/td[11]") != [])
    #expect(rows[1].stringValue?.hasPrefix("cinq") == true)
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
    let labels = [
      "</script><script>x</script><!--", "&\u{338}<\u{338}b>\"'\u{1B}\u{2028} onload='x'",
    ]
    // Sixteen smooth inputs, so that the names are in the drawing field too.
    let weights = (0..<32).map { Double($0 % 2) }
    let model = try Model(
      npz([
        NamedArray("coefs_0", NDArray(weights, shape: [16, 2])),
        NamedArray("intercepts_0", NDArray([0.0, 0])),
        NamedArray("classes", NDArray(strings: labels)),
      ]), name: "labels<img src=x onerror=x>")
    let rows = (0..<32).map { Double($0 % 16) }
    try withTemporaryFolder { folder throws in
      let data = try Dataset(
        contentsOf: write(
          npz([
            NamedArray("X", NDArray(rows, shape: [2, 16])),
            NamedArray("y", NDArray(strings: labels.reversed())),
          ]), to: folder + "/<b>&amp;.npz"))
      let page = try report(model, data)
      let root = try parsed(page)
      #expect(try texts(root, "//h1") == ["Missed"])
      #expect(page.contains("id=\"network\""))
      #expect(page.components(separatedBy: "<script").count - 1 == 2)
      #expect(page.components(separatedBy: "</script").count - 1 == 2)
      #expect(!page.contains("<img"))
      #expect(!page.contains("<!--"))
      #expect(page.contains("\\u003c/script\\u003e"))
      #expect(page.contains("&lt;/script&gt;&lt;script&gt;x"))
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
      let root = try parsed(page)
      #expect(try texts(root, "//section[h2/@id='draw']").isEmpty)
      #expect(try texts(root, "//section[h2/@id='errors']//tbody/tr").count > 0)
    }
  }

  @Test func `a regressor's page has charts of its residuals and no confusion`() throws {
    let page = try report(model("regressor.npz"), .digits(.range(0..<50)), minAccuracy: nil)
    let root = try parsed(page)
    #expect(try texts(root, "//h1") == ["Measured"])
    #expect(try texts(root, "//section[h2/@id='residuals']//figure").count == 2)
    #expect(try texts(root, "//section[h2/@id='confusion']").isEmpty)
    #expect(page.contains("No threshold was given"))
  }

  @Test func `preprocessing is shown with the drift of each feature`() throws {
    let mean = [1.0, 2, 3], scale = [1.0, 2, 4]
    let weights = try SklearnWeights(
      layers: [(try NDArray([1.0, 2, 3], shape: [3, 1]), try NDArray([0.5]))], layout: .sklearn,
      outActivation: .identity,
      inputTransform: InputTransform(
        steps: [.init("StandardScaler", [.subtract(mean), .divide(scale)])], inputs: 3))
    let data = try Dataset(
      inputs: [[1, 4, 3], [1, 8, 11]], targets: [[1], [2]], name: "rows")
    let root = try parsed(report(Model(weights: weights), data, minAccuracy: nil))
    let rows = try root.nodes(forXPath: "//section[h2/@id='preprocessing']//tbody/tr")
    let cells = try rows.map { row in
      try row.nodes(forXPath: "th | td").map { $0.stringValue ?? "" }
    }
    #expect(
      cells == [
        ["input 0", "1.0000", "1.0000", "1.0000", "0.0000", "0.0000", "0.0000"],
        ["input 1", "2.0000", "2.0000", "6.0000", "2.0000", "+2.0000 far", "1.0000"],
        ["input 2", "3.0000", "4.0000", "7.0000", "4.0000", "+1.0000 far", "1.0000"],
      ])
  }

  @Test func `the loss curve of an estimator is in its page, and of weights it is not`() throws {
    let page = try report(
      Model(contentsOf: fixturePath("estimators/1.9.1/digits.joblib")), .digits(),
      minAccuracy: nil)
    #expect(try texts(parsed(page), "//section[h2/@id='loss']//svg").count == 1)
    let plain = try report(model("chapter-coefs.npz"), .digits())
    #expect(try texts(parsed(plain), "//section[h2/@id='loss']").isEmpty)
  }

  @Test func `a network that the page cannot compute has no drawing field, and the page says why`()
    throws
  {
    let weights = try model("chapter-coefs.npz").weights
    let normalized = try SklearnWeights(
      layers: weights.layers.map { ($0.weights, $0.biases) }, layout: .sklearn,
      inputTransform: InputTransform(
        steps: [.init("Normalizer", [.normalize(.l2)])], inputs: 64))
    let page = try report(Model(weights: normalized), .digits(), minAccuracy: nil)
    let texts = try texts(parsed(page), "//section[h2/@id='draw']/p")
    #expect(texts.count == 1)
    #expect(texts.first?.contains("its preprocessing (Normalizer) is more than scalers") == true)
    #expect(!page.contains("<script"))
  }

  @Test func `a page of a network alone says so, and thresholds need rows`() throws {
    try withTemporaryFolder { folder throws in
      let file = folder + "/page.html"
      let network = try write(
        npz([
          NamedArray("coefs_0", NDArray([1.0, 0, 0, 1], shape: [2, 2])),
          NamedArray("intercepts_0", NDArray([0.0, 0])),
        ]), to: folder + "/two.npz")
      let run = try coefs("report", network, file)
      #expect(run.exitCode == 0)
      #expect(run.stderr.contains("no rows were measured"))
      let root = try parsed(String(contentsOf: URL(filePath: file), encoding: .utf8))
      #expect(try self.texts(root, "//h1") == ["Described"])
      #expect(try coefs("report", network, file).exitCode == 73)
      #expect(try coefs("report", network, file, "--force", "--min", "f1_macro=1").exitCode == 64)
    }
  }

  @Test func `report measures, compares with thresholds and says it as JSON`() throws {
    try withTemporaryFolder { folder throws in
      let file = folder + "/page.html"
      let run = try coefs(
        "report", fixturePath("chapter-coefs.npz"), file, "--min", "accuracy=0.97", "--json")
      #expect(run.exitCode == 1)
      #expect(try run.json["passed"] as? Bool == false)
      let page = try String(contentsOf: URL(filePath: file), encoding: .utf8)
      #expect(try run.json["bytes"] as? Int == page.utf8.count)
      #expect(page.contains("−0.0080"))
      #expect(page.contains("SHA-256"))
    }
  }

  @Test func `a comparison's page has both networks and the rows that changed`() throws {
    try withTemporaryFolder { folder throws in
      let file = folder + "/page.html"
      let run = try coefs(
        "compare", fixturePath("chapter-coefs.npz"), fixturePath("chapter-float32.npz"), "--report",
        file, "--max-drop", "0.5")
      #expect(run.exitCode == 0)
      let root = try parsed(String(contentsOf: URL(filePath: file), encoding: .utf8))
      #expect(try self.texts(root, "//h1") == ["Passed"])
      #expect(try self.texts(root, "//section[h2/@id='comparison']//tbody/tr").count > 5)
      #expect(try self.texts(root, "//section[h2/@id='changes']").count == 1)
    }
  }
}
