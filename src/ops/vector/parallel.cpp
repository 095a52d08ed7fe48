#include "ops/vector/parallel.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <atomic>
#include <exception>

#ifdef __linux__
// GCC's OpenMP, which LibTorch brings along there: what the compiler would write for a parallel region. Null in a
// program that is linked with a LibTorch of another kind.
extern "C" {
[[gnu::weak]] void GOMP_parallel(void (*work)(void*), void* data, unsigned threads, unsigned flags);
[[gnu::weak]] int omp_get_num_threads();
[[gnu::weak]] int omp_get_thread_num();
}
#endif

namespace ganvas::ops {
namespace {

using Work = c10::function_ref<void(std::int64_t, std::int64_t)>;

#ifdef __linux__
struct Region {
  std::int64_t begin, end, grain;
  Work work;
  std::atomic_flag failed;
  std::exception_ptr failure;

  /// The part of the thread that calls it.
  void run() {
    std::int64_t threads = omp_get_num_threads();
    threads = std::min(threads, (end - begin + grain - 1) / grain);
    const std::int64_t size = (end - begin + threads - 1) / threads, first = begin + omp_get_thread_num() * size;
    if (first >= end) return;
    try {
      const c10::ParallelGuard inside(true);
      work(first, std::min(end, first + size));
    } catch (...) {
      if (!failed.test_and_set()) failure = std::current_exception();
    }
  }
};

#endif

void on_all_threads(std::int64_t begin, std::int64_t end, std::int64_t grain, Work work) {
#ifdef __linux__
  if (GOMP_parallel != nullptr) {
    Region region{begin, end, grain, work, {}, {}};
    // 0: as many threads as LibTorch takes. Another number would let the library make its threads anew.
    GOMP_parallel([](void* data) { static_cast<Region*>(data)->run(); }, &region, 0, 0);
    if (region.failure) std::rethrow_exception(region.failure);
    return;
  }
#endif
  at::parallel_for(begin, end, grain, work);
}

}  // namespace

void parallel_for(std::int64_t begin, std::int64_t end, std::int64_t grain, Work work) {
  if (begin >= end) return;
  const std::int64_t parts = std::max<std::int64_t>(1, grain);
  if (end - begin <= parts || at::in_parallel_region() || at::get_num_threads() == 1) return work(begin, end);
  on_all_threads(begin, end, parts, work);
}

}  // namespace ganvas::ops
