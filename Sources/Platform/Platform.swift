// The platform's C library, whichever it is. No other file of the package asks for it by name, so that a new
// platform is one line here.
//
// What no build on Linux with glibc compiles, and only another platform can check:
//
// - below, the libraries of Apple's platforms, of Musl and of Android;
// - `CBytes/crc32.c`, the instructions for CRC-32 of arm64;
// - `CNetwork/forward_sets.h`, the kernels for arm64 (NEON);
// - `CNetwork/pool.c` and `CBytes/system.c`, what is left out where Linux or glibc is not there: affinity, the
//   number of processors that a container may use, large pages, space that is reserved before a file is written;
// - `NPY/NPYScalar+Types.swift`, that `Float16` is missing on Intel Macs;
// - `Coefs/Foundation.swift` and `CoefsCommand/Output.swift`, Foundation where FoundationEssentials is not a module
//   of its own;
// - `Zip/MemberInflater.swift`, that Musl has no libzip.
//
// Offsets in files are `off_t`, modes are `mode_t` and flags are the imported constants everywhere, because their
// types differ between these platforms.

#if canImport(Darwin)
  @_exported public import Darwin
#elseif canImport(Glibc)
  @_exported public import Glibc
#elseif canImport(Musl)
  @_exported public import Musl
#elseif canImport(Bionic)
  @_exported public import Bionic
#endif
