#include "train/run/checkpoint_writer.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

namespace ganvas::train {

struct CheckpointWriter::Impl {
  struct Job {
    std::int64_t step = 0;
    std::filesystem::path file;
    Write write;
  };

  std::mutex mutex;
  std::condition_variable changed;
  std::optional<Job> job;      // guarded by mutex, as all below
  std::deque<Result> results;  // not yet taken
  bool working = false;
  bool stopping = false;
  std::jthread thread;

  /// Call with the mutex held.
  std::optional<Result> next() {
    if (results.empty()) return std::nullopt;
    Result first = std::move(results.front());
    results.pop_front();
    return first;
  }

  void work() {
    std::unique_lock lock(mutex);
    while (true) {
      changed.wait(lock, [this] { return job || stopping; });
      if (!job) return;
      Job now = std::exchange(job, std::nullopt).value();
      working = true;
      lock.unlock();
      Result done{now.step, now.file, {}};
      try {
        now.write(now.file);
      } catch (const std::exception& error) {
        done.problem = error.what();
      }
      now.write = nullptr;  // its memory is free before anybody hears of it
      lock.lock();
      working = false;
      results.push_back(std::move(done));
      changed.notify_all();
    }
  }
};

CheckpointWriter::CheckpointWriter() : impl_(std::make_unique<Impl>()) {
  impl_->thread = std::jthread([impl = impl_.get()] { impl->work(); });
}

CheckpointWriter::~CheckpointWriter() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->changed.notify_all();
  impl_->thread.join();
}

bool CheckpointWriter::busy() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->job || impl_->working;
}

void CheckpointWriter::write(std::int64_t step, std::filesystem::path file, Write write) {
  std::unique_lock lock(impl_->mutex);
  impl_->changed.wait(lock, [this] { return !impl_->job && !impl_->working; });
  impl_->job.emplace(Impl::Job{step, std::move(file), std::move(write)});
  impl_->changed.notify_all();
}

std::optional<CheckpointWriter::Result> CheckpointWriter::take() {
  const std::lock_guard lock(impl_->mutex);
  return impl_->next();
}

std::optional<CheckpointWriter::Result> CheckpointWriter::wait() {
  std::unique_lock lock(impl_->mutex);
  impl_->changed.wait(lock, [this] { return !impl_->job && !impl_->working; });
  return impl_->next();
}

}  // namespace ganvas::train
