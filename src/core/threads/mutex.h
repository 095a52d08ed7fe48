#pragma once
// std::mutex and its lock with annotations (annotations.h), which the standard library's own do not have.

#include <condition_variable>
#include <mutex>

#include "core/threads/annotations.h"

namespace ganvas {

class GANVAS_CAPABILITY("mutex") Mutex {
 public:
  void lock() GANVAS_ACQUIRE() { mutex_.lock(); }
  void unlock() GANVAS_RELEASE() { mutex_.unlock(); }
  bool try_lock() GANVAS_TRY_ACQUIRE(true) { return mutex_.try_lock(); }

 private:
  std::mutex mutex_;
};

/// Holds a mutex from its construction to its end, but for the time between unlock() and lock(). A
/// std::condition_variable_any waits on it; the condition is a lambda that says GANVAS_REQUIRES(mutex) after its
/// parameters.
class GANVAS_SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) GANVAS_ACQUIRE(mutex) : lock_(mutex) {}
  /// Takes over a mutex that the caller has locked.
  MutexLock(Mutex& mutex, std::adopt_lock_t adopt) GANVAS_REQUIRES(mutex) : lock_(mutex, adopt) {}
  ~MutexLock() GANVAS_RELEASE() = default;
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

  void lock() GANVAS_ACQUIRE() { lock_.lock(); }
  void unlock() GANVAS_RELEASE() { lock_.unlock(); }

 private:
  std::unique_lock<Mutex> lock_;
};

}  // namespace ganvas
