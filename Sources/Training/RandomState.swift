/// NumPy's legacy generator, `numpy.random.RandomState`: MT19937 and the draws that scikit-learn makes.
///
/// The same seed gives the very numbers that NumPy gives (`numpy/random/src/mt19937` and
/// `src/distributions`, whose stream NumPy has frozen).
public struct RandomState: Sendable {
  private var key: ContiguousArray<UInt32>
  private var position = 624

  /// A generator as `numpy.random.RandomState(seed)` begins it.
  ///
  /// Knuth's initialisation (Matsumoto and Nishimura's `init_genrand`), which NumPy uses for integers.
  public init(seed: UInt32) {
    key = [seed]
    key.reserveCapacity(624)
    for index in 1..<624 {
      let last = key[index - 1]
      key.append(1_812_433_253 &* (last ^ (last >> 30)) &+ UInt32(index))
    }
  }

  /// The next 32 random bits.
  public mutating func next32() -> UInt32 {
    if position == 624 { refill() }
    var y = key[position]
    position += 1
    y ^= y >> 11
    y ^= (y << 7) & 0x9D2C_5680
    y ^= (y << 15) & 0xEFC6_0000
    return y ^ (y >> 18)
  }

  private mutating func refill() {
    for index in 0..<624 {
      let y = key[index] & 0x8000_0000 | key[(index + 1) % 624] & 0x7FFF_FFFF
      key[index] = key[(index + 397) % 624] ^ (y >> 1) ^ (y & 1 == 0 ? 0 : 0x9908_B0DF)
    }
    position = 0
  }

  /// A number in 0..<1 with 53 random bits, as `random_sample()`.
  public mutating func double() -> Double {
    let high = next32() >> 5
    let low = next32() >> 6
    return (Double(high) * 67_108_864 + Double(low)) / 9_007_199_254_740_992
  }

  /// A number in `low..<high`, as `uniform(low, high)`.
  public mutating func uniform(_ low: Double, _ high: Double) -> Double {
    low + (high - low) * double()
  }

  /// An integer in `0...bound`: as many random bits as `bound` has, drawn again while they exceed it.
  public mutating func interval(_ bound: UInt64) -> UInt64 {
    guard bound > 0 else { return 0 }
    let mask = UInt64.max >> UInt64(bound.leadingZeroBitCount)
    while true {
      let bits =
        bound <= UInt64(UInt32.max)
        ? UInt64(next32()) : UInt64(next32()) << 32 | UInt64(next32())
      if bits & mask <= bound { return bits & mask }
    }
  }

  /// Shuffles in place, as `shuffle(array)` does with one axis.
  public mutating func shuffle<Element>(_ array: inout [Element]) {
    for index in stride(from: array.count - 1, to: 0, by: -1) {
      array.swapAt(index, Int(interval(UInt64(index))))
    }
  }

  /// The numbers `0..<count` in random order, as `permutation(count)`.
  public mutating func permutation(_ count: Int) -> [Int] {
    var numbers = Array(0..<count)
    shuffle(&numbers)
    return numbers
  }

  /// `count` of the elements without repetition, as `choice(array, count, replace=False)`.
  ///
  /// - Precondition: There are at least as many elements.
  public mutating func choice<Element>(_ array: [Element], _ count: Int) -> [Element] {
    permutation(array.count).prefix(count).map { array[$0] }
  }
}
