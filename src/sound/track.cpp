#include "sound/track.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/error.h"
#include "core/hash.h"
#include "sound/sound_file.h"

namespace ganvas::sound {

namespace {

constexpr int looks_a_second = 200;    ///< at the loudness
constexpr double near_seconds = 0.05;  ///< how far from its stroke a beat may be foreseen
constexpr double off_the_beat = 0.25;  ///< of the usual step between two beats; what differs by more is a slip

/// The usual step between beats, in seconds: the mean of those that are near the median.
double step_of(const std::vector<double>& beats) {
  std::vector<double> steps;
  for (std::size_t i = 1; i < beats.size(); ++i) steps.push_back(beats[i] - beats[i - 1]);
  std::vector<double> sorted = steps;
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::nth_element(sorted.begin(), middle, sorted.end());
  double sum = 0, count = 0;
  for (const double step : steps) {
    if (std::abs(step - *middle) > off_the_beat * *middle) continue;
    sum += step;
    ++count;
  }
  return sum / count;
}

/// A beat that is foreseen lies on the onset that is near it, where there is one.
double struck(double beat, const std::vector<double>& onsets) {
  const auto after = std::lower_bound(onsets.begin(), onsets.end(), beat);
  double nearest = beat + 2 * near_seconds;
  if (after != onsets.end()) nearest = *after;
  if (after != onsets.begin() && beat - *std::prev(after) < nearest - beat) nearest = *std::prev(after);
  return std::abs(nearest - beat) <= near_seconds ? nearest : beat;
}

/// Seconds since the last of the times that is not after `seconds`; pulses of it.
double pulse_since(const std::vector<double>& times, double seconds) {
  constexpr double rounding = 1e-9;  // a frame's time is a quotient
  const auto after = std::upper_bound(times.begin(), times.end(), seconds + rounding);
  return after == times.begin() ? 0 : pulse(std::max(0.0, seconds - *std::prev(after)));
}

}  // namespace

Heard Track::at(double seconds) const {
  if (seconds < 0) return {};
  const auto looks = loudness_.size() / 4;
  const auto look = std::min(static_cast<std::size_t>(seconds * looks_a_second + 1e-6), looks - 1);
  const float* now = &loudness_[4 * look];
  return {{now[0], now[1], now[2], now[3]}, pulse_since(onsets_, seconds), pulse_since(beats_, seconds)};
}

std::vector<double> Track::bars(int beats) const {
  require(beats >= 1 && beats <= 64, "A bar has 1 to 64 beats, not {}.", beats);
  require(!beats_.empty(), "No beat was found in {}; choose a piece with a steady one.", name_);
  std::vector<double> bars;
  for (std::size_t i = 0; i < beats_.size(); i += static_cast<std::size_t>(beats)) bars.push_back(beats_[i]);
  return bars;
}

std::string Track::hash() const {
  Sha256 hash;
  hash.update(&seconds_, sizeof seconds_);
  hash.update(loudness_.data(), loudness_.size() * sizeof(float));
  for (const std::vector<double>* times : {&onsets_, &beats_})
    hash.update(times->data(), times->size() * sizeof(double));
  return hash.hex();
}

/// Beats are foreseen, from some seconds after the piece has begun, and are lost here and there: they are counted back
/// to the first onset and on to the last, gaps are filled, and slips left out.
void Track::place_beats(std::vector<double> heard) {
  if (onsets_.size() < 2 || heard.size() < 3) return;
  const double step = step_of(heard), slip = off_the_beat * step;
  const double first = onsets_.front() - slip, last = onsets_.back() + slip;
  for (double time = heard.front() - step; time >= first; time -= step) beats_.insert(beats_.begin(), time);
  for (const double time : heard) {
    if (time > last) break;
    if (!beats_.empty() && time - beats_.back() < step - slip) continue;
    const double gap = beats_.empty() ? 0 : time - beats_.back();
    const auto steps = std::lround(gap / step);
    for (long i = 1; i < steps; ++i) beats_.push_back(beats_.back() + gap / static_cast<double>(steps));
    beats_.push_back(time);
  }
  while (!beats_.empty() && beats_.back() + step <= last) beats_.push_back(beats_.back() + step);
  for (double& beat : beats_) beat = struck(beat, onsets_);
  std::erase_if(beats_, [&](double time) { return time < 0 || time > seconds_; });
  tempo_ = 60 / step;
}

std::optional<Track> hear_track(const std::filesystem::path& path, const std::function<bool()>& go_on) {
  SoundFile file(path);
  const auto channels = static_cast<std::size_t>(file.channels());
  LoudnessMeter loudness(file.rate());
  RhythmMeter rhythm(file.rate());
  Track track;
  track.name_ = path.string();
  std::vector<float> all, one;
  std::vector<double> beats;
  std::uint64_t samples = 0;
  for (std::uint64_t look = 0;; ++look) {
    if (go_on && look % looks_a_second == 0 && !go_on()) return std::nullopt;
    // What is heard at a moment ends there.
    const std::uint64_t end = look * static_cast<std::uint64_t>(file.rate()) / looks_a_second;
    all.resize((end - samples) * channels);
    one.resize(file.read(all));
    for (std::size_t i = 0; i < one.size(); ++i) {
      float sum = 0;
      for (std::size_t c = 0; c < channels; ++c) sum += all[i * channels + c];
      one[i] = sum / static_cast<float>(channels);
    }
    loudness.add(one);
    rhythm.add(one);
    samples += one.size();
    const Loudness now = loudness.now();
    for (const double value : {now.level, now.low, now.middle, now.high})
      track.loudness_.push_back(static_cast<float>(value));
    if (samples < end) break;
  }
  require(samples > 0, "{} holds no sound; choose another file.", path.string());
  track.seconds_ = static_cast<double>(samples) / file.rate();
  rhythm.add(std::vector<float>(static_cast<std::size_t>(file.rate() / 10)));  // what is found late
  track.onsets_ = rhythm.take_onsets();
  std::erase_if(track.onsets_, [&](double time) { return time > track.seconds_; });
  track.place_beats(rhythm.take_beats());
  return track;
}

}  // namespace ganvas::sound
