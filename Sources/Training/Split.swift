/// The rows that early stopping trains on and those that it keeps, as scikit-learn's
/// `train_test_split` draws them.
package struct Split {
  /// The rows to train on, in the order drawn.
  package let training: [Int]
  /// The rows that are kept.
  package let validation: [Int]

  /// Any rows are kept (`ShuffleSplit`).
  package init(
    rows: Int, fraction: Double, random: inout RandomState
  ) throws(TrainingError) {
    let kept = Int((fraction * Double(rows)).rounded(.up))
    guard kept >= 2, kept < rows else { throw .validationTooSmall(found: min(kept, rows)) }
    let order = random.permutation(rows)
    validation = Array(order[..<kept])
    training = Array(order[kept...])
  }

  /// Some of each class are kept, in proportion (`StratifiedShuffleSplit`).
  package init(classes: [Int], count: Int, fraction: Double, random: inout RandomState)
    throws(TrainingError)
  {
    let rows = classes.count
    let kept = Int((fraction * Double(rows)).rounded(.up))
    let members = (0..<count).map { index in classes.indices.filter { classes[$0] == index } }
      .filter { !$0.isEmpty }
    if let small = members.first(where: { $0.count < 2 }) {
      throw .classTooSmall(index: classes[small[0]], found: small.count)
    }
    guard kept >= max(2, members.count), rows - kept >= members.count else {
      throw .validationTooSmall(found: kept)
    }
    let sizes = members.map(\.count)
    let trainingSizes = Self.share(rows - kept, among: sizes, random: &random)
    let validationSizes = Self.share(
      kept, among: zip(sizes, trainingSizes).map { $0 - $1 }, random: &random)
    var training: [Int] = []
    var validation: [Int] = []
    for (index, rows) in members.enumerated() {
      let order = random.permutation(rows.count).map { rows[$0] }
      let end = trainingSizes[index]
      training += order[..<end]
      validation += order[end..<end + validationSizes[index]]
    }
    random.shuffle(&training)
    random.shuffle(&validation)
    self.training = training
    self.validation = validation
  }

  /// `count` draws shared among classes in proportion to their sizes (`_approximate_mode`): what the
  /// floors leave over goes to the largest remainders, equal ones by lot.
  private static func share(
    _ count: Int, among sizes: [Int], random: inout RandomState
  ) -> [Int] {
    let total = Double(sizes.reduce(0, +))
    let exact = sizes.map { Double($0) / total * Double(count) }
    var shares = exact.map { Int($0.rounded(.down)) }
    var left = count - shares.reduce(0, +)
    let remainders = exact.map { $0 - $0.rounded(.down) }
    for value in Set(remainders).sorted(by: >) where left > 0 {
      let tied = remainders.indices.filter { remainders[$0] == value }
      let taken = random.choice(tied, min(tied.count, left))
      for index in taken { shares[index] += 1 }
      left -= taken.count
    }
    return shares
  }
}
