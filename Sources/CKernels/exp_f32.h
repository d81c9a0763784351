#define T float
#define INT int
#define EXP_MAX 89.0f
#define EXP_MIN -105.0f
#define EXP_SHIFT 0x1.8p23f
#define EXP_LOG2E 0x1.715476p0f
// The first 15 bits of ln 2, so that their product with n is exact, and the rest.
#define EXP_LN2_HIGH 0x1.62e4p-1f
#define EXP_LN2_LOW 0x1.7f7d1cp-20f
#define EXP_BIAS 127
#define EXP_FRACTION_BITS 23
#define EXP_TERMS 6
#define EXP_COEFFICIENTS inverse_factorials_f32
