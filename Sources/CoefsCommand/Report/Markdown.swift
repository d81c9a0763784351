import Coefs

extension Verification {
  /// The result in Markdown.
  ///
  /// - Parameters:
  ///   - name: The file of the network.
  ///   - comparison: The comparison with another network, and its name.
  func markdown(
    _ name: String, comparison: (value: Comparison, baseline: String)?, passed: Bool?,
    provenance: Provenance?
  ) -> String {
    var text = title("verify", passed)
    text += "\(name.escapedForMarkdown): \(model.title), on \(data.text.escapedForMarkdown)\n\n"
    let rows =
      thresholds.map { result in
        [
          result.claim.escapedForMarkdown, compact(result.found),
          result.passed ? "passed" : "missed",
        ]
      }
      + (isStrict
        ? [["nothing is assumed", "\(assumed.count)", assumed.isEmpty ? "passed" : "missed"]] : [])
      + (comparison?.value.drops ?? []).map(\.markdownRow)
    if !rows.isEmpty {
      text += markdownTable(["threshold", "found", "result"], rows) + "\n"
    }
    for note in assumed + notes.filter({ !assumed.contains($0) }) {
      text += "- \(note.escapedForMarkdown)\n"
    }
    if !(assumed + notes).isEmpty { text += "\n" }
    if let comparison {
      text += comparison.value.markdownBody((comparison.baseline, name)) + "\n"
    }
    return text + metrics.markdown + (provenance?.markdown ?? "")
  }
}

extension Comparison {
  /// The comparison in Markdown.
  func markdown(_ names: (a: String, b: String), provenance: Provenance?) -> String {
    var text = title("compare", passed)
    if !drops.isEmpty {
      text += markdownTable(["threshold", "found", "result"], drops.map(\.markdownRow)) + "\n"
    }
    return text + markdownBody(names) + (provenance?.markdown ?? "")
  }

  /// The networks, their metrics and what changed.
  fileprivate func markdownBody(_ names: (a: String, b: String)) -> String {
    var text = "- A: \(names.a.escapedForMarkdown): \(a.model.title)\n"
    text += "- B: \(names.b.escapedForMarkdown): \(b.model.title)\n"
    text += "- \(a.data.text.escapedForMarkdown)\n"
    text += summary.map { "- \($0.escapedForMarkdown)\n" }.joined()
    return text + "\n"
      + markdownTable(
        ["metric", "A", "B", "B − A"],
        shownMetrics.map {
          [$0.name.escapedForMarkdown, compact($0.a), compact($0.b), compact($0.difference)]
        })
  }
}

extension Comparison.DropResult {
  fileprivate var markdownRow: [String] {
    [
      claim.escapedForMarkdown,
      "\(compact(a)) in A, \(compact(b)) in B", passed ? "passed" : "missed",
    ]
  }
}

extension Provenance {
  /// The hashes of the files.
  fileprivate var markdown: String {
    let hashes = sha256.sorted { $0.key < $1.key }.compactMap { key, value in
      value.map { "SHA-256 of \(key): `\($0)`  \n" }
    }
    return hashes.isEmpty ? "" : "\n" + hashes.joined()
  }
}

/// The heading of a result.
private func title(_ command: String, _ passed: Bool?) -> String {
  "### coefs \(command): \(passed.map { $0 ? "passed" : "missed" } ?? "measured")\n\n"
}
