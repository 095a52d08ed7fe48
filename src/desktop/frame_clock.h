#pragma once
// When to draw the next frame, and how long frames take.

#include <array>
#include <chrono>
#include <cstdint>

namespace ganvas::desktop {

/// Seconds of a clock that never jumps.
inline double monotonic_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// A histogram of frame times in steps of 0.1 ms up to a second.
class FrameTimes {
 public:
  void add(double ms);
  void clear() { *this = FrameTimes(); }
  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] double max_ms() const { return max_ms_; }
  /// The time that a `part` (0..1) of the frames does not exceed, milliseconds.
  [[nodiscard]] double percentile(double part) const;

 private:
  std::array<std::uint32_t, 10001> bins_{};  // the last one takes everything longer
  std::uint64_t count_ = 0;
  double max_ms_ = 0;
};

/// Draws at once after input and for new pictures, slowly while something fades or blinks, and not at all when nothing
/// changes.
class RedrawPolicy {
 public:
  /// The person, a script or a resized window did something.
  void on_input(double now) {
    input_at_ = now;
    settle_frames_ = 3;
  }
  /// What the panels show has changed: a picture (at once) or figures (a few times a second).
  void on_picture() { dirty_ = true; }
  void on_figures() { figures_ = true; }
  [[nodiscard]] bool due(double now, bool restless) const;
  void drawn(double now);
  /// The person did something within the last second.
  [[nodiscard]] bool answering(double now) const { return now - input_at_ < 1.0; }
  /// Something happened lately, so the next frame should come soon.
  [[nodiscard]] bool lively(double now) const { return answering(now) || settle_frames_ > 0 || dirty_; }

 private:
  double input_at_ = -1e9;
  double drawn_at_ = -1e9;
  int settle_frames_ = 3;  // ImGui answers some input with the frame after
  bool dirty_ = true;
  bool figures_ = false;
};

}  // namespace ganvas::desktop
