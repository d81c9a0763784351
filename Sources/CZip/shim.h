#include <zip.h>
#include <zlib.h>

/// Starts the raw deflate stream that CPython's zipfile writes: level -1, window 15, memory level 8.
/// (`deflateInit2` is a macro, which Swift cannot call.)
static inline int czip_deflate_init(z_stream *stream) {
  return deflateInit2(stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
}
