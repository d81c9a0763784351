import TestSupport
import Testing
import Training

/// What NumPy's RandomState draws for one seed (tools/fixtures/make_training_fixtures.py).
struct Draws: Decodable, CustomTestStringConvertible, Sendable {
  let seed: UInt32
  let count: Int
  let raw: String
  let double: [String]
  let uniform: [String]
  let interval: [[UInt64]]
  let permutation: [Int]
  let shuffle: [Int]
  let choice: [Int]
  let long: String
  let last: UInt32

  var testDescription: String { "seed \(seed)" }

  static let all: [Draws] = (try? jsonFixture("training/random.json", as: [Draws].self)) ?? []
}

/// Equal to NumPy, bit for bit.
struct RandomStateTests {
  @Test func `the draws are of many seeds, and once of a million numbers`() {
    #expect(Draws.all.count >= 60)
    #expect(Draws.all.map(\.count).max() == 1_000_000)
    #expect(Draws.all.map(\.seed).min() == 0)
    #expect(Draws.all.map(\.seed).max() == UInt32.max)
  }

  @Test(arguments: Draws.all)
  func `every output of 32 bits is NumPy's`(_ draws: Draws) {
    var random = RandomState(seed: draws.seed)
    let found = checksum((0..<draws.count).lazy.map { _ in UInt64(random.next32()) })
    #expect(found == draws.raw)
  }

  @Test(arguments: Draws.all)
  func `every kind of draw is NumPy's, and takes as many numbers`(_ draws: Draws) throws {
    var random = RandomState(seed: draws.seed)
    for text in draws.double {
      let wanted = try number(text)
      #expect(random.double() == wanted)
    }
    for text in draws.uniform {
      let wanted = try number(text)
      #expect(random.uniform(-0.3, 1.7) == wanted)
    }
    for pair in draws.interval { #expect(random.interval(pair[0]) == pair[1]) }
    #expect(random.permutation(17) == draws.permutation)
    var letters = Array(0..<26)
    random.shuffle(&letters)
    #expect(letters == draws.shuffle)
    #expect(random.choice(Array(0..<26), 7) == draws.choice)
    #expect(checksum(random.permutation(300).lazy.map { UInt64($0) }) == draws.long)
    #expect(random.next32() == draws.last)
  }

  @Test func `where there is nothing to choose, no number is drawn`() {
    var random = RandomState(seed: 5)
    var untouched = random
    #expect(random.interval(0) == 0)
    #expect(random.permutation(0).isEmpty)
    #expect(random.permutation(1) == [0])
    #expect(random.choice(["a"], 1) == ["a"])
    #expect(random.next32() == untouched.next32())
  }

  /// FNV-1a over 64-bit words, as hexadecimal digits.
  private func checksum(_ words: some Sequence<UInt64>) -> String {
    var value: UInt64 = 0xCBF2_9CE4_8422_2325
    for word in words { value = (value ^ word) &* 0x100_0000_01B3 }
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
