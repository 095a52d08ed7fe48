#pragma once
// A thread for slow work of the UI thread's: files, recipes, opening. No torch.

#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "core/threads/mutex.h"
#include "core/threads/queue.h"

namespace ganvas {

/// Jobs run one after the other; what each returns runs on the owner's thread at its next drain(). The destructor
/// finishes all jobs that were handed over; what they return then is dropped.
class Worker {
 public:
  using Completion = std::function<void()>;  ///< on the owner's thread; may be empty
  using Job = std::function<Completion()>;   ///< on the worker's thread; may throw Error

  /// `failed` gets the sentence of each job that threw, on the owner's thread.
  explicit Worker(std::function<void(const std::string&)> failed);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Hands a job over. Waits only when a thousand jobs wait already.
  void run(Job job);
  /// Runs the completions of finished jobs, in order.
  void drain();
  /// Waits for all jobs that were handed over, then drain().
  void finish();
  /// Jobs whose completion has not run yet.
  [[nodiscard]] int in_flight() const { return in_flight_; }

 private:
  void work();

  std::function<void(const std::string&)> failed_;
  Queue<Job> jobs_{1000};
  Mutex mutex_;
  std::condition_variable_any done_;
  std::vector<Completion> completions_ GANVAS_GUARDED_BY(mutex_);
  int in_flight_ = 0;  // owner's thread
  std::jthread thread_;
};

}  // namespace ganvas
