#define _GNU_SOURCE
#include "CBytes.h"

#include <errno.h>
#include <signal.h>
#if defined(__linux__)
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#endif

void cbytes_will_fill(void *memory, size_t count) {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  // Below this there is hardly a whole large page (2 MiB) in it.
  if (count < (size_t)4 << 20) return;
  const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  const uintptr_t start = ((uintptr_t)memory + page - 1) / page * page;
  const uintptr_t end = ((uintptr_t)memory + count) / page * page;
  // It is advice: where it is not taken, all works as well.
  madvise((void *)start, end - start, MADV_HUGEPAGE);
#else
  (void)memory, (void)count;
#endif
}

int cbytes_will_write(int descriptor, size_t count) {
#if defined(__linux__)
  const off_t position = lseek(descriptor, 0, SEEK_CUR);
  if (position < 0) return errno;
  return fallocate(descriptor, FALLOC_FL_KEEP_SIZE, position, (off_t)count) == 0 ? 0 : errno;
#else
  (void)descriptor, (void)count;
  return ENOTSUP;
#endif
}

int cbytes_ignores_signal(int signal) {
  struct sigaction action;
  return sigaction(signal, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}
