import Files
import Platform
import TestSupport
import Testing

private typealias Bytes = ContiguousArray<UInt8>

/// Writes a file in one go.
private func save(
  _ bytes: ContiguousArray<UInt8>, to path: String, replacing: Bool
) throws(FileError) {
  var file = try AtomicFile(path: path, replacing: replacing)
  try file.write(bytes.span)
  try file.commit()
}

/// The error of writing a file.
private func failure(_ path: String, replacing: Bool) -> FileError? {
  do throws(FileError) {
    try save([1], to: path, replacing: replacing)
    return nil
  } catch {
    return error
  }
}

@Suite struct AtomicFileTests {
  @Test(arguments: [false, true])
  func `a new file appears whole, with the umask's mode`(replacing: Bool) throws {
    try withTemporaryFolder { folder in
      writeFile("\(folder)/usual", [])
      var file = try AtomicFile(path: "\(folder)/new", replacing: replacing)
      let first: Bytes = [1, 2]
      let second: Bytes = [3]
      try file.write(first.span)
      try file.write(second.span)
      #expect(try fileNames(in: folder).filter { $0 == "new" }.isEmpty)
      try file.commit()
      #expect(try fileNames(in: folder) == ["new", "usual"])
      #expect(readFile("\(folder)/new") == [1, 2, 3])
      #expect(mode(of: "\(folder)/new") == mode(of: "\(folder)/usual"))
    }
  }

  @Test func `a file is replaced when that is asked for, and keeps its mode`() throws {
    try withTemporaryFolder { folder in
      writeFile("\(folder)/a", [9])
      #expect(unsafe chmod("\(folder)/a", 0o640) == 0)
      #expect(failure("\(folder)/a", replacing: false) == .outputExists)
      #expect(readFile("\(folder)/a") == [9])
      try save([1, 2], to: "\(folder)/a", replacing: true)
      #expect(readFile("\(folder)/a") == [1, 2])
      #expect(mode(of: "\(folder)/a") == 0o640)
      #expect(try fileNames(in: folder) == ["a"])
    }
  }

  @Test func `a file that appears meanwhile is not replaced`() throws {
    try withTemporaryFolder { folder in
      var file = try AtomicFile(path: "\(folder)/a", replacing: false)
      let bytes: Bytes = [1]
      try file.write(bytes.span)
      writeFile("\(folder)/a", [9])
      var error: FileError?
      do throws(FileError) { try file.commit() } catch let caught { error = caught }
      #expect(error == .outputExists)
      #expect(readFile("\(folder)/a") == [9])
      #expect(try fileNames(in: folder) == ["a"])
    }
  }

  @Test func `what was written can be read before it takes the place of another`() throws {
    try withTemporaryFolder { folder in
      writeFile("\(folder)/a", [9])
      // Not even the owner may read it afterwards.
      #expect(unsafe chmod("\(folder)/a", 0o200) == 0)
      var file = try AtomicFile(path: "\(folder)/a", replacing: true)
      let bytes: Bytes = [1, 2, 3]
      try file.write(bytes.span)
      let written = try file.readBack()
      #expect(written.count == 3)
      #expect(try written.read(at: 0, count: 3) == bytes)
      #expect(unsafe chmod("\(folder)/a", 0o600) == 0)
      #expect(readFile("\(folder)/a") == [9])
      try file.commit()
      #expect(mode(of: "\(folder)/a") == 0o200)
      // The descriptor is one of its own.
      #expect(try written.read(at: 1, count: 2) == [2, 3])
    }
  }

  @Test func `an abandoned file leaves nothing`() throws {
    try withTemporaryFolder { folder in
      do {
        var file = try AtomicFile(path: "\(folder)/a", replacing: true)
        let bytes: Bytes = [1]
        try file.write(bytes.span)
        #expect(try fileNames(in: folder).count == 1)
      }
      #expect(try fileNames(in: folder).isEmpty)
    }
  }

  @Test func `a symbolic link stays, and what it leads to is replaced`() throws {
    try withTemporaryFolder { folder in
      writeFile("\(folder)/real", [9])
      #expect(unsafe symlink("real", "\(folder)/link") == 0)
      #expect(failure("\(folder)/link", replacing: false) == .outputExists)
      try save([1], to: "\(folder)/link", replacing: true)
      #expect(readFile("\(folder)/real") == [1])
      var status = stat()
      #expect(unsafe lstat("\(folder)/link", &status) == 0)
      #expect(status.st_mode & S_IFMT == S_IFLNK)
      #expect(unsafe symlink("missing", "\(folder)/dangling") == 0)
      #expect(failure("\(folder)/dangling", replacing: true) == .danglingLink)
      #expect(unsafe symlink("loop", "\(folder)/loop") == 0)
      #expect(failure("\(folder)/loop", replacing: true) == .cannotCreate(errno: ELOOP))
    }
  }

  @Test func `what is no file is not replaced`() throws {
    try withTemporaryFolder { folder in
      #expect(failure(folder, replacing: true) == .outputNotAFile(.folder))
      #expect(failure("\(folder)/new/", replacing: true) == .outputNotAFile(.folder))
      #expect(failure("/dev/null", replacing: true) == .outputNotAFile(.device))
      #expect(unsafe mkfifo("\(folder)/pipe", 0o600) == 0)
      #expect(failure("\(folder)/pipe", replacing: true) == .outputNotAFile(.pipe))
      #expect(failure("\(folder)/no/file", replacing: true) == .cannotCreate(errno: ENOENT))
      #expect(failure("", replacing: true) == .outputNotAFile(.folder))
    }
  }

  @Test(.enabled(if: getuid() != 0, "root may write everywhere"))
  func `a folder that may not be written`() throws {
    try withTemporaryFolder { folder in
      #expect(unsafe chmod(folder, 0o500) == 0)
      #expect(failure("\(folder)/a", replacing: true) == .cannotCreate(errno: EACCES))
      #expect(unsafe chmod(folder, 0o700) == 0)
    }
  }

  @Test func `a name as long as a name can be`() throws {
    try withTemporaryFolder { folder in
      let name = String(repeating: "é", count: 127)
      try save([1], to: "\(folder)/\(name)", replacing: false)
      #expect(try fileNames(in: folder) == [name])
    }
  }

  @Test func `a descriptor takes the same bytes`() throws {
    try withTemporaryFolder { folder in
      let descriptor = unsafe open("\(folder)/a", O_WRONLY | O_CREAT, 0o600)
      var sink = DescriptorSink(descriptor: descriptor)
      let bytes: Bytes = [1, 2, 3]
      try sink.write(bytes.span)
      close(descriptor)
      #expect(throws: FileError.writeFailed(errno: EBADF)) { try sink.write(bytes.span) }
      #expect(readFile("\(folder)/a") == [1, 2, 3])
    }
  }
}

/// Writes a file, and sends this thread a signal while it is open.
private func save(to path: String, sending signal: Int32) throws(FileError) {
  // The threads that run tests hold such signals back already, and so may whoever started the tests.
  var wanted = sigset_t()
  unsafe sigemptyset(&wanted)
  unsafe sigaddset(&wanted, signal)
  unsafe pthread_sigmask(SIG_UNBLOCK, &wanted, nil)
  var file = try AtomicFile(path: path, replacing: true)
  let bytes: ContiguousArray<UInt8> = [1, 2, 3]
  try file.write(bytes.span)
  pthread_kill(pthread_self(), signal)
  try file.write(bytes.span)
  try file.commit()
}

/// Lets no file of this process grow beyond a size.
private func limitFiles(to size: rlim_t) {
  var limit = rlimit(rlim_cur: size, rlim_max: size)
  #if canImport(Glibc)
    unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
  #else
    unsafe setrlimit(RLIMIT_FSIZE, &limit)
  #endif
}

/// These change a whole process, so each runs in one of its own.
@Suite struct AtomicFileProcessTests {
  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func `a signal ends the process, and leaves nothing`(number: Int32) async throws {
    try await withTemporaryFolder { folder async throws in
      await #expect(processExitsWith: .signal(number)) {
        [folder = folder as String, number = number as Int32] in
        // Ignored by whoever started the tests, it would be ignored here.
        signal(number, SIG_DFL)
        try save(to: "\(folder)/a", sending: number)
      }
      #expect(try fileNames(in: folder).isEmpty)
    }
  }

  @Test func `a signal that the process ignores changes nothing`() async throws {
    try await withTemporaryFolder { folder async throws in
      await #expect(processExitsWith: .success) { [folder = folder as String] in
        _ = signal(SIGHUP, SIG_IGN)
        try save(to: "\(folder)/a", sending: SIGHUP)
      }
      #expect(readFile("\(folder)/a") == [1, 2, 3, 1, 2, 3])
      #expect(try fileNames(in: folder) == ["a"])
    }
  }

  @Test func `a file that grows too large is an error, and leaves nothing`() async throws {
    try await withTemporaryFolder { folder async throws in
      writeFile("\(folder)/a", [9])
      await #expect(processExitsWith: .exitCode(42)) { [folder = folder as String] in
        limitFiles(to: 100_000)
        let bytes = ContiguousArray<UInt8>(repeating: 1, count: 200_000)
        do throws(FileError) {
          try save(bytes, to: "\(folder)/a", replacing: true)
        } catch {
          exit(error == .writeFailed(errno: EFBIG) ? 42 : 1)
        }
      }
      #expect(try fileNames(in: folder) == ["a"])
      #expect(readFile("\(folder)/a") == [9])
    }
  }
}
