public import Files
public import JSON
public import NPZ

/// Why an archive is no skops file that can be read.
///
/// Offsets count from the beginning of `schema.json`.
@nonexhaustive
public enum SkopsError: Error, Equatable, Sendable {
  /// The archive, or an array in it.
  case npz(NPZError)
  /// The archive has no member `schema.json`.
  case noSchema
  /// The schema is not one of skops: it has neither a loader nor a protocol.
  case notSkops
  /// A limit of `ReadLimits` is passed.
  case limitExceeded(name: String, allowed: Int, found: Int)
  /// The schema is no JSON.
  case badJSON(JSONError)
  /// The schema says something that skops does not write.
  case badSchema(offset: Int, problem: String)
  /// The schema's protocol, as written there, is not 0, 1 or 2; `nil` where it is missing.
  case unsupportedProtocol(String?)
  /// A loader that skops does not have.
  case unknownLoader(offset: Int, String)
  /// A class or function that no network needs.
  case unknownName(offset: Int, SkopsName)
}

extension SkopsError: CategorizedError {
  /// The family that this error belongs to.
  public var category: ErrorCategory {
    if case .npz(let error) = self { error.category } else { .badContent }
  }

  /// The error as one sentence.
  public var description: String {
    switch self {
    case .npz(let error):
      error.description
    case .noSchema:
      "no skops archive: it has no member 'schema.json'"
    case .notSkops:
      "schema.json: it is not a schema of skops, for it has neither '__loader__' nor 'protocol'"
    case .limitExceeded(let name, let allowed, let found):
      "\(found) is over the limit \(name) of \(allowed); raise it if you trust the file"
    case .badJSON(let error):
      "schema.json, at byte \(error.offset): \(error.problem)"
    case .badSchema(let offset, let problem):
      "schema.json, at byte \(offset): \(problem)"
    case .unsupportedProtocol(let found?):
      "schema.json: protocol \(found) of skops cannot be read; 0, 1 and 2 can"
    case .unsupportedProtocol(nil):
      "schema.json: it says no protocol of skops"
    case .unknownLoader(let offset, let loader):
      "schema.json, at byte \(offset): skops has no loader '\(loader)'"
    case .unknownName(let offset, let name):
      "schema.json, at byte \(offset): it names \(name), which no model needs; nothing was called, "
        + "and the file is not to be trusted to Python"
    }
  }
}
