#include "train/ranks/thread_meeting.h"

#include <algorithm>
#include <utility>

#include "core/error.h"

namespace ganvas::train {
namespace {

class ThreadReducer final : public Reducer {
 public:
  ThreadReducer(std::shared_ptr<ThreadMeeting> meeting, int rank) : meeting_(std::move(meeting)), rank_(rank) {}
  void sum(at::Tensor& tensor, const std::function<void()>&) override { meeting_->sum(rank_, tensor); }

 private:
  std::shared_ptr<ThreadMeeting> meeting_;
  int rank_;
};

}  // namespace

void ThreadMeeting::leave(const std::string& why) {
  {
    const MutexLock lock(mutex_);
    if (why_.empty()) why_ = why;
  }
  changed_.notify_all();
}

/// Returns when all have called it.
void ThreadMeeting::arrive() {
  MutexLock lock(mutex_);
  if (!why_.empty()) fail("{}", why_);
  const std::uint64_t round = round_;
  if (++there_ == size()) {
    there_ = 0;
    ++round_;
    lock.unlock();
    changed_.notify_all();
    return;
  }
  changed_.wait(lock, [&]() GANVAS_REQUIRES(mutex_) { return round_ != round || !why_.empty(); });
  if (round_ == round) fail("{}", why_);
}

void ThreadMeeting::sum(int rank, at::Tensor& tensor) {
  const at::NoGradGuard no_grad;
  const at::Tensor own = tensor.detach().contiguous();
  parts_[static_cast<std::size_t>(rank)] = own.view(-1);
  arrive();
  const std::int64_t count = own.numel(), each = (count + size() - 1) / size();
  const bool alike = std::all_of(parts_.begin(), parts_.end(), [&](const at::Tensor& part) {
    return part.numel() == count && part.scalar_type() == own.scalar_type();
  });
  if (!alike) {
    leave("The ranks of this run do not do the same; this is a fault of the program.");
  } else if (const std::int64_t first = std::min(rank * each, count), last = std::min(first + each, count);
             first < last) {
    at::Tensor sum = parts_.front().slice(0, first, last).clone();
    for (std::size_t i = 1; i < parts_.size(); ++i) sum.add_(parts_[i].slice(0, first, last));
    for (const at::Tensor& part : parts_) part.slice(0, first, last).copy_(sum);
  }
  arrive();
  if (!own.is_alias_of(tensor)) tensor.copy_(own);
}

std::unique_ptr<Reducer> make_thread_reducer(std::shared_ptr<ThreadMeeting> meeting, int rank) {
  return std::make_unique<ThreadReducer>(std::move(meeting), rank);
}

}  // namespace ganvas::train
