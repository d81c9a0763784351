// The constants of the functions for `float`; see functions_body.h.

#define T float
#define INT int
#define TYPE(x) x##_f32
// Elements of a register of so many bits.
#define LANES_128 4
#define LANES_256 8
#define LANES_512 16
// The first sum that an integer is rounded by: its unit in the last place is 1.
#define SHIFT 0x1.8p23f
#define LOG2_E 0x1.715476p0f
// The first 15 bits of ln 2, so that their product with n is exact, and the rest.
#define LN2_HIGH 0x1.62e4p-1f
#define LN2_LOW 0x1.7f7d1cp-20f
#define EXPONENT_BIAS 127
#define FRACTION_BITS 23
// Beyond these e^x is infinite or 0, and 2^n takes two factors of at most 2^±SPLIT.
#define EXP_MAX 89.0f
#define EXP_MIN -105.0f
#define SPLIT 100.0f
// Beyond this tanh x rounds to 1.
#define TANH_MAX 10.0f
// (e^r - 1 - r) / r² for |r| up to half of ln 2, by Remez' algorithm: e^r is within 2^-28 of its size.
#define SERIES(r, square)                                                                          \
  (0x1.fffffcp-2f + 0x1.555492p-3f * (r)) +                                                        \
      ((0x1.5558f2p-5f + 0x1.1239e2p-7f * (r)) + 0x1.6a2434p-10f * (square)) * (square)

// What AVX-512 has an instruction for.
#define SCALE_512(x, n) _mm512_scalef_ps((__m512)(x), (__m512)(n))
#define LOAD_PART_512(from, count, rest)                                                           \
  _mm512_mask_loadu_ps((__m512)ALL(rest), (__mmask16)((1u << (count)) - 1), from)
#define STORE_PART_512(to, count, v)                                                               \
  _mm512_mask_storeu_ps(to, (__mmask16)((1u << (count)) - 1), (__m512)(v))
