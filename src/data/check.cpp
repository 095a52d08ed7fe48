#include "data/check.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "core/threads/mutex.h"

namespace ganvas::data {

void check_all(std::size_t count, int threads, const DatasetWatch& watch,
               const std::function<void(std::size_t)>& work) {
  const auto report = [&](std::size_t checked) {
    if (watch.progress) watch.progress(static_cast<std::int64_t>(checked), static_cast<std::int64_t>(count));
  };
  report(0);
  std::atomic<std::size_t> next = 0;
  struct Done {
    Mutex mutex;
    std::condition_variable_any all;
    std::size_t count GANVAS_GUARDED_BY(mutex) = 0;
  } done;
  const auto loop = [&](const std::stop_token& stop) {
    for (std::size_t i = next++; i < count && !stop.stop_requested(); i = next++) {
      work(i);
      const MutexLock lock(done.mutex);
      if (++done.count == count) done.all.notify_one();
    }
  };
  const unsigned wanted = threads > 0 ? static_cast<unsigned>(threads) : std::thread::hardware_concurrency();
  // Destroyed first, whatever is thrown below: it asks its threads to stop and waits for the files under way.
  std::vector<std::jthread> pool;
  for (unsigned i = 0; i < std::max(wanted, 1U) && i < count; ++i) pool.emplace_back(loop);
  while (true) {
    std::size_t checked = 0;
    {
      MutexLock lock(done.mutex);
      done.all.wait_for(lock, std::chrono::milliseconds(50),
                        [&]() GANVAS_REQUIRES(done.mutex) { return done.count == count; });
      checked = done.count;
    }
    if (watch.stop.stop_requested()) {
      for (std::jthread& thread : pool) thread.request_stop();  // all at once, not one by one as they are joined
      throw OpeningCancelled();
    }
    if (checked == count) break;
    report(checked);
  }
  report(count);
}

}  // namespace ganvas::data
