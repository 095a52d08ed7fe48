#pragma once
// How a subcommand tells how far it is with counted work: a bar on a terminal, a line now and then elsewhere. On
// stderr, for stdout is the result's.

#include <chrono>
#include <cstdint>
#include <string>

namespace ganvas::cli {

/// For one thread.
class CountBar {
 public:
  /// kind: "auto" (a bar where stderr is a terminal, else lines), "bar", "lines" or "none".
  explicit CountBar(const std::string& kind);
  ~CountBar();
  CountBar(const CountBar&) = delete;
  CountBar& operator=(const CountBar&) = delete;

  /// `done` of `total` things of a kind; another `what` begins anew.
  void show(const std::string& what, std::int64_t done, std::int64_t total);

 private:
  using Clock = std::chrono::steady_clock;
  void print(std::int64_t done, std::int64_t total);
  void end_line();

  bool on_ = true, bar_ = false, drawn_ = false;
  std::string what_;
  std::int64_t began_at_ = 0;  ///< what was done before this call
  Clock::time_point began_, next_;
};

}  // namespace ganvas::cli
