#include "app/training/pace.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace ganvas::app {

void Pace::add(double kimg) {
  kimg_ = kimg;
  const auto now = Clock::now();
  if (mark_kimg_ < 0) {
    mark_kimg_ = kimg;
    mark_ = now;
    return;
  }
  const double seconds = std::chrono::duration<double>(now - mark_).count();
  if (seconds > 0.2) rate_ = 1000.0 * (kimg - mark_kimg_) / seconds;
  if (seconds > 10.0) {
    mark_kimg_ = kimg;
    mark_ = now;
  }
}

double Pace::seconds_left() const {
  return rate_ > 0 ? std::max(0.0, total_kimg_ - kimg_) * 1000.0 / rate_ : 0.0;
}

std::string clock_text(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::max(0.0, seconds));
  const std::int64_t hours = whole / 3600, minutes = whole / 60 % 60, rest = whole % 60;
  return hours > 0 ? fmt::format("{}:{:02}:{:02}", hours, minutes, rest) : fmt::format("{}:{:02}", minutes, rest);
}

}  // namespace ganvas::app
