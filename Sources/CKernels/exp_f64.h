#define T double
#define INT long long
#define EXP_MAX 710.0
#define EXP_MIN -746.0
#define EXP_SHIFT 0x1.8p52
#define EXP_LOG2E 0x1.71547652b82fep0
// The first 33 bits of ln 2, so that their product with n is exact, and the rest.
#define EXP_LN2_HIGH 0x1.62e42feep-1
#define EXP_LN2_LOW 0x1.a39ef35793c76p-33
#define EXP_BIAS 1023
#define EXP_FRACTION_BITS 52
#define EXP_TERMS 12
#define EXP_COEFFICIENTS inverse_factorials_f64
