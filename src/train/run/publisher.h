#pragma once
// Snapshots of a session on their way to whoever looks.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>

#include "core/threads/mailbox.h"
#include "train/step/snapshot.h"

namespace ganvas::train {

class SteppingModel;

/// The newest unread snapshot wins, and at most three are alive. Methods are for the session thread, but for mailbox().
class Publisher {
 public:
  /// `seconds`: an unread snapshot is replaced by a newer one at most this often.
  explicit Publisher(double seconds) : seconds_(seconds) {}

  /// Where one viewer takes them; any thread.
  Mailbox<SnapshotPtr>& mailbox() { return mailbox_; }

  /// Whether snapshots have the weights in training too, from the next one on.
  void show_in_training(bool on);
  [[nodiscard]] bool in_training() const { return in_training_; }

  /// A snapshot of the model, unless one already waits there or three are alive. `always`: one that waits is replaced,
  /// however new it is. Throws what the model throws; the next one may then succeed.
  void publish(SteppingModel& model, bool always);
  /// The weights of this step are on their way, or were taken, as they are wanted now.
  [[nodiscard]] bool published(std::int64_t step) const { return step == step_; }

 private:
  using Clock = std::chrono::steady_clock;
  SnapshotPtr counted(SnapshotPtr snapshot);

  double seconds_;
  bool in_training_ = false;
  Mailbox<SnapshotPtr> mailbox_;
  std::shared_ptr<std::atomic<int>> alive_ = std::make_shared<std::atomic<int>>(0);
  std::int64_t step_ = -1;
  Clock::time_point at_;
};

}  // namespace ganvas::train
