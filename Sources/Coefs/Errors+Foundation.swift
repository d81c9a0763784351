#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

// Where an app shows `error.localizedDescription`, it shows the sentence of the error.

extension CoefsError: LocalizedError {
  /// The error as one line.
  public var errorDescription: String? { description }
}

extension FileError: LocalizedError {
  /// The error as one sentence.
  public var errorDescription: String? { description }
}

extension DeflateError: LocalizedError {
  /// The error as one sentence.
  public var errorDescription: String? { description }
}

extension ZipError: LocalizedError {
  /// The error as one sentence.
  public var errorDescription: String? { description }
}

extension NPYError: LocalizedError {
  /// The error as one sentence.
  public var errorDescription: String? { description }
}

extension NPZError: LocalizedError {
  /// The error as one sentence.
  public var errorDescription: String? { description }
}

extension PickleError: LocalizedError {
  /// The error as one sentence.
  public var errorDescription: String? { description }
}

extension SafetensorsError: LocalizedError {
  /// The error as one sentence.
  public var errorDescription: String? { description }
}

extension SkopsError: LocalizedError {
  /// The error as one sentence.
  public var errorDescription: String? { description }
}

extension SklearnError: LocalizedError {
  /// The error as one sentence.
  public var errorDescription: String? { description }
}

extension MLPError: LocalizedError {
  /// The error as one sentence.
  public var errorDescription: String? { description }
}

extension TrainingError: LocalizedError {
  /// The error as one sentence.
  public var errorDescription: String? { description }
}

extension DataError: LocalizedError {
  /// The error as one sentence.
  public var errorDescription: String? { description }
}

extension ModelError: LocalizedError {
  /// The error as one sentence.
  public var errorDescription: String? { description }
}

extension JSONError: LocalizedError {
  /// The error as one sentence.
  public var errorDescription: String? { description }
}
