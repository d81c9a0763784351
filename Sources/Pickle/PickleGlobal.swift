/// A name in a pickle: a module and what Python would look up in it. Here it is two words, and nothing
/// is ever looked up.
public struct PickleGlobal: Hashable, Sendable {
  /// The module: `sklearn.neural_network._multilayer_perceptron`.
  public let module: String
  /// The name within it: `MLPClassifier`. It may hold dots, which mean nothing here.
  public let name: String

  /// The pair of these words.
  ///
  /// - Parameters:
  ///   - module: The module.
  ///   - name: The name within it.
  public init(_ module: String, _ name: String) {
    self.module = module
    self.name = name
  }
}

extension PickleGlobal {
  /// Whether both are the same bytes. (Swift's strings are equal where only their normal forms are:
  /// the Kelvin sign is a K.)
  public static func == (one: PickleGlobal, other: PickleGlobal) -> Bool {
    one.module.hasBytes(of: other.module) && one.name.hasBytes(of: other.name)
  }

  /// Hashes the bytes.
  public func hash(into hasher: inout Hasher) {
    for word in [module, name] {
      var word = word
      word.withUTF8 { unsafe hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
      hasher.combine(UInt8.max)
    }
  }
}

extension String {
  /// Whether both are the same bytes. A file can have two names compared a million times, so that it is done
  /// in place, eight bytes at a time.
  fileprivate func hasBytes(of other: String) -> Bool {
    guard utf8.count == other.utf8.count else { return false }
    var (one, other) = (self, other)
    return one.withUTF8 { one in
      other.withUTF8 { other in
        // As many bytes as there are in both.
        let (one, other) = (UnsafeRawBufferPointer(one), UnsafeRawBufferPointer(other))
        let whole = one.count & ~7
        for offset in stride(from: 0, to: whole, by: 8) {
          let word = unsafe one.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
          guard unsafe word == other.loadUnaligned(fromByteOffset: offset, as: UInt64.self) else {
            return false
          }
        }
        return unsafe one[whole...].elementsEqual(other[whole...])
      }
    }
  }
}

extension PickleGlobal: CustomStringConvertible {
  /// `posix.system`: the two words with a dot between. What is not printable ASCII is escaped, and
  /// what is very long is cut, so that it can be shown on a terminal.
  public var description: String { printable(module + "." + name) }
}

/// A text of a file in a form that can be shown: ASCII, escaped, and not too long.
func printable(_ text: String) -> String {
  let longest = 200
  var shown = ""
  for scalar in text.unicodeScalars.prefix(longest) { shown += scalar.escaped(asASCII: true) }
  return text.unicodeScalars.count > longest ? shown + "…" : shown
}
