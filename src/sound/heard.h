#pragma once
// What is heard in sound at a moment, and the one who listens as it comes.

#include <cstdint>
#include <span>

#include "sound/loudness.h"
#include "sound/rhythm.h"

namespace ganvas::sound {

/// All of it 0..1.
struct Heard {
  Loudness loudness;
  double onset = 0;  ///< pulse() since the last onset
  double beat = 0;   ///< pulse() since the last beat
};

/// Listens to sound of one channel that is playing. For one thread.
class Ear {
 public:
  /// rate: samples a second, 1,000 or more. Throws Error when there is no memory.
  explicit Ear(int rate);
  /// The next samples.
  void add(std::span<const float> samples);
  /// At the end of what was added. Pulses begin when onsets and beats are found, up to 50 ms late.
  [[nodiscard]] Heard now() const;

 private:
  double rate_;
  LoudnessMeter loudness_;
  RhythmMeter rhythm_;
  double since_onset_, since_beat_;  ///< seconds
};

}  // namespace ganvas::sound
