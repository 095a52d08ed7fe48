#include "desktop/frame_clock.h"

#include <algorithm>
#include <cmath>

namespace ganvas::desktop {
namespace {
constexpr double kSlow = 1.0 / 20;    // seconds between frames that only fade, blink or settle
constexpr double kFigures = 1.0 / 8;  // between frames for new figures and curves
constexpr double kSettle = 0.7;       // after input: a tooltip may still be due
}  // namespace

void FrameTimes::add(double ms) {
  const auto bin = static_cast<std::size_t>(std::clamp(ms * 10, 0.0, static_cast<double>(bins_.size() - 1)));
  ++bins_[bin];
  ++count_;
  max_ms_ = std::max(max_ms_, ms);
}

double FrameTimes::percentile(double part) const {
  const auto wanted = static_cast<std::uint64_t>(std::ceil(part * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < bins_.size(); ++i) {
    seen += bins_[i];
    if (seen >= wanted && count_ > 0) return i + 1 == bins_.size() ? max_ms_ : static_cast<double>(i + 1) / 10;
  }
  return 0;
}

bool RedrawPolicy::due(double now, bool restless) const {
  if (dirty_ || settle_frames_ > 0) return true;
  const double since = now - drawn_at_;
  if (figures_ && since >= kFigures) return true;
  return (restless || now - input_at_ < kSettle) && since >= kSlow;
}

void RedrawPolicy::drawn(double now) {
  drawn_at_ = now;
  dirty_ = figures_ = false;
  settle_frames_ = std::max(0, settle_frames_ - 1);
}

}  // namespace ganvas::desktop
