#include "sound/heard.h"

namespace ganvas::sound {

namespace {

constexpr double long_ago = 1e3;  ///< seconds
constexpr double rest = 4;        ///< seconds without an onset, after which nobody taps along any more

}  // namespace

Ear::Ear(int rate) : rate_(rate), loudness_(rate), rhythm_(rate), since_onset_(long_ago), since_beat_(long_ago) {}

void Ear::add(std::span<const float> samples) {
  loudness_.add(samples);
  rhythm_.add(samples);
  const double seconds = static_cast<double>(samples.size()) / rate_;
  since_onset_ = rhythm_.take_onsets().empty() ? since_onset_ + seconds : 0;
  const bool beat = !rhythm_.take_beats().empty() && since_onset_ < rest;
  since_beat_ = beat ? 0 : since_beat_ + seconds;
}

Heard Ear::now() const {
  return {loudness_.now(), pulse(since_onset_), pulse(since_beat_)};
}

}  // namespace ganvas::sound
