#include "core/process/memory.h"

#include <malloc.h>

namespace ganvas {

void keep_freed_memory() {
  constexpr int gibibyte = 1 << 30;
  mallopt(M_MMAP_THRESHOLD, gibibyte);
  mallopt(M_TRIM_THRESHOLD, gibibyte);
  mallopt(M_ARENA_MAX, 1);
}

}  // namespace ganvas
