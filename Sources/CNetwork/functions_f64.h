// The constants of the functions for `double`; see functions_body.h.

#define T double
#define INT long long
#define TYPE(x) x##_f64
// Elements of a register of so many bits.
#define LANES_128 2
#define LANES_256 4
#define LANES_512 8
// The first sum that an integer is rounded by: its unit in the last place is 1.
#define SHIFT 0x1.8p52
#define LOG2_E 0x1.71547652b82fep0
// The first 33 bits of ln 2, so that their product with n is exact, and the rest.
#define LN2_HIGH 0x1.62e42feep-1
#define LN2_LOW 0x1.a39ef35793c76p-33
#define EXPONENT_BIAS 1023
#define FRACTION_BITS 52
// Beyond these e^x is infinite or 0, and 2^n takes two factors of at most 2^±SPLIT.
#define EXP_MAX 710.0
#define EXP_MIN -746.0
#define SPLIT 1000.0
// Beyond this tanh x rounds to 1.
#define TANH_MAX 20.0
// (e^r - 1 - r) / r² for |r| up to half of ln 2, by Remez' algorithm: e^r is within 2^-58 of its size. In
// pairs, which do not wait for each other.
#define SERIES(r, square)                                                                          \
  ((0x1.000000000000ap-1 + 0x1.55555555554fap-3 * (r)) +                                           \
   (0x1.555555555087cp-5 + 0x1.1111111127be5p-7 * (r)) * (square)) +                               \
      ((0x1.6c16c1842a11dp-10 + 0x1.a01a012a57b51p-13 * (r)) +                                     \
       (0x1.a0199a0c677acp-16 + 0x1.71df2552390c2p-19 * (r)) * (square) +                          \
       (0x1.28ad72cc30daap-22 + 0x1.ad7f6f0799ee2p-26 * (r)) * ((square) * (square))) *            \
          ((square) * (square))

// What AVX-512 has an instruction for.
#define SCALE_512(x, n) _mm512_scalef_pd((__m512d)(x), (__m512d)(n))
#define LOAD_PART_512(from, count, rest)                                                           \
  _mm512_mask_loadu_pd((__m512d)ALL(rest), (__mmask8)((1u << (count)) - 1), from)
#define STORE_PART_512(to, count, v)                                                               \
  _mm512_mask_storeu_pd(to, (__mmask8)((1u << (count)) - 1), (__m512d)(v))
