#pragma once
// One file that is being read: how far it has come, what it may still cost, and the way to stop it.

#include <atomic>
#include <cstdint>
#include <string_view>

#include "core/library_error.h"

namespace ganvas::io {

using ganvas::Cancelled;  // what a reader throws after Reading::cancel()

/// A file of a few kilobytes can describe more than any machine holds: shared dictionaries, one tensor under many
/// names. So every walk over a file's data counts here what it looks at and what it makes, within the limits of
/// core/outside/limits.h. One thread reads; any other may look or cancel.
class Reading {
 public:
  /// Of the reader: the whole work, in bytes of the file. Gives it the right to make a multiple of them.
  void expect(std::uint64_t bytes);
  /// Of the reader: so many bytes more of the file were taken. Throws Cancelled.
  void advance(std::uint64_t bytes);
  /// Of a walk, before each thing that it looks at: so many steps more. Throws Cancelled, and Error with a clause when
  /// the file asks for more steps or time of the processor than any model needs.
  void step(std::uint64_t count = 1);
  /// Before bytes are made out of the file's, also when they are the same ones again. Throws as step() does.
  void make(std::uint64_t bytes);
  /// Before a tensor is kept under this name: counts both. Throws as step() does.
  void keep(std::string_view name, std::uint64_t bytes);

  void cancel() { cancelled_ = true; }
  [[nodiscard]] bool cancelled() const { return cancelled_; }
  /// 0..1, as good as the reader knows.
  [[nodiscard]] double fraction() const {
    const std::uint64_t total = total_, done = done_;
    return total == 0 ? 0.0 : done >= total ? 1.0 : static_cast<double>(done) / static_cast<double>(total);
  }

 private:
  void check_time() const;

  std::atomic<std::uint64_t> total_{0};
  std::atomic<std::uint64_t> done_{0};
  std::atomic<bool> cancelled_{false};
  double begun_ = 0;  // seconds of the reading thread's processor time
  std::uint64_t steps_ = 0, made_ = 0, tensors_ = 0, timed_ = 0;
};

/// The caller's watch over a reading, or one's own where the caller has none.
class Watch {
 public:
  /// `bytes` of the file, as far as they are known.
  Watch(Reading* given, std::uint64_t bytes) : reading_(given != nullptr ? *given : own_) { reading_.expect(bytes); }
  Reading* operator->() { return &reading_; }
  Reading& operator*() { return reading_; }

 private:
  Reading own_;
  Reading& reading_;
};

}  // namespace ganvas::io
