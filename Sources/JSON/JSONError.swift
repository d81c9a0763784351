/// Why a text is not JSON, or not JSON that means one thing.
public struct JSONError: Error, Hashable, Sendable {
  /// Where it goes wrong, in bytes from the beginning of the text.
  public let offset: Int

  /// What is wrong there.
  public let problem: String

  /// A problem at a place.
  public init(offset: Int, problem: String) {
    self.offset = offset
    self.problem = problem
  }
}

extension JSONError: CustomStringConvertible {
  /// The error as one sentence.
  public var description: String { "at byte \(offset) of the JSON text: \(problem)" }
}
