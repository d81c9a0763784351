// Loops over bytes and calls of the system that Swift has no words for.

#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Swaps the axes of a matrix of `rows` × `columns` elements of `item` bytes each.
///
/// Element (i, j) goes from source + i * source_row + j * item to target + j * target_row + i * item;
/// both strides are in bytes, and nothing need be aligned. The two must not overlap.
void cbytes_transpose(size_t rows, size_t columns, size_t item, const void *source,
                      size_t source_row, void *target, size_t target_row);

/// The CRC-32 of ZIP (reflected, polynomial 0xEDB88320) of bytes that follow others, whose CRC-32 is
/// `crc`; 0 where there are none.
uint32_t cbytes_crc32(uint32_t crc, const void *bytes, size_t count);

/// The CRC-32 of two runs of bytes, one after the other, from the CRC-32 of each and the length of the second.
uint32_t cbytes_crc32_combine(uint32_t first, uint32_t second, uint64_t count);

/// Changes the state of a SHA-256 (FIPS 180-4) by so many blocks of 64 bytes.
void cbytes_sha256(uint32_t state[8], const uint8_t *bytes, size_t blocks);

/// Tells the system that this memory, which nobody has touched yet, will be filled from end to end, so
/// that it comes in large pages: the faults of small ones take four times as long as the filling.
void cbytes_will_fill(void *memory, size_t count);

/// Asks for room on the disk for `count` bytes at the position of an open file, without making the file
/// longer. Returns 0, or why there is none: an `errno`.
int cbytes_will_write(int descriptor, size_t count);

/// Whether this process ignores a signal. (The fields of `sigaction` have other names on each system.)
int cbytes_ignores_signal(int signal);

#ifdef __cplusplus
}
#endif
