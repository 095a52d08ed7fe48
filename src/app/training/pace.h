#pragma once
// How fast a training run goes and how long it still takes. No torch.

#include <chrono>
#include <string>

namespace ganvas::app {

/// Speed over about the last ten seconds of adding.
class Pace {
 public:
  explicit Pace(double total_kimg = 0) : total_kimg_(total_kimg) {}
  /// Another length of the run.
  void set_total(double total_kimg) { total_kimg_ = total_kimg; }
  void add(double kimg);
  [[nodiscard]] double images_per_second() const { return rate_; }
  [[nodiscard]] double seconds_left() const;

 private:
  using Clock = std::chrono::steady_clock;
  double total_kimg_;
  double kimg_ = 0;
  double mark_kimg_ = -1;
  double rate_ = 0;
  Clock::time_point mark_;
};

/// "1:02:09" or "4:31".
std::string clock_text(double seconds);

}  // namespace ganvas::app
