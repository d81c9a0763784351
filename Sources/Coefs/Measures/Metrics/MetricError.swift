import Files
import Sklearn

/// Why a metric cannot be measured, or two networks cannot be compared.
@nonexhaustive
public enum MetricError: Error, Equatable, Sendable {
  /// A name that no metric has.
  case unknown(String, names: [String])
  /// A metric that a network of this kind does not have; the names that it has, and why, where there is more to say.
  case absent(String, names: [String], why: String?)
  /// A class that the network does not know.
  case noSuchClass(String, known: [String])
  /// Networks whose classes do not agree.
  case otherClasses([ClassLabels.Label], other: String, [ClassLabels.Label])
  /// Networks that predict different things: classes, labels, values.
  case otherKind(String, other: String, String)
  /// Rows or targets that are not the same for both networks.
  case otherRows(other: String)
}

extension MetricError: CategorizedError {
  /// The category of this error.
  public var category: ErrorCategory {
    switch self {
    case .unknown, .absent, .noSuchClass: .usage
    case .otherClasses, .otherKind, .otherRows: .badContent
    }
  }

  /// The error as one sentence.
  public var description: String {
    switch self {
    case .unknown(let name, let names):
      "there is no metric '\(name)'; there are \(names.joined(separator: ", "))"
    case .absent(let name, let names, let why):
      "the network has no \(name)\(why.map { " (\($0))" } ?? ""); it has "
        + names.joined(separator: ", ")
    case .noSuchClass(let label, let known):
      "the network has no class '\(label)'; it has \(Self.list(known))"
    case .otherClasses(let own, let other, let others):
      "the classes \(Self.list(own.map(\.description))) do not agree with those of \(other): "
        + Self.list(others.map(\.description))
    case .otherKind(let own, let other, let others):
      "predicts \(own), and \(other) predicts \(others): they cannot be compared"
    case .otherRows(let other):
      "takes other rows or targets from the data than \(other)"
    }
  }

  private static func list(_ names: [String]) -> String {
    names.prefix(12).joined(separator: ", ") + (names.count > 12 ? ", …" : "")
  }
}
