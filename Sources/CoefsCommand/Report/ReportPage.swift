import MLP
package import Coefs
import Sklearn

/// A report as one HTML page, which needs nothing else.
package struct ReportPage {
  /// A network, and what was measured of it.
  package struct Subject {
    let model: Model
    /// The network on rows; `nil` where no rows were measured.
    let measured: (evaluation: Evaluation, verification: Verification)?

    /// A network that was measured.
    package init(_ model: Model, _ evaluation: Evaluation, _ verification: Verification) {
      self.model = model
      measured = (evaluation, verification)
    }

    /// A network alone.
    package init(_ model: Model) {
      self.model = model
      measured = nil
    }
  }

  /// The network that is shown; of a comparison the second.
  let subject: Subject
  /// Why no rows were measured; `nil` where they were.
  let unmeasured: String?
  /// The network that it is compared with, and the comparison.
  let compared: (other: Subject, comparison: Comparison)?
  /// Whether every threshold was met; `nil` without any.
  let passed: Bool?
  /// The version, and the hashes of the files.
  let provenance: Provenance

  /// A page.
  ///
  /// - Parameters:
  ///   - subject: The network that is shown; of a comparison the second.
  ///   - unmeasured: Why no rows were measured.
  ///   - compared: The network that it is compared with, and the comparison.
  ///   - passed: Whether every threshold was met; `nil` without any.
  ///   - provenance: Where it comes from.
  package init(
    _ subject: Subject, unmeasured: String? = nil,
    compared: (other: Subject, comparison: Comparison)? = nil, passed: Bool?, provenance: Provenance
  ) {
    self.subject = subject
    self.unmeasured = unmeasured
    self.compared = compared
    self.passed = passed
    self.provenance = provenance
  }

  /// The page.
  ///
  /// - Throws: An error of the encoder.
  package func html() throws -> String {
    let sections = try allSections
    let links = sections.map { section -> HTML in
      "<li><a href=\"#\(section.id)\">\(section.title)</a></li>\n"
    }
    let body = sections.map(\.html)
    let page: HTML = """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8"/>
      <meta http-equiv="Content-Security-Policy" content="\(policy)"/>
      <meta name="viewport" content="width=device-width, initial-scale=1"/>
      <meta name="color-scheme" content="light dark"/>
      <title>\(verdict.text): \(title)</title>
      <style>\(HTML.constant(PageStyle.source))</style></head><body>
      <a class="skip" href="#content">To the content</a>
      <header\(HTML.attribute("class", verdict.style))>
      <h1>\(verdict.text)</h1>
      <p class="lead">\(title)</p>
      \(card)</header>
      <nav aria-label="Contents"><ul>
      \(links)</ul></nav>
      <main id="content">
      \(body)</main>
      <footer><p>Written by coefs \(provenance.version). This page needs no other file and asks for nothing.</p></footer>
      </body></html>

      """
    return page.text
  }

  /// Only this style and this script, and nothing from anywhere.
  private var policy: String {
    "default-src 'none'; style-src \(contentHash(PageStyle.source)); "
      + "script-src \(DrawingField.scriptHash); base-uri 'none'; form-action 'none'"
  }

  private var verdict: (text: String, style: String) {
    switch passed {
    case true?: ("Passed", "good")
    case false?: ("Missed", "bad")
    case nil:
      (compared != nil ? "Compared" : subject.measured == nil ? "Described" : "Measured", "")
    }
  }

  private var title: String {
    compared.map { "\($0.other.model.file) and \(subject.model.file)" } ?? subject.model.file
  }

  // MARK: The header card

  /// What was measured, by which thresholds, and what was assumed.
  private var card: HTML {
    var items: HTML = ""
    func add(_ name: String, _ value: HTML) {
      items += "<dt>\(name)</dt><dd>\(value)</dd>\n"
    }
    if let compared {
      add("Network A", describe(compared.other.model, "a"))
      add("Network B", describe(subject.model, "b"))
    } else {
      add("Network", describe(subject.model, "model"))
    }
    if let data = subject.measured?.verification.data {
      let hash = hash("data")
      add(
        "Rows",
        "\(data.name), rows \(data.rows[0]) to \(data.rows[1] - 1), values divided by \(brief(data.scale))\(hash)"
      )
      if let detected = data.detected { add("Detected", "\(detected)") }
    }
    for what in ["intercepts", "scaler"] {
      guard let file = provenance.files[what] else { continue }
      add(what == "scaler" ? "Scaler" : "Biases", "\(file)\(hash(what))")
    }
    add("Version", "coefs \(provenance.version)")
    var html: HTML = "<div class=\"card\"><dl>\n\(items)</dl></div>\n"
    let thresholds = thresholdRows
    if !thresholds.isEmpty {
      html += .table(
        "Thresholds", head: ["Threshold", "Found", "Margin", "Result"], rows: thresholds)
    } else if unmeasured == nil {
      html += "<p>No threshold was given, so nothing passes or fails.</p>\n"
    }
    let assumed = assumptions
    if assumed.isEmpty {
      html += "<p>Nothing is assumed.</p>\n"
    } else {
      html += "<p><strong>Assumed</strong>, because no file or option says it:</p>\n"
      html += .list(assumed)
    }
    var notes = subject.measured?.verification.notes ?? subject.model.notes
    notes.removeAll { assumed.contains($0) }
    if let unmeasured { notes.append(unmeasured) }
    if !notes.isEmpty { html += "<p><strong>Notes</strong></p>\n\(HTML.list(notes))" }
    return html
  }

  private func describe(_ model: Model, _ what: String) -> HTML {
    let summary = ModelSummary(model.weights)
    return "\(model.file): \(summary.title), \(summary.dtype)\(hash(what))"
  }

  private func hash(_ what: String) -> HTML {
    // A comparison with a baseline names its files in another way.
    let names = ["a": ["a", "baseline"], "b": ["b", "model"]][what] ?? [what]
    guard let hash = names.compactMap({ provenance.sha256[$0] ?? nil }).first else { return "" }
    return "<br/>SHA-256 <code>\(hash)</code>"
  }

  private var thresholdRows: [[Cell]] {
    func result(_ passed: Bool) -> Cell {
      Cell(passed ? "passed" : "missed", style: passed ? "good" : "bad")
    }
    var rows: [[Cell]] = []
    if let verification = subject.measured?.verification {
      rows = verification.thresholds.map { threshold in
        let margin = threshold.found.map {
          threshold.bound == .min ? $0 - threshold.threshold : threshold.threshold - $0
        }
        return [
          Cell(threshold.claim, style: "text"),
          Cell(threshold.found.map { compact($0) } ?? threshold.foundText),
          Cell(signed(margin)), result(threshold.passed),
        ]
      }
      if verification.isStrict {
        rows.append([
          Cell("nothing is assumed", style: "text"), Cell("\(verification.assumed.count) assumed"),
          Cell(""), result(verification.assumed.isEmpty),
        ])
      }
    }
    rows += (compared?.comparison.drops ?? []).map { drop in
      let change = drop.a.flatMap { a in drop.b.map { $0 - a } }
      let worse = change.map { isLoss(drop.metric) ? $0 : -$0 }
      return [
        Cell(drop.claim, style: "text"), Cell("\(compact(drop.a)) in A, \(compact(drop.b)) in B"),
        Cell(signed(worse.map { drop.maxDrop - $0 })), result(drop.passed),
      ]
    }
    return rows
  }

  private func isLoss(_ name: String) -> Bool {
    (try? MetricName(name))?.metric.isLoss ?? false
  }

  private var assumptions: [String] {
    guard let compared else {
      return subject.measured?.verification.assumed ?? subject.model.allAssumptionTexts
    }
    return compared.comparison.a.assumed.map { "of A: \($0)" }
      + compared.comparison.b.assumed.map { "of B: \($0)" }
  }
}

/// A difference for the eye, with its sign.
func signed(_ value: Double?) -> String {
  value.map { $0 < 0 ? "−" + compact(-$0) : ($0 > 0 ? "+" : "") + compact($0) } ?? ""
}

extension HTML {
  /// A list of sentences.
  static func list(_ items: [String]) -> HTML {
    let items = items.map { item -> HTML in "<li>\(item)</li>\n" }
    return "<ul class=\"notes\">\n\(items)</ul>\n"
  }
}

/// A part of the page with a heading.
struct PageSection {
  /// What links lead to.
  let id: String
  let title: String
  let content: HTML
  /// Whether it is left out on paper.
  var isForScreen = false

  var html: HTML {
    """
    <section aria-labelledby="\(id)"\(HTML.attribute("class", isForScreen ? "screen" : ""))>
    <h2 id="\(id)">\(title)</h2>
    \(content)</section>

    """
  }
}

extension ReportPage {
  /// The parts of the page, in their order.
  private var allSections: [PageSection] {
    get throws {
      var sections: [PageSection] = []
      func add(_ id: String, _ title: String, _ content: HTML?, isForScreen: Bool = false) {
        guard let content else { return }
        sections.append(.init(id: id, title: title, content: content, isForScreen: isForScreen))
      }
      if let compared {
        add("comparison", "Comparison", comparison(compared.other, compared.comparison))
      }
      let image = subject.measured.flatMap { ImageShape(subject.model, $0.evaluation.data) }
      let network = NetworkSections(model: subject.model, image: image)
      if let (evaluation, verification) = subject.measured {
        let outcomes = try subject.model.outcomes(evaluation)
        let measures = MeasureSections(verification: verification, outcomes: outcomes)
        let rows = RowSections(model: subject.model, data: evaluation.data, image: image)
        add("scores", "Scores", measures.scores)
        add("confusion", "Confusion", measures.confusion)
        add("classes", measures.areLabels ? "Labels" : "Classes", measures.classes)
        add("curves", "Curves", measures.curves)
        add("residuals", "Predictions and residuals", measures.residuals)
        if let (other, _) = compared, let before = other.measured {
          add(
            "changes", "Rows that changed",
            rows.changes(try other.model.outcomes(before.evaluation), outcomes))
        }
        add("errors", "Largest errors", rows.errors(outcomes))
        if let image {
          add(
            "draw", "Draw", try drawing(image, first: evaluation.data.inputs), isForScreen: true)
        }
        add("network", "Network", network.layers)
        add("preprocessing", "Preprocessing", network.preprocessing(evaluation.data))
      } else {
        add("network", "Network", network.layers)
        add("preprocessing", "Preprocessing", network.preprocessing(nil))
      }
      add("weights", "First layer", network.firstLayer)
      add("loss", "Training", network.lossCurve)
      return sections
    }
  }

  private func drawing(_ image: ImageShape, first rows: Matrix<Double>) throws -> HTML {
    let field: DrawingField
    do throws(DrawingField.Reason) {
      field = try DrawingField(subject.model, image, first: rows.row(0))
    } catch {
      return HTML.sentence(
        "There is no field to draw in: this page cannot compute the model, because \(error.text).")
    }
    return try field.html()
  }

  /// Both networks side by side.
  private func comparison(_ other: Subject, _ comparison: Comparison) -> HTML {
    var html: HTML = ""
    html += .list(comparison.summary)
    html += .table(
      "Metrics of both networks", head: ["Metric", "A", "B", "B − A"],
      rows: comparison.shownMetrics.map { pair in
        let drop = pair.drop ?? 0
        return [
          Cell(pair.name), Cell(compact(pair.a)), Cell(compact(pair.b)),
          Cell(signed(pair.difference), style: drop > 0 ? "bad" : drop < 0 ? "good" : ""),
        ]
      })
    html += "<p>All that follows is of network B, \(subject.model.file).</p>\n"
    return html
  }
}
