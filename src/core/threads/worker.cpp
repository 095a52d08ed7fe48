#include "core/threads/worker.h"
#include "core/sentence.h"

namespace ganvas {

Worker::Worker(std::function<void(const std::string&)> failed) : failed_(std::move(failed)) {
  thread_ = std::jthread([this] { work(); });
}

Worker::~Worker() {
  jobs_.close();
  thread_.join();
}

void Worker::run(Job job) {
  if (jobs_.push(std::move(job))) ++in_flight_;
}

void Worker::drain() {
  std::vector<Completion> done;
  {
    const MutexLock lock(mutex_);
    done.swap(completions_);
  }
  for (const Completion& completion : done) {
    --in_flight_;
    if (completion) completion();
  }
}

void Worker::finish() {
  {
    MutexLock lock(mutex_);
    done_.wait(
        lock, [this]() GANVAS_REQUIRES(mutex_) { return completions_.size() == static_cast<std::size_t>(in_flight_); });
  }
  drain();
}

void Worker::work() {
  while (auto job = jobs_.pop()) {
    Completion completion;
    try {
      completion = (*job)();
    } catch (const std::exception& error) {
      completion = [this, text = sentence_of(error)] { failed_(text); };
    }
    {
      const MutexLock lock(mutex_);
      completions_.push_back(std::move(completion));
    }
    done_.notify_one();
  }
}

}  // namespace ganvas
