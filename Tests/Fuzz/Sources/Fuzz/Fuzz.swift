import Coefs

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

// libFuzzer brings its own main, which calls these two functions by their names in C.

/// What the fuzzer calls, by the name that comes first on the command line.
nonisolated(unsafe) private var target = Target.part(.header)

/// Takes the name of the target, the first argument, away from those that are libFuzzer's; or, where
/// it is `seeds`, writes the first inputs of every target into folders and ends; or lists the targets.
@c(LLVMFuzzerInitialize)
public func initialize(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>
) -> CInt {
  let words = CommandLine.arguments
  if words.count == 4, words[1] == "seeds" {
    do {
      try writeSeeds(fixtures: words[2], to: words[3])
      exit(0)
    } catch {
      print("seeds: \(error)")
      exit(1)
    }
  }
  if words.count == 2, words[1] == "list" {
    for target in Target.all { print(target.name) }
    exit(0)
  }
  guard words.count > 1, let named = Target.all.first(where: { $0.name == words[1] }) else {
    let names = Target.all.map(\.name).joined(separator: "|")
    print(
      "usage: Fuzz \(names) LIBFUZZER-OPTION… FOLDER…\n       Fuzz list\n       Fuzz seeds FIXTURES FOLDER"
    )
    exit(64)
  }
  unsafe target = named
  // The program's name moves one place on.
  unsafe arguments.pointee[1] = arguments.pointee[0]
  unsafe arguments.pointee += 1
  unsafe count.pointee -= 1
  return 0
}

/// Runs the target on one input. Whatever it throws is as it should be; it must not trap.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  let input = unsafe ContiguousArray(UnsafeBufferPointer(start: data, count: size))
  do {
    try unsafe target.run(input)
  } catch {
    // Errors quote the file: a description that traps is a finding as well.
    precondition(!"\(error)".isEmpty)
  }
  return 0
}
