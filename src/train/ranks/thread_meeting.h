#pragma once
// Ranks that are threads of one process.

#include <ATen/ATen.h>

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/threads/mutex.h"
#include "train/ranks/reducer.h"

namespace ganvas::train {

/// Where they meet. A thread that ends before the others says so by leave(); nobody else can get lost.
class ThreadMeeting {
 public:
  explicit ThreadMeeting(int size) : parts_(static_cast<std::size_t>(size)) {}

  [[nodiscard]] int size() const { return static_cast<int>(parts_.size()); }
  /// Whoever waits, now or later, throws an Error with the first such sentence. Any thread.
  void leave(const std::string& why);
  /// Sums a tensor on the CPU over the ranks in place, in the order of the ranks; all call it equally often, each with
  /// its own number. Throws Error when a rank has left, or has a tensor of another kind.
  void sum(int rank, at::Tensor& tensor);

 private:
  void arrive();

  std::vector<at::Tensor> parts_;  ///< of each rank, between two arrivals of all
  Mutex mutex_;
  std::condition_variable_any changed_;
  int there_ GANVAS_GUARDED_BY(mutex_) = 0;
  std::uint64_t round_ GANVAS_GUARDED_BY(mutex_) = 0;
  std::string why_ GANVAS_GUARDED_BY(mutex_);  ///< of who has left
};

std::unique_ptr<Reducer> make_thread_reducer(std::shared_ptr<ThreadMeeting> meeting, int rank);

}  // namespace ganvas::train
