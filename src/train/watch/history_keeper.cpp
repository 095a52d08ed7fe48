#include "train/watch/history_keeper.h"

#include <algorithm>
#include <numeric>
#include <thread>

#include "core/process/torn_files.h"
#include "core/sentence.h"
#include "core/threads/mutex.h"
#include "core/threads/threads.h"

namespace ganvas::train {

struct HistoryKeeper::Impl {
  HistoryPlan plan;
  double last_kimg = -1;  // owner's thread: of the newest moment that was handed over
  mutable Mutex mutex;
  std::condition_variable_any changed;
  SnapshotPtr waiting GANVAS_GUARDED_BY(mutex);
  bool mark GANVAS_GUARDED_BY(mutex) = false;  // the one that waits
  bool writing GANVAS_GUARDED_BY(mutex) = false;
  std::string problem GANVAS_GUARDED_BY(mutex);
  std::size_t count GANVAS_GUARDED_BY(mutex) = 0;
  std::uint64_t bytes GANVAS_GUARDED_BY(mutex) = 0;
  WeightHistory history;
  std::jthread thread;  // last: it ends before the rest goes

  Impl(const std::filesystem::path& run_folder, const HistoryPlan& chosen)
      : plan(chosen), history(history_folder(run_folder), chosen.budget) {
    remove_torn_files(history_folder(run_folder));
    if (!history.moments().empty()) last_kimg = history.moments().back().kimg;
    count_up();
  }

  void count_up() GANVAS_REQUIRES(mutex) {
    count = history.moments().size();
    bytes = std::accumulate(history.moments().begin(), history.moments().end(), std::uint64_t{0},
                            [](std::uint64_t sum, const Moment& moment) { return sum + moment.bytes; });
  }

  void work(const std::stop_token& stop) {
    lower_priority(15);
    MutexLock lock(mutex);
    while (changed.wait(lock, stop, [this]() GANVAS_REQUIRES(mutex) { return waiting != nullptr; })) {
      const SnapshotPtr snapshot = std::exchange(waiting, nullptr);
      const bool marked = std::exchange(mark, false);
      writing = true;
      lock.unlock();
      std::string failed;
      try {
        wait_for(*snapshot);
        history.drop_after(snapshot->step);
        history.add(snapshot->step, snapshot->kimg, snapshot->weights, snapshot->in_training);
        if (marked) history.mark(snapshot->step, true);
      } catch (const std::exception& error) {
        failed = sentence_of(error);
      }
      lock.lock();
      writing = false;
      problem = failed;
      count_up();
    }
  }
};

HistoryKeeper::HistoryKeeper(std::filesystem::path run_folder, const HistoryPlan& plan)
    : impl_(std::make_unique<Impl>(run_folder, plan)) {
  impl_->thread = std::jthread([impl = impl_.get()](const std::stop_token& stop) { impl->work(stop); });
}

HistoryKeeper::~HistoryKeeper() = default;

bool HistoryKeeper::due(double kimg) const {
  if (impl_->plan.budget == 0) return false;
  {
    const MutexLock lock(impl_->mutex);
    if (impl_->waiting || impl_->writing || !impl_->problem.empty()) return false;
  }
  if (impl_->last_kimg < 0 || kimg < impl_->last_kimg) return true;
  return kimg >= impl_->last_kimg + std::max(impl_->plan.every_kimg, impl_->plan.growth * impl_->last_kimg);
}

void HistoryKeeper::keep(SnapshotPtr snapshot, bool marked) {
  impl_->last_kimg = snapshot->kimg;
  {
    const MutexLock lock(impl_->mutex);
    impl_->waiting = std::move(snapshot);
    impl_->mark = impl_->mark || marked;
  }
  impl_->changed.notify_one();
}

std::string HistoryKeeper::error() const {
  const MutexLock lock(impl_->mutex);
  return impl_->problem;
}

std::size_t HistoryKeeper::moments() const {
  const MutexLock lock(impl_->mutex);
  return impl_->count;
}

std::uint64_t HistoryKeeper::bytes() const {
  const MutexLock lock(impl_->mutex);
  return impl_->bytes;
}

}  // namespace ganvas::train
