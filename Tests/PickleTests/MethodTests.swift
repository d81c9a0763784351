import Files
import Pickle
import Sklearn
import Testing

/// `getattr` in a pickle, which names a bound method, and what else it could be used for.
struct MethodTests {
  private static let getattr = "cbuiltins\ngetattr\n"
  /// An object of a class that a network's pickle may name.
  private static let known = "cnumpy.random._mt19937\nMT19937\n)\u{1}"
  private static let name = PickleGlobal("builtins", "getattr")

  private static func text(_ value: String) -> String { "V\(value)\n" }

  private static func call(_ function: String, _ arguments: String...) -> String {
    "\(function)(\(arguments.joined())tR"
  }

  /// A pickle of protocol 2; NEWOBJ, which is no ASCII, is written as 1.
  private static func pickle(_ operations: String) -> ContiguousArray<UInt8> {
    ContiguousArray([0x80, 2] + Array((operations + ".").utf8).map { $0 == 1 ? 0x81 : $0 })
  }

  private static let method = call(getattr, known, text("_entropy"))

  @Test(arguments: [method, "](\(method)\(method)e", "}(\(text("vecentropy"))\(method)u"])
  func `the method of an object of a known class is data`(_ operations: String) throws {
    for names in [PickleNames.networks, .anyBesideNetworks] {
      let pickle = try Pickle(parsing: Self.pickle(operations), names: names)
      #expect(pickle.mentions.first?.global == Self.name)
      let unknown = pickle.mentions.filter { !$0.isKnown }
      #expect(unknown.isEmpty)
    }
  }

  static let hostile: [(what: String, operations: String)] = [
    ("of a class", call(getattr, "cnumpy\nndarray\n", text("tofile"))),
    ("of an unknown object", call(getattr, "csubprocess\nPopen\n)\u{1}", text("kill"))),
    ("of a text", call(getattr, text("{0}"), text("format"))),
    ("of what a call gives", call(getattr, call("ccollections\nOrderedDict\n"), text("clear"))),
    ("of a module", call(getattr, call("cbuiltins\n__import__\n", text("os")), text("system"))),
    ("one of Python's own", call(getattr, known, text("__class__"))),
    ("a path", call(getattr, known, text("a.b"))),
    ("a computed name", call(getattr, known, call("c_codecs\nencode\n", text("lock")))),
    ("with a default", call(getattr, known, text("lock"), "N")),
    ("called", call(method, "I3\n")),
    ("called by an object", call(call(getattr, known, text("a")), "](I1\ne")),
    ("with a state", "\(method)}b"),
    ("as a value next to a method", "](\(getattr)\(method)e"),
    ("as an argument", call("ccollections\ndefaultdict\n", getattr)),
    ("as a state", "\(known)\(getattr)b"),
    ("as a class", "\(getattr)(\(known)\(text("lock"))t\u{1}"),
    ("alone", getattr),
    ("before what is not sound", "\(method)0\u{2}"),
  ]

  @Test(arguments: hostile)
  func `anything else is an unknown name`(_ what: String, _ operations: String) throws {
    let file = Self.pickle(operations)
    for names in [PickleNames.networks, .arrays] {
      #expect(failure(file, names: names) == .unknownName(offset: offset(of: file), Self.name))
    }
    guard let pickle = try? Pickle(parsing: file, names: .anyBesideNetworks) else { return }
    #expect(pickle.mentions.first { $0.global == Self.name }?.isKnown == false)
  }

  @Test func `a method of an object that only a network has is none of an array's`() throws {
    let estimator = "csklearn.pipeline\nPipeline\n)\u{1}"
    let file = Self.pickle(Self.call(Self.getattr, estimator, Self.text("fit")))
    #expect(failure(file) == nil)
    #expect(failure(file, names: .arrays) != nil)
  }

  /// Where getattr is mentioned first.
  private func offset(of file: ContiguousArray<UInt8>) -> Int {
    let name = Array(Self.getattr.utf8)
    return file.indices.first { file[$0...].starts(with: name) } ?? -1
  }
}
