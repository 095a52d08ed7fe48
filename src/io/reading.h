#pragma once
// How far the reading of a file has come, and the way to stop it.

#include <atomic>
#include <cstdint>
#include <exception>

namespace ganvas::io {

/// What a reader throws after Reading::cancel(). No Error: nobody is told what he asked for.
class Cancelled : public std::exception {
 public:
  [[nodiscard]] const char* what() const noexcept override { return "cancelled"; }
};

/// One file that is being read. One thread reads; any other may look or cancel.
class Reading {
 public:
  /// Of the reader: the whole work, in bytes.
  void expect(std::uint64_t bytes) { total_ = bytes; }
  /// Of the reader, after each tensor: so many bytes more. Throws Cancelled.
  void advance(std::uint64_t bytes) {
    done_ += bytes;
    if (cancelled_) throw Cancelled();
  }

  void cancel() { cancelled_ = true; }
  [[nodiscard]] bool cancelled() const { return cancelled_; }
  /// 0..1, as good as the reader knows.
  [[nodiscard]] double fraction() const {
    const std::uint64_t total = total_, done = done_;
    return total == 0 ? 0.0 : done >= total ? 1.0 : static_cast<double>(done) / static_cast<double>(total);
  }

 private:
  std::atomic<std::uint64_t> total_{0};
  std::atomic<std::uint64_t> done_{0};
  std::atomic<bool> cancelled_{false};
};

/// For readers whose watch is optional.
inline void advance(Reading* reading, std::uint64_t bytes) {
  if (reading != nullptr) reading->advance(bytes);
}

}  // namespace ganvas::io
