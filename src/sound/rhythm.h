#pragma once
// Onsets and beats of sound (aubio).

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace ganvas::sound {

/// 1 when something happens and falling from then on: a third 0.15 s later. seconds since then, 0 or more.
double pulse(double seconds);

/// Listens to sound of one channel for onsets, the beginnings of notes and strokes, and for beats, which a listener
/// taps along with. For one thread; memory and work do not grow with the sound but by the times that nobody takes.
class RhythmMeter {
 public:
  /// rate: samples a second, 1,000 or more. Throws Error when there is no memory.
  explicit RhythmMeter(int rate);
  ~RhythmMeter();
  RhythmMeter(RhythmMeter&&) noexcept;
  RhythmMeter& operator=(RhythmMeter&&) noexcept;

  /// The next samples, in -1..1, of any number.
  void add(std::span<const float> samples);

  /// Seconds from the first sample to each onset and beat that has been found since they were taken last, rising. They
  /// are found up to 50 ms after their time; that delay is taken off. The first beat is found after one to three
  /// seconds.
  std::vector<double> take_onsets();
  std::vector<double> take_beats();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ganvas::sound
