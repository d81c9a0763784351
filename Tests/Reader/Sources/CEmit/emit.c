#include "emit.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ctype.h>

static const uint32_t K[64] = {
0x428a2f98,0x71374491,0xb5c0fbcf,0xe9b5dba5,0x3956c25b,0x59f111f1,0x923f82a4,0xab1c5ed5,
0xd807aa98,0x12835b01,0x243185be,0x550c7dc3,0x72be5d74,0x80deb1fe,0x9bdc06a7,0xc19bf174,
0xe49b69c1,0xefbe4786,0x0fc19dc6,0x240ca1cc,0x2de92c6f,0x4a7484aa,0x5cb0a9dc,0x76f988da,
0x983e5152,0xa831c66d,0xb00327c8,0xbf597fc7,0xc6e00bf3,0xd5a79147,0x06ca6351,0x14292967,
0x27b70a85,0x2e1b2138,0x4d2c6dfc,0x53380d13,0x650a7354,0x766a0abb,0x81c2c92e,0x92722c85,
0xa2bfe8a1,0xa81a664b,0xc24b8b70,0xc76c51a3,0xd192e819,0xd6990624,0xf40e3585,0x106aa070,
0x19a4c116,0x1e376c08,0x2748774c,0x34b0bcb5,0x391c0cb3,0x4ed8aa4a,0x5b9cca4f,0x682e6ff3,
0x748f82ee,0x78a5636f,0x84c87814,0x8cc70208,0x90befffa,0xa4506ceb,0xbef9a3f7,0xc67178f2};
typedef struct { uint32_t h[8]; uint8_t buf[64]; size_t used; uint64_t total; } sha;
static uint32_t ror(uint32_t x, int n) { return x >> n | x << (32 - n); }
static void block(sha *s, const uint8_t *p) {
  uint32_t w[64], v[8];
  for (int i = 0; i < 16; i++) w[i] = (uint32_t)p[4*i] << 24 | (uint32_t)p[4*i+1] << 16 | (uint32_t)p[4*i+2] << 8 | p[4*i+3];
  for (int i = 16; i < 64; i++) {
    uint32_t a = ror(w[i-15],7) ^ ror(w[i-15],18) ^ w[i-15] >> 3;
    uint32_t b = ror(w[i-2],17) ^ ror(w[i-2],19) ^ w[i-2] >> 10;
    w[i] = w[i-16] + a + w[i-7] + b;
  }
  memcpy(v, s->h, sizeof v);
  for (int i = 0; i < 64; i++) {
    uint32_t t = v[7] + (ror(v[4],6) ^ ror(v[4],11) ^ ror(v[4],25)) + ((v[4] & v[5]) ^ (~v[4] & v[6])) + K[i] + w[i];
    uint32_t u = (ror(v[0],2) ^ ror(v[0],13) ^ ror(v[0],22)) + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
    memmove(v + 1, v, 7 * sizeof *v);
    v[4] += t; v[0] = t + u;
  }
  for (int i = 0; i < 8; i++) s->h[i] += v[i];
}
static void add(sha *s, const uint8_t *p, size_t n) {
  s->total += n;
  while (n) {
    size_t take = 64 - s->used < n ? 64 - s->used : n;
    memcpy(s->buf + s->used, p, take);
    s->used += take; p += take; n -= take;
    if (s->used == 64) { block(s, s->buf); s->used = 0; }
  }
}
void emit(const char *name, size_t name_length, const char *dtype, const size_t *shape,
          size_t axes, int fortran, size_t item, size_t word, int big, const void *bytes,
          size_t count) {
  sha s = {{0x6a09e667,0xbb67ae85,0x3c6ef372,0xa54ff53a,0x510e527f,0x9b05688c,0x1f83d9ab,0x5be0cd19}, {0}, 0, 0};
  const uint8_t *p = bytes;
  size_t n = item ? count / item : 0, index[65] = {0}, stride[65] = {0};
  if (axes > 64) exit(1);
  size_t step = 1;
  if (fortran) for (size_t a = 0; a < axes; a++) { stride[a] = step; step *= shape[a]; }
  else for (size_t a = axes; a-- > 0;) { stride[a] = step; step *= shape[a]; }
  uint8_t *element = malloc(item ? item : 1);
  for (size_t i = 0; i < n; i++) {
    size_t at = 0;
    for (size_t a = 0; a < axes; a++) at += index[a] * stride[a];
    if (at < n) memcpy(element, p + at * item, item);
    if (big && word > 1)
      for (size_t w = 0; w + word <= item; w += word)
        for (size_t b = 0; b < word / 2; b++) {
          uint8_t t = element[w + b]; element[w + b] = element[w + word - 1 - b]; element[w + word - 1 - b] = t;
        }
    add(&s, element, item);
    for (size_t a = axes; a-- > 0;) { if (++index[a] < shape[a]) break; index[a] = 0; }
  }
  free(element);
  uint64_t bits = s.total * 8;
  uint8_t end = 0x80, zero = 0, length[8];
  add(&s, &end, 1);
  while (s.used != 56) add(&s, &zero, 1);
  for (int i = 0; i < 8; i++) length[i] = (uint8_t)(bits >> (56 - 8 * i));
  add(&s, length, 8);
  for (size_t i = 0; i < name_length; i++) {
    unsigned char c = (unsigned char)name[i];
    if (c < 128 && (isalnum(c) || strchr("_.-/", c)) && c) putchar(c); else printf("%%%02X", c);
  }
  printf(" %s ", dtype);
  if (!axes) putchar('-');
  for (size_t a = 0; a < axes; a++) printf("%s%zu", a ? "," : "", shape[a]);
  putchar(' ');
  for (int i = 0; i < 8; i++) printf("%08x", s.h[i]);
  putchar('\n');
  fflush(stdout);
}
