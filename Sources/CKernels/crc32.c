#include "CKernels.h"

// Four bits at a time, for what is too short to fold.
static uint32_t by_nibbles(uint32_t state, const unsigned char *bytes, size_t count) {
  static const uint32_t nibbles[16] = {
      0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
      0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c};
  for (size_t i = 0; i < count; i++) {
    state ^= bytes[i];
    state = state >> 4 ^ nibbles[state & 15];
    state = state >> 4 ^ nibbles[state & 15];
  }
  return state;
}

#if defined(__x86_64__)
#include <immintrin.h>

int ckernels_has_crc32(void) { return __builtin_cpu_supports("pclmul"); }

#pragma clang attribute push(__attribute__((target("pclmul,sse2"))), apply_to = function)

static inline __m128i load(const unsigned char *bytes) { return _mm_loadu_si128((const __m128i *)bytes); }

// Moves 128 bits on by as many bits as the powers in `by` say, and adds the bits that are there.
static inline __m128i fold(__m128i bits, __m128i by, __m128i there) {
  return _mm_xor_si128(_mm_xor_si128(_mm_clmulepi64_si128(bits, by, 0x00), _mm_clmulepi64_si128(bits, by, 0x11)),
                       there);
}

// The CRC-32 of 128 bits: they are shortened to 96 and to 64, and what the polynomial leaves of those is
// found by Barrett's reduction, with x^64 divided by the polynomial.
static inline uint32_t reduce(__m128i bits) {
  const __m128i low = _mm_set_epi32(0, 0, 0, -1);
  const __m128i by64 = _mm_set_epi64x(0x0ccaa009e, 0x163cd6124);
  const __m128i barrett = _mm_set_epi64x(0x1f7011641, 0x1db710641);
  bits = _mm_xor_si128(_mm_srli_si128(bits, 8), _mm_clmulepi64_si128(bits, by64, 0x10));
  bits = _mm_xor_si128(_mm_srli_si128(bits, 4), _mm_clmulepi64_si128(_mm_and_si128(bits, low), by64, 0x00));
  __m128i times = _mm_and_si128(_mm_clmulepi64_si128(_mm_and_si128(bits, low), barrett, 0x10), low);
  return (uint32_t)_mm_cvtsi128_si32(
      _mm_srli_si128(_mm_xor_si128(bits, _mm_clmulepi64_si128(times, barrett, 0x00)), 4));
}

// V. Gopal et al., "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ Instruction" (Intel, 2009):
// a message may be shortened by multiplying its beginning by x^n modulo the polynomial, and adding that
// n bits further on.
uint32_t ckernels_crc32(uint32_t crc, const void *message, size_t count) {
  const unsigned char *bytes = message;
  uint32_t state = ~crc;
  if (count >= 64) {
    // x^(512 + 32), x^(512 - 32) and x^(128 + 32), x^(128 - 32), each modulo the polynomial, reflected.
    const __m128i by512 = _mm_set_epi64x(0x1c6e41596, 0x154442bd4);
    const __m128i by128 = _mm_set_epi64x(0x0ccaa009e, 0x1751997d0);
    __m128i a = _mm_xor_si128(load(bytes), _mm_cvtsi32_si128((int)state));
    __m128i b = load(bytes + 16), c = load(bytes + 32), d = load(bytes + 48);
    for (bytes += 64, count -= 64; count >= 64; bytes += 64, count -= 64) {
      a = fold(a, by512, load(bytes));
      b = fold(b, by512, load(bytes + 16));
      c = fold(c, by512, load(bytes + 32));
      d = fold(d, by512, load(bytes + 48));
    }
    a = fold(fold(fold(a, by128, b), by128, c), by128, d);
    for (; count >= 16; bytes += 16, count -= 16) a = fold(a, by128, load(bytes));
    state = reduce(a);
  }
  return ~by_nibbles(state, bytes, count);
}

#pragma clang attribute pop
#else
int ckernels_has_crc32(void) { return 0; }

uint32_t ckernels_crc32(uint32_t crc, const void *bytes, size_t count) {
  return ~by_nibbles(~crc, bytes, count);
}
#endif
