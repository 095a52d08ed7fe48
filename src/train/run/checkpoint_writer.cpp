#include "train/run/checkpoint_writer.h"

#include <deque>
#include <thread>
#include <utility>

#include "core/sentence.h"
#include "core/threads/mutex.h"

namespace ganvas::train {

struct CheckpointWriter::Impl {
  struct Job {
    std::int64_t step = 0;
    std::filesystem::path file;
    Write write;
  };

  Mutex mutex;
  std::condition_variable_any changed;
  std::optional<Job> job GANVAS_GUARDED_BY(mutex);
  std::deque<Result> results GANVAS_GUARDED_BY(mutex);  // not yet taken
  bool working GANVAS_GUARDED_BY(mutex) = false;
  bool stopping GANVAS_GUARDED_BY(mutex) = false;
  std::jthread thread;

  std::optional<Result> next() GANVAS_REQUIRES(mutex) {
    if (results.empty()) return std::nullopt;
    Result first = std::move(results.front());
    results.pop_front();
    return first;
  }

  void work() {
    MutexLock lock(mutex);
    while (true) {
      changed.wait(lock, [this]() GANVAS_REQUIRES(mutex) { return job || stopping; });
      if (!job) return;
      Job now = std::exchange(job, std::nullopt).value();
      working = true;
      lock.unlock();
      Result done{now.step, now.file, {}};
      try {
        now.write(now.file);
      } catch (const std::exception& error) {
        done.problem = sentence_of(error);
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
    const MutexLock lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->changed.notify_all();
  impl_->thread.join();
}

bool CheckpointWriter::busy() const {
  const MutexLock lock(impl_->mutex);
  return impl_->job || impl_->working;
}

void CheckpointWriter::write(std::int64_t step, std::filesystem::path file, Write write) {
  MutexLock lock(impl_->mutex);
  impl_->changed.wait(lock, [this]() GANVAS_REQUIRES(impl_->mutex) { return !impl_->job && !impl_->working; });
  impl_->job.emplace(Impl::Job{step, std::move(file), std::move(write)});
  impl_->changed.notify_all();
}

std::optional<CheckpointWriter::Result> CheckpointWriter::take() {
  const MutexLock lock(impl_->mutex);
  return impl_->next();
}

std::optional<CheckpointWriter::Result> CheckpointWriter::wait() {
  MutexLock lock(impl_->mutex);
  impl_->changed.wait(lock, [this]() GANVAS_REQUIRES(impl_->mutex) { return !impl_->job && !impl_->working; });
  return impl_->next();
}

}  // namespace ganvas::train
