#include "train/run/publisher.h"

#include <utility>

#include "train/run/session.h"

namespace ganvas::train {

void Publisher::show_in_training(bool on) {
  in_training_ = on;
  step_ = -1;
}

void Publisher::publish(SteppingModel& model, bool always) {
  if (mailbox_.full()) {
    if (!always && std::chrono::duration<double>(Clock::now() - at_).count() < seconds_) return;
    mailbox_.take();  // dropped unread, before the newer one is made
  }
  if (*alive_ >= 3) return;
  SnapshotPtr snapshot = counted(model.snapshot(in_training_));
  step_ = snapshot->step;
  at_ = Clock::now();
  mailbox_.put(std::move(snapshot));
}

/// The snapshot, counted until its memory is free again: whoever holds it last may be any thread.
SnapshotPtr Publisher::counted(SnapshotPtr snapshot) {
  ++*alive_;
  const Snapshot* value = snapshot.get();
  return {value, [held = std::move(snapshot), count = alive_](const Snapshot*) mutable {
            held.reset();
            --*count;
          }};
}

}  // namespace ganvas::train
