#include "ops/vector/parallel.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <memory>

#include "ops/vector/team.h"

// Of the OpenMP that LibTorch brings along, whose operators take as many threads as the one that calls them may have.
// Null in a program that is linked with a LibTorch of another kind.
extern "C" {
[[gnu::weak]] void omp_set_num_threads(int threads);
}

namespace ganvas::ops {
namespace {

thread_local bool within_part = false;

/// While it lives, this thread does everything alone.
class Alone {
 public:
  explicit Alone(int threads) : threads_(threads) { set(true, 1); }
  ~Alone() { set(false, threads_); }
  Alone(const Alone&) = delete;
  Alone& operator=(const Alone&) = delete;

 private:
  static void set(bool within, int threads) {
    within_part = within;
    at::get_num_threads();  // a thread's first question sets what the program has chosen; it must not come later
    if (omp_set_num_threads != nullptr) omp_set_num_threads(threads);
  }

  int threads_;
};

struct Region {
  std::int64_t begin, end, size;
  int threads;
  c10::function_ref<void(std::int64_t, std::int64_t)> work;
  std::atomic_flag failed;
  std::exception_ptr failure;

  void run(int part) {
    const std::int64_t first = begin + part * size;
    try {
      const Alone alone(threads);
      work(first, std::min(end, first + size));
    } catch (...) {
      if (!failed.test_and_set()) failure = std::current_exception();
    }
  }
};

Team& team_of_this_thread(int helpers) {
  thread_local std::unique_ptr<Team> team;
  if (!team || team->helpers() != helpers) {
    team.reset();
    team = std::make_unique<Team>(helpers);
  }
  return *team;
}

}  // namespace

void parallel_for(std::int64_t begin, std::int64_t end, std::int64_t grain,
                  c10::function_ref<void(std::int64_t, std::int64_t)> work) {
  if (begin >= end) return;
  grain = std::max<std::int64_t>(1, grain);
  const int threads = at::get_num_threads();
  if (end - begin <= grain || within_part || at::in_parallel_region() || threads == 1) return work(begin, end);
  const std::int64_t parts = std::min<std::int64_t>(threads, (end - begin + grain - 1) / grain);
  const std::int64_t size = (end - begin + parts - 1) / parts;
  Region region{begin, end, size, threads, work, {}, {}};
  team_of_this_thread(threads - 1)
      .run(
          static_cast<int>((end - begin + size - 1) / size),
          [](void* data, int part) { static_cast<Region*>(data)->run(part); }, &region);
  if (region.failure) std::rethrow_exception(region.failure);
}

}  // namespace ganvas::ops
