import TestSupport
import Testing

/// The limit that ends tests which do not end themselves.
@Suite struct WorkLimitTests {
  @Test func `what works on and on is ended`() async {
    await #expect(processExitsWith: .exitCode(1)) {
      try await withWorkLimit("endless", minutes: 0.02) {
        var sum = 0
        while sum >= 0 { sum = (sum + 1) % 1_000 }
      }
    }
  }

  @Test func `what ends, ends as it would without`() async throws {
    struct Failure: Error {}
    try await withWorkLimit("nothing", minutes: 60) {}
    await #expect(throws: Failure.self) {
      try await withWorkLimit("a failure", minutes: 60) { throw Failure() }
    }
  }
}
