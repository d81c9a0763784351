#include <zlib.h>

/// Starts the raw deflate stream that CPython's zipfile writes: level -1, window 15, memory level 8.
/// (`deflateInit2` is a macro, which Swift cannot call.)
static inline int czlib_deflate_init(z_stream *stream) {
  return deflateInit2(stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
}

/// Starts to inflate: 15 window bits for zlib's wrapping (RFC 1950), 31 for gzip's (RFC 1952), -15 for none
/// (RFC 1951).
static inline int czlib_inflate_init(z_stream *stream, int window_bits) {
  return inflateInit2(stream, window_bits);
}
