#include "CNetwork.h"

#include <string.h>

// How many bytes before it is used a line is asked for that the other processor has written.
#define AHEAD 1024

#define NAME(x) x##_f64_base
#define T double
#define LANES 2
#include "step_body.h"
#define NAME(x) x##_f32_base
#define T float
#define LANES 4
#include "step_body.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma,prfchw"))), apply_to = function)
#define NAME(x) x##_f64_avx2
#define T double
#define LANES 4
#include "step_body.h"
#define NAME(x) x##_f32_avx2
#define T float
#define LANES 8
#include "step_body.h"
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512dq,avx2,fma,prfchw"))), apply_to = function)
#define NAME(x) x##_f64_avx512
#define T double
#define LANES 8
#include "step_body.h"
#define NAME(x) x##_f32_avx512
#define T float
#define LANES 16
#include "step_body.h"
#pragma clang attribute pop

#define CALL(function, type, ...)                                                                  \
  (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&                      \
           __builtin_cpu_supports("avx512dq")                                                      \
       ? function##_##type##_avx512(__VA_ARGS__)                                                   \
   : __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")                               \
       ? function##_##type##_avx2(__VA_ARGS__)                                                     \
       : function##_##type##_base(__VA_ARGS__))
#else
#define CALL(function, type, ...) function##_##type##_base(__VA_ARGS__)
#endif

#define EACH_TYPE(type, T)                                                                         \
  void cnetwork_add_row_##type(size_t rows, size_t columns, const T *row, T *matrix) {             \
    CALL(add_row, type, rows, columns, row, matrix);                                               \
  }                                                                                                \
  void cnetwork_sum_rows_##type(size_t rows, size_t columns, const T *matrix, T *sums) {           \
    CALL(sum_rows, type, rows, columns, matrix, sums);                                             \
  }                                                                                                \
  void cnetwork_relu_##type(size_t count, T *values) { CALL(relu, type, count, values); }          \
  void cnetwork_times_logistic_slope_##type(size_t count, T *values, const T *a) {                 \
    CALL(times_logistic_slope, type, count, values, a);                                            \
  }                                                                                                \
  void cnetwork_times_tanh_slope_##type(size_t count, T *values, const T *a) {                     \
    CALL(times_tanh_slope, type, count, values, a);                                                \
  }                                                                                                \
  void cnetwork_times_relu_slope_##type(size_t count, T *values, const T *a) {                     \
    CALL(times_relu_slope, type, count, values, a);                                                \
  }                                                                                                \
  double cnetwork_adam_##type(size_t count, T *w, const T *sums, const T *more_sums, T *m, T *v,   \
                              const struct cnetwork_step *step) {                                  \
    return CALL(adam, type, count, w, sums, more_sums, m, v, step);                                \
  }                                                                                                \
  double cnetwork_sgd_##type(size_t count, T *w, const T *sums, const T *more_sums, T *velocity,   \
                             const struct cnetwork_step *step) {                                   \
    return CALL(sgd, type, count, w, sums, more_sums, velocity, NULL, step);                       \
  }
EACH_TYPE(f64, double)
EACH_TYPE(f32, float)
