#pragma once
// A one-slot mailbox between two threads: the newest value wins, older ones are dropped unread.

#include <cstdint>
#include <optional>
#include <stop_token>
#include <utility>

#include "core/threads/mutex.h"

namespace ganvas {

/// Any number of writers and readers. put() never waits for a reader; take() never waits for a writer.
template <typename T>
class Mailbox {
 public:
  /// Replaces whatever is in the slot. Returns true when an unread value was dropped.
  bool put(T value) {
    std::optional<T> old;  // destroyed outside the lock: T may be expensive to free
    {
      const MutexLock lock(mutex_);
      old = std::exchange(slot_, std::optional<T>(std::move(value)));
      ++version_;
    }
    arrived_.notify_one();
    return old.has_value();
  }

  /// The newest unread value, or nothing.
  std::optional<T> take() {
    const MutexLock lock(mutex_);
    return std::exchange(slot_, std::nullopt);
  }

  /// Waits for a value. Returns nothing when `stop` is requested first.
  std::optional<T> wait(std::stop_token stop) {
    MutexLock lock(mutex_);
    arrived_.wait(lock, stop, [this]() GANVAS_REQUIRES(mutex_) { return slot_.has_value(); });
    return std::exchange(slot_, std::nullopt);
  }

  /// True when a value waits to be read.
  [[nodiscard]] bool full() const {
    const MutexLock lock(mutex_);
    return slot_.has_value();
  }

  /// How many values have been put so far.
  [[nodiscard]] std::uint64_t version() const {
    const MutexLock lock(mutex_);
    return version_;
  }

 private:
  mutable Mutex mutex_;
  std::condition_variable_any arrived_;
  std::optional<T> slot_ GANVAS_GUARDED_BY(mutex_);
  std::uint64_t version_ GANVAS_GUARDED_BY(mutex_) = 0;
};

}  // namespace ganvas
