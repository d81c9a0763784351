// What the parts of the forward pass share.

#pragma once

#include "CNetwork.h"

#include <stddef.h>

#define INLINE static inline __attribute__((always_inline, unused))
#define NOINLINE __attribute__((noinline))
#define UNROLL _Pragma("clang loop unroll(full)")
// A loop that is gone before its time to be unrolled has come is no failure.
#pragma clang diagnostic ignored "-Wpass-failed"

// The vector at hand, and one of equal numbers.
#define V NAME(vector)
#define ALL(x) ((V){0} + (T)(x))

// The weights of so many outputs, side by side for each input: two cache lines.
#define WIDTH (128 / sizeof(T))
// The most vectors of outputs that are summed up at a time for a row alone.
#define ROW_VECTORS 4

// A number's activation takes about as long as so many products.
#define ACTIVATION_WORK 40
// Waking a thread is worth while for so many products, times the bytes of a number: some tenths of a millisecond.
#define THREAD_WORK 40e6
// And sharing with one that is awake for so many: some microseconds.
#define SHARED_WORK 0.4e6
// That is worth the waking of a thread by the system's own pool.
#define WOKEN_WORK 4e6

/// One type's functions for one instruction set.
struct kernels {
  void (*forward)(const struct cnetwork_layer *layers, size_t count, size_t rows, const void *input,
                  void *output, void *scratch, size_t half);
  void (*layer)(const struct cnetwork_layer *layer, size_t left, size_t right, size_t rows,
                const void *input, size_t a_row, void *output, size_t out_row);
  void (*finish)(const struct cnetwork_layer *last, size_t rows, void *values, size_t stride,
                 void *output);
  void (*activate)(int activation, size_t rows, size_t columns, void *values);
};

/// By instruction set, from the base upward.
extern const struct kernels *const cnetwork_all_f64[3], *const cnetwork_all_f32[3];

void cnetwork_pack_f64(size_t inputs, size_t outputs, const void *weights, const void *biases,
                       void *packed);
void cnetwork_pack_f32(size_t inputs, size_t outputs, const void *weights, const void *biases,
                       void *packed);

INLINE size_t round_up(size_t count, size_t multiple) {
  return (count + multiple - 1) / multiple * multiple;
}

/// The inputs of the first of two sums; few inputs have no second.
INLINE size_t first_half(size_t inputs) { return inputs < 32 ? inputs : inputs / 2; }

/// Whether rows of so many bytes, one behind the other, share too few places of the first-level cache.
INLINE int is_unlucky(size_t bytes) { return bytes % 1024 == 0; }

/// The distance of rows of so many bytes in scratch memory: whole cache lines.
INLINE size_t stride_of(size_t bytes) {
  const size_t lines = round_up(bytes, 64);
  return is_unlucky(lines) ? lines + 128 : lines;
}
