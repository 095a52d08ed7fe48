#include "ops/vector/team.h"

#include <chrono>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace ganvas::ops {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kLooks = std::chrono::microseconds(50);
constexpr auto kMoments = std::chrono::milliseconds(200);

// The team of this program that worked last, and since when it is the only one.
std::atomic<const Team*> last_team{nullptr};
std::atomic<Clock::rep> only_since{0};

void pause() {
#if defined(__x86_64__)
  _mm_pause();
#endif
}

constexpr std::uint64_t taken(std::uint64_t parts) {
  return parts & 0xffff;
}
constexpr std::uint64_t wanted(std::uint64_t parts) {
  return parts >> 16 & 0xffff;
}

}  // namespace

Team::Team(int helpers) {
  threads_.reserve(static_cast<std::size_t>(helpers));
  for (int i = 0; i < helpers; ++i) threads_.emplace_back([this] { help(); });
}

Team::~Team() {
  const Team* self = this;
  last_team.compare_exchange_strong(self, nullptr);
  ends_ = true;
  ++wake_;
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Team::run(int parts, Work work, void* data) {
  if (last_team.load(std::memory_order_relaxed) != this) {
    last_team = this;
    only_since = Clock::now().time_since_epoch().count();
  }
  work_ = work;
  data_ = data;
  done_.store(0, std::memory_order_relaxed);
  const std::uint64_t call = (parts_.load(std::memory_order_relaxed) >> 32) + 1;
  parts_ = call << 32 | static_cast<std::uint64_t>(parts) << 16;
  if (sleepers_ > 0) {
    ++wake_;
    wake_.notify_all();
  }
  while (take_one()) {
  }
  const auto all_done = [&] { return done_.load(std::memory_order_acquire) == parts; };
  if (found_soon(all_done)) return;
  for (int done = done_; done != parts; done = done_) done_.wait(done);
}

/// Whoever has taken a part may read work_ and data_: run() returns only when that part is done.
bool Team::take_one() {
  std::uint64_t now = parts_.load(std::memory_order_acquire);
  do {
    if (taken(now) == wanted(now)) return false;
  } while (!parts_.compare_exchange_weak(now, now + 1, std::memory_order_acq_rel));
  const auto all = static_cast<int>(wanted(now));
  work_(data_, static_cast<int>(taken(now)));
  if (done_.fetch_add(1, std::memory_order_acq_rel) + 1 == all) done_.notify_one();
  return true;
}

bool Team::has_work() const {
  const std::uint64_t now = parts_.load(std::memory_order_seq_cst);
  return taken(now) != wanted(now);
}

template <typename Ready>
bool Team::found_soon(const Ready& ready) const {
  if (ready()) return true;
  const Clock::time_point begun = Clock::now();
  if (last_team.load(std::memory_order_relaxed) != this ||
      begun - Clock::time_point(Clock::duration(only_since.load(std::memory_order_relaxed))) < kMoments)
    return false;
  do {
    for (int i = 0; i < 64; ++i) {
      if (ready()) return true;
      pause();
    }
    std::this_thread::yield();  // to threads of LibTorch's operators
  } while (Clock::now() - begun < kLooks);
  return false;
}

void Team::help() {
  for (;;) {
    while (take_one()) {
    }
    if (ends_) return;
    if (found_soon([this] { return has_work(); })) continue;
    ++sleepers_;
    const int woken = wake_;
    if (!has_work() && !ends_) wake_.wait(woken);
    --sleepers_;
  }
}

}  // namespace ganvas::ops
