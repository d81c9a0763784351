import Coefs
import Platform

/// A chart of lines or dots in a frame with two axes, as SVG.
struct Chart {
  /// A point of the data.
  typealias Point = (x: Double, y: Double)

  /// A line, or dots.
  struct Series {
    /// The name in the legend.
    var name: String
    /// The points, from left to right for a line.
    var points: [Point]
    var isLine = true
    /// Whether each point of a line is marked.
    var isMarked = false
  }

  /// What the chart shows, in a sentence: for those who do not see it.
  let title: String
  let axes: (x: String, y: String)
  let series: [Series]
  /// A line for comparison, from point to point: what chance or perfection would give.
  var guide: [Point] = []
  /// The range of each axis; `nil` for that of the points.
  var ranges: (x: ClosedRange<Double>?, y: ClosedRange<Double>?) = (nil, nil)
  /// What is to be read next to the chart.
  var caption: HTML = ""

  private static let size = (width: 360.0, height: 270.0)
  private static let frame = (left: 54.0, top: 12.0, right: 348.0, bottom: 226.0)

  /// The chart with its legend.
  var html: HTML {
    let all = (series.map(\.points) + [guide]).joined().filter { $0.x.isFinite && $0.y.isFinite }
    let x = Axis(ranges.x, all.map(\.x))
    let y = Axis(ranges.y, all.map(\.y))
    let frame = Self.frame
    func place(_ point: Point) -> Point {
      (
        frame.left + x.share(of: point.x) * (frame.right - frame.left),
        frame.bottom - y.share(of: point.y) * (frame.bottom - frame.top)
      )
    }
    var marks: HTML = ""
    for tick in x.ticks {
      let at = place((tick, y.range.lowerBound)).x
      marks +=
        "<path class=\"grid\" d=\"M\(at) \(frame.top)V\(frame.bottom)\"/><text x=\"\(at)\" y=\"\(frame.bottom + 16)\" text-anchor=\"middle\">\(x.text(tick))</text>\n"
    }
    for tick in y.ticks {
      let at = place((x.range.lowerBound, tick)).y
      marks +=
        "<path class=\"grid\" d=\"M\(frame.left) \(at)H\(frame.right)\"/><text x=\"\(frame.left - 6)\" y=\"\(at + 4)\" text-anchor=\"end\">\(y.text(tick))</text>\n"
    }
    if !guide.isEmpty {
      marks += "<path class=\"guide\" d=\"\(Self.path(guide.map(place)))\"/>\n"
    }
    for (index, series) in series.enumerated() {
      let points = series.points.filter { $0.x.isFinite && $0.y.isFinite }.map(place)
      let color = "s\(index % 10)"
      if series.isLine {
        marks += "<path class=\"line \(color)\" d=\"\(Self.path(points))\"/>\n"
      }
      if series.isMarked || !series.isLine {
        marks += "<path class=\"dots \(color)\" d=\"\(Self.dots(points))\"/>\n"
      }
    }
    let (width, height) = Self.size
    let middle = (frame.left + frame.right) / 2
    return """
      <figure class="chart"><svg viewBox="0 0 \(width) \(height)" role="img" aria-label="\(title)">
      \(marks)<path class="frame" d="M\(frame.left) \(frame.top)V\(frame.bottom)H\(frame.right)"/>
      <text x="\(middle)" y="\(height - 8)" text-anchor="middle">\(axes.x)</text>
      <text transform="translate(13 \((frame.top + frame.bottom) / 2)) rotate(-90)" text-anchor="middle">\(axes.y)</text>
      </svg><figcaption>\(caption)\(legend)</figcaption></figure>

      """
  }

  private var legend: HTML {
    guard series.count > 1 else { return "" }
    let items = series.enumerated().map { index, series -> HTML in
      """
      <li><svg class="key" viewBox="0 0 24 10" aria-hidden="true"><path class="line \("s\(index % 10)")" d="M1 5H23"/></svg>\(series.name)</li>
      """
    }
    return "<ul class=\"legend\">\(items)</ul>"
  }

  /// A path through points.
  private static func path(_ points: [Point]) -> HTML {
    let parts = points.enumerated().map { index, point -> HTML in
      index == 0 ? "M\(point.x) \(point.y)" : "L\(point.x) \(point.y)"
    }
    return "\(parts)"
  }

  /// A dot at each point; of several at one place one.
  private static func dots(_ points: [Point]) -> HTML {
    var seen: Set<Int> = []
    let parts = points.compactMap { point -> HTML? in
      // Dots are three units wide: those closer than one and a half cover each other.
      let (column, row) = (Int(point.x / 1.5), Int(point.y / 1.5))
      guard seen.insert(column * 1_000 + row).inserted else { return nil }
      return "M\(point.x) \(point.y)h0"
    }
    return "\(parts)"
  }
}

/// The range of values along an axis, with round values to mark.
private struct Axis {
  let range: ClosedRange<Double>
  let ticks: [Double]
  private let decimals: Int

  init(_ range: ClosedRange<Double>?, _ values: [Double]) {
    var low = range?.lowerBound ?? values.min() ?? 0
    var high = range?.upperBound ?? values.max() ?? 1
    if !(high - low > 0 && (high - low).isFinite) {
      // All values are one, or too far apart for a difference.
      let room = max(abs(low), 1) / 2
      (low, high) = low.isFinite && high == low ? (low - room, low + room) : (low / 4, high / 4)
    } else if range == nil {
      let margin = (high - low) * 0.04
      (low, high) = (low - margin, high + margin)
    }
    self.range = low...max(low.nextUp, high)
    let rough = (high - low) / 5
    let power = pow(10, floor(log10(rough)))
    let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= rough } ?? rough
    decimals = max(0, Int(-floor(log10(step) + 1e-9)))
    let first = (low / step).rounded(.up)
    ticks = (0..<12).map { (first + Double($0)) * step }.filter { $0 <= high + step * 1e-9 }
  }

  func share(of value: Double) -> Double {
    (value - range.lowerBound) / (range.upperBound - range.lowerBound)
  }

  /// A tick in few characters.
  func text(_ value: Double) -> String {
    guard abs(value) < 1e5, decimals <= 4 else { return compact(value) }
    let scale = pow(10, Double(decimals))
    let parts = Int((abs(value) * scale).rounded())
    let sign = value < 0 && parts > 0 ? "−" : ""
    guard decimals > 0 else { return "\(sign)\(parts)" }
    let whole = Int(scale)
    return "\(sign)\(parts / whole).\(String(whole + parts % whole).dropFirst())"
  }
}

/// A row of bars that fits into a cell of a table.
struct Histogram {
  private var counts = Array(repeating: 0, count: 24)
  /// The minimum, the maximum and the mean of the values.
  let (minimum, maximum, mean): (Double, Double, Double)

  /// Counts values, all finite and at least one.
  init(_ values: some Collection<Double>) {
    var (low, high, sum) = (Double.infinity, -Double.infinity, 0.0)
    for value in values {
      low = min(low, value)
      high = max(high, value)
      sum += value / Double(values.count)
    }
    (minimum, maximum, mean) = (low, high, sum)
    let width = high / 24 - low / 24
    for value in values {
      let place = width > 0 ? (value / 24 - low / 24) / width * 24 : 12
      counts[min(23, max(0, Int(place.isFinite ? place : 12)))] += 1
    }
  }

  /// The counts as columns.
  ///
  /// - Parameter name: What was counted.
  func html(_ name: String) -> HTML {
    let most = Double(max(1, counts.max() ?? 1))
    let bars = counts.enumerated().filter { $0.element > 0 }.map { index, count -> HTML in
      let height = max(1, Double(count) / most * 30)
      return "M\(index * 5) 32v\(-height)h4v\(height)z"
    }
    let range = "from \(compact(minimum)) to \(compact(maximum)), mean \(compact(mean))"
    return """
      <svg class="bars" viewBox="0 0 119 34" role="img" aria-label="\(name): \(range)"><path class="bar" d="\(bars)"/><path class="frame" d="M0 32.5H119"/></svg>
      """
  }
}

/// A square picture of values, of 32 pixels or fewer in each direction: larger ones are averaged.
struct PixelPicture {
  /// How values become shades.
  enum Shades {
    /// Ink on paper: from a value that is white to one that is black.
    case ink(ClosedRange<Double>)
    /// Two colours for values below and above 0, up to a largest absolute value.
    case signed(Double)
  }

  private static let levels = 15.0
  private static let signedLevels = 7.0

  /// The picture.
  ///
  /// - Parameters:
  ///   - values: The values of a square, row after row.
  ///   - name: What it shows.
  static func html(_ values: [Double], side: Int, _ shades: Shades, _ name: String) -> HTML {
    let factor = (side + 31) / 32
    let small = (side + factor - 1) / factor
    var runs: [String: HTML] = [:]
    for y in 0..<small {
      var x = 0
      while x < small {
        let shade = shade(averaged(values, side, factor, x, y), shades)
        var end = x + 1
        while end < small, Self.shade(averaged(values, side, factor, end, y), shades) == shade {
          end += 1
        }
        if let shade { runs[shade, default: ""] += "M\(x) \(y)h\(end - x)" }
        x = end
      }
    }
    let paths = runs.sorted { $0.key < $1.key }.map { shade, path -> HTML in
      "<path class=\"\(shade)\" d=\"\(path)\"/>"
    }
    return """
      <svg class="pixels" viewBox="0 -0.5 \(small) \(small)" role="img" aria-label="\(name)">\(paths)</svg>
      """
  }

  private static func averaged(
    _ values: [Double], _ side: Int, _ factor: Int, _ x: Int, _ y: Int
  ) -> Double {
    guard factor > 1 else { return values[y * side + x] }
    var (sum, count) = (0.0, 0.0)
    for row in y * factor..<min(side, (y + 1) * factor) {
      for column in x * factor..<min(side, (x + 1) * factor) {
        sum += values[row * side + column]
        count += 1
      }
    }
    return sum / count
  }

  /// The class of a shade; `nil` for paper.
  private static func shade(_ value: Double, _ shades: Shades) -> String? {
    switch shades {
    case .ink(let range):
      let size = range.upperBound - range.lowerBound
      // max(0, NaN) is 0.
      let share = size > 0 ? min(1, max(0, (value - range.lowerBound) / size)) : 0
      let level = Int((share * levels).rounded())
      return level == 0 ? nil : "k\(level)"
    case .signed(let largest):
      let share = largest > 0 ? min(1, max(-1, value / largest)) : 0
      let level = Int((share * signedLevels).rounded())
      return level == 0 ? nil : level < 0 ? "n\(-level)" : "p\(level)"
    }
  }
}
