// The build makes the types Digits and Words of the files next to this one.
let paper = [Float](repeating: 0, count: Digits.inputCount)
let row = [Double](repeating: 0.5, count: Words.inputCount)
if let digit = Digits.predict(paper.span), let word = Words.predict(row.span) {
  print("\(digit), \(word)")
}
print(Digits.selfTest() && Words.selfTest() ? "the same bits" : "other bits")
