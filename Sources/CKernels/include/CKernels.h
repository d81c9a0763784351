// The few hot loops, in C because Swift has no instruction set of a function's own. Each is compiled
// for several, and the best that the processor has is chosen at run time.

#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// C = A B, or C += A B where `accumulate` is not 0.
///
/// A is m × k, its element (i, p) at a[i * a_row + p * a_column], so that it may lie transposed; B is
/// k × n likewise; C is m × n, row-major with rows `c_row` apart. Every element of C is the sum of its k
/// products in rising order of p, in blocks of ckernels_gemm_depth, whatever m and n are.
///
/// `scratch` has room for ckernels_gemm_scratch(m, n, k) elements.
void ckernels_gemm_f64(size_t m, size_t n, size_t k, const double *a, size_t a_row, size_t a_column,
                       const double *b, size_t b_row, size_t b_column, double *c, size_t c_row,
                       int accumulate, double *scratch);
void ckernels_gemm_f32(size_t m, size_t n, size_t k, const float *a, size_t a_row, size_t a_column,
                       const float *b, size_t b_row, size_t b_column, float *c, size_t c_row,
                       int accumulate, float *scratch);

/// The elements of scratch memory that a product of these sizes needs.
size_t ckernels_gemm_scratch(size_t m, size_t n, size_t k);

/// Replaces each of `count` numbers by e to its power; within 2 units in the last place, with NaN,
/// infinities and subnormal results as IEEE 754 has them.
void ckernels_exp_f64(size_t count, double *values);
void ckernels_exp_f32(size_t count, float *values);

/// Replaces each of `count` numbers by 1 / (1 + e^-x), with the same accuracy.
void ckernels_logistic_f64(size_t count, double *values);
void ckernels_logistic_f32(size_t count, float *values);

#ifdef __cplusplus
}
#endif
