#pragma once
// A bounded first-in first-out queue between threads.

#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

#include "core/threads/mutex.h"

namespace ganvas {

/// Any number of writers and readers. After close(), push fails, pop drains what is left and then returns nothing.
template <typename T>
class Queue {
 public:
  explicit Queue(std::size_t capacity) : capacity_(capacity) {}

  /// Waits for room. Returns false when the queue is closed; the value is dropped then.
  bool push(T value) {
    {
      MutexLock lock(mutex_);
      room_.wait(lock, [this]() GANVAS_REQUIRES(mutex_) { return closed_ || items_.size() < capacity_; });
      if (closed_) return false;
      items_.push_back(std::move(value));
    }
    arrived_.notify_one();
    return true;
  }

  /// Never waits. Returns false when the queue is full or closed; `value` is untouched then.
  bool try_push(T& value) {
    {
      const MutexLock lock(mutex_);
      if (closed_ || items_.size() >= capacity_) return false;
      items_.push_back(std::move(value));
    }
    arrived_.notify_one();
    return true;
  }

  /// Waits for an item. Returns nothing once the queue is closed and drained.
  std::optional<T> pop() {
    std::optional<T> item;
    {
      MutexLock lock(mutex_);
      arrived_.wait(lock, [this]() GANVAS_REQUIRES(mutex_) { return closed_ || !items_.empty(); });
      if (items_.empty()) return std::nullopt;
      item = std::move(items_.front());
      items_.pop_front();
    }
    room_.notify_one();
    return item;
  }

  /// Never waits.
  std::optional<T> try_pop() {
    std::optional<T> item;
    {
      const MutexLock lock(mutex_);
      if (items_.empty()) return std::nullopt;
      item = std::move(items_.front());
      items_.pop_front();
    }
    room_.notify_one();
    return item;
  }

  /// No more items. Wakes everyone who waits.
  void close() {
    {
      const MutexLock lock(mutex_);
      closed_ = true;
    }
    arrived_.notify_all();
    room_.notify_all();
  }

  [[nodiscard]] std::size_t size() const {
    const MutexLock lock(mutex_);
    return items_.size();
  }
  [[nodiscard]] std::size_t capacity() const { return capacity_; }

 private:
  const std::size_t capacity_;
  mutable Mutex mutex_;
  std::condition_variable_any arrived_;
  std::condition_variable_any room_;
  std::deque<T> items_ GANVAS_GUARDED_BY(mutex_);
  bool closed_ GANVAS_GUARDED_BY(mutex_) = false;
};

}  // namespace ganvas
